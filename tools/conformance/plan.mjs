// Writes what a run needs into a folder: the worker's configuration, the simulator's faults, and the records.
//
//     node plan.mjs FOLDER
//
// Prints `simulator` with the names of the deployments, `topic NAME [FILE]` for a topic and its records, and
// `results NAME` for a topic of results.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { casesOf, faultsOf, recordsOf, urls, ways } from './cases.mjs'

const folder = process.argv[2]
const json = value => JSON.stringify(value, null, 1) + '\n'

const endpoint = { azure: '', azure_v1: '', openai: '/v1' }

// The route tries them in this order: one whose key is wrong, one that does not exist, and the right one.
function deploymentsOf({ api, name, model }) {
  const deployment = (more, key) => ({
    api, endpoint: '${SERVICE}' + endpoint[api], deployment: name, model, auth: { api_key: { env: key } },
    max_concurrency: 1, ...more })
  return {
    [`${name}-locked`]: deployment({}, 'WRONG_KEY'),
    [`${name}-nowhere`]: deployment({ deployment: 'nowhere' }, 'RIGHT_KEY'),
    [name]: deployment({ max_concurrency: 8 }, 'RIGHT_KEY'),
  }
}

function routesOf({ operation, name, lines, records }) {
  const deployments = [`${name}-locked`, `${name}-nowhere`, name]
  const shared = { operation, deployments, to: 'results', dead_letters: 'dead' }
  const asked = {
    embeddings: { text: '{{/title}}: {{/body}}', parameters: { dimensions: 4, user: 'records' } },
    completions: { text: '/body', parameters: { max_tokens: 9, user: 'records' } },
    responses: { text: '{{/title}}: {{/body}}', parameters: { max_output_tokens: 60, user: 'records' } },
    chat: {
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: '{{/title}}: {{/body}}' }],
      parameters: { temperature: 0, user: 'records' },
    },
  }
  return {
    // Vectors that are published as bytes are asked for in base64, those of the records as numbers.
    [lines]: {
      from: lines, jobs: 'batch_line', stop_after_refusals: 0, ...shared,
      ...(operation === 'embeddings' && { encoding: 'float32' }),
    },
    [records]: { from: records, jobs: 'record', id: '/id', ...asked[operation], ...shared, to: `${name}-results` },
  }
}

const merged = parts => Object.assign({}, ...parts)
writeFileSync(join(folder, 'batchmill.json'), json({
  kafka: { brokers: '${BROKERS}', group: 'conformance', properties: { 'session.timeout.ms': '6000' } },
  deployments: merged(ways.map(deploymentsOf)),
  routes: merged(ways.map(routesOf)),
}))
writeFileSync(join(folder, 'faults.json'), json(ways.flatMap(faultsOf)))

console.log('simulator', ways.map(({ name, model }) => `${name}=${model}`).join())
for (const way of ways) {
  // `id` is for outcome_reader, which looks for it in records of both forms.
  const lines = casesOf(way).map(({ id, body }) =>
    JSON.stringify({ id, custom_id: id, method: 'POST', url: urls[way.operation], body }))
  const records = recordsOf(way).map(({ ending, ...record }) => JSON.stringify(record))
  for (const [topic, content] of [[way.lines, lines], [way.records, records]]) {
    const file = join(folder, `${topic}.jsonl`)
    writeFileSync(file, content.join('\n') + '\n')
    console.log('topic', topic, file)
  }
  console.log('results', `${way.name}-results`)
}
console.log('results', 'results')
console.log('topic', 'dead')
const jobs = ways.flatMap(way => [...casesOf(way), ...recordsOf(way)])
writeFileSync(join(folder, 'jobs.jsonl'), jobs.map(({ id }) => JSON.stringify({ id })).join('\n') + '\n')
