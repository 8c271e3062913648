// What tools/bench forms sends through the worker: each way is one route, with an output topic of its own.

export const dimensions = 256
export const deployments = {
  embeddings: { api: 'azure_v1', model: 'text-embedding-3-small', max_inputs: 256, max_concurrency: 8 },
  completions: { api: 'azure', model: 'gpt-3.5-turbo-instruct', max_inputs: 256, max_concurrency: 8 },
  chat: { api: 'openai', model: 'gpt-4o', max_concurrency: 32 },
  responses: { api: 'azure_v1', model: 'gpt-4.1', max_concurrency: 32 },
}

// The same texts in each form in: one input topic for each.
export const inputs = {
  'record': { topic: 'records', file: 'records.jsonl', key: '/id' },
  'batch_line embeddings': { topic: 'embedding-lines', file: 'embedding-lines.jsonl', key: '/custom_id' },
  'batch_line chat': { topic: 'chat-lines', file: 'chat-lines.jsonl', key: '/custom_id' },
  'batch_line responses': { topic: 'response-lines', file: 'response-lines.jsonl', key: '/custom_id' },
  'text': { topic: 'texts', file: 'texts.txt' },
}

// jobs → output, encoding
const table = [
  ['embeddings', 'record', 'result', 'json'],
  ['embeddings', 'record', 'result', 'float32'],
  ['embeddings', 'text', 'result', 'float16'],
  ['embeddings', 'batch_line', 'result', 'int8'],
  ['embeddings', 'batch_line', 'batch_line', 'json'],
  ['embeddings', 'record', 'batch_line', 'float32'],
  ['embeddings', 'record', 'merge', 'json'],
  ['embeddings', 'record', 'merge', 'float32'],
  ['embeddings', 'record', 'merge', 'float16'],
  ['embeddings', 'record', 'merge', 'int8'],
  ['embeddings', 'record', 'raw', 'float32'],
  ['embeddings', 'batch_line', 'raw', 'float16'],
  ['embeddings', 'text', 'raw', 'int8'],
  ['completions', 'text', 'result'],
  ['completions', 'record', 'merge'],
  ['chat', 'batch_line', 'batch_line'],
  ['chat', 'record', 'result'],
  ['responses', 'record', 'result'],
  ['responses', 'batch_line', 'batch_line'],
  ['responses', 'record', 'merge'],
]

export const ways = table.map(([operation, jobs, output, encoding]) => {
  const name = [operation, jobs, output, encoding].filter(each => each).join('-')
  const input = inputs[jobs === 'batch_line' ? `batch_line ${operation}` : jobs]
  return { name, operation, jobs, output, encoding, input, topic: `out-${name}`, errors: output === 'batch_line' }
})

// Not every record can be answered: so many have nothing in them. The messages of a batch line may be blank, so that
// of a chat there are none.
export const blanks = 50
export const hasBlanks = way => way.jobs !== 'text'
export const codeOfBlank = topic => (topic === inputs['batch_line chat'].topic ? 'empty_array' : 'empty_text')

// Of topic/partition/offset.
export const topicOf = source => source?.split('/')[0]

export function routeOf(way) {
  const { name, operation, jobs, output, encoding, input, topic, errors } = way
  const place = jobs === 'text' ? '{{}}' : '/body'
  const text = operation === 'chat' ? { messages: [{ role: 'user', content: place }] } : { text: place }
  return {
    from: input.topic, to: topic, dead_letters: 'dead', group: `\${RUN}-${name}`, deployments: [operation],
    jobs, operation, output,
    ...(encoding && { encoding }),
    ...(operation === 'embeddings' && jobs !== 'batch_line' && { parameters: { dimensions } }),
    ...(output === 'merge' && { merge_at: '/answer' }),
    ...(errors && { errors: 'inline' }),
    ...(jobs !== 'batch_line' && text),
    ...(jobs === 'record' && { id: '/id', metadata: ['/title'] }),
    headers: ['tenant'], stop_after_refusals: 0,
  }
}
