// What the documents say in words only: an answer has as many parts as were asked for, and fits the schemas of the
// request.
import Ajv2020 from 'ajv/dist/2020.js'

const sortedIndexes = list => list.map(({ index }) => index).sort((a, b) => a - b).join()
const upTo = count => Array.from({ length: count }, (_, at) => at).join()

// How many inputs a value is: a text, an array of token ids, or an array of either.
const inputsIn = value => (Array.isArray(value) && typeof value[0] !== 'number' ? value.length : 1)

function fits(schema, text, what) {
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return [`${what} is no JSON: ${text}`]
  }
  const ajv = new Ajv2020({ strict: false })
  return ajv.validate(schema ?? {}, value) ? [] : [`${what} does not fit: ${ajv.errorsText()}`]
}

function faultsOfChoice(request, choice) {
  const faults = []
  const { content, tool_calls: made = [] } = choice.message
  const format = request.response_format
  if (format?.type === 'json_schema' && choice.finish_reason === 'stop')
    faults.push(...fits(format.json_schema.schema, content, 'content'))
  if (format?.type === 'json_object') faults.push(...fits({ type: 'object' }, content, 'content'))
  for (const { type, function: called } of made) {
    if (type !== 'function') continue
    const tool = request.tools.find(each => each.function?.name === called.name)
    faults.push(...(tool ? fits(tool.function.parameters, called.arguments, 'arguments') : [`calls ${called.name}`]))
  }
  if (request.logprobs && content !== null) {
    const tokens = choice.logprobs?.content ?? []
    if (tokens.map(({ token }) => token).join('') !== content) faults.push('tokens are not the content')
    if (tokens.some(({ top_logprobs: top }) => top.length !== (request.top_logprobs ?? 0)))
      faults.push('wrong number of alternatives')
  }
  return faults
}

function faultsOfResponse(request, response) {
  const faults = []
  const { input_tokens: read, output_tokens: written, total_tokens: sum } = response.usage ?? {}
  if (response.status !== 'failed' && read + written !== sum) faults.push('usage does not add up')
  if ((response.status === 'incomplete') !== (response.incomplete_details !== null)) faults.push('incomplete_details')
  if ((response.status === 'failed') !== (response.error !== null)) faults.push('error')
  for (const name of ['temperature', 'top_p', 'instructions', 'max_output_tokens', 'tool_choice', 'user'])
    if (request[name] != null && JSON.stringify(request[name]) !== JSON.stringify(response[name]))
      faults.push(`${name} is not repeated`)
  const format = request.text?.format
  for (const item of response.output) {
    const tool = request.tools?.find(each => each.name === item.name)
    if (item.type === 'function_call')
      faults.push(...(tool ? fits(tool.parameters, item.arguments, 'arguments') : [`calls ${item.name}`]))
    for (const part of item.content ?? []) {
      if (part.type !== 'output_text' || response.status !== 'completed') continue
      if (format?.type === 'json_schema') faults.push(...fits(format.schema, part.text, 'text'))
      if (format?.type === 'json_object') faults.push(...fits({ type: 'object' }, part.text, 'text'))
      const tokens = part.logprobs ?? []
      if (tokens.length > 0 && tokens.map(({ token }) => token).join('') !== part.text) faults.push('tokens are not the text')
      if (tokens.some(({ top_logprobs: top }) => top.length !== (request.top_logprobs ?? 0)))
        faults.push('wrong number of alternatives')
    }
  }
  return faults
}

// What does not make sense in a valid answer with status 200.
export function faultsOfAnswer({ operation, request, answer }) {
  if (operation === 'embeddings') {
    const faults = sortedIndexes(answer.data) === upTo(inputsIn(request.input)) ? [] : ['vectors missing']
    const wanted = request.encoding_format === 'base64' ? 'string' : 'object'
    if (answer.data.some(({ embedding }) => typeof embedding !== wanted)) faults.push('vectors in another encoding')
    return faults
  }
  if (operation === 'responses') return faultsOfResponse(request, answer)
  const prompts = operation === 'completions' ? inputsIn(request.prompt) : 1
  const faults = sortedIndexes(answer.choices) === upTo(prompts * (request.n ?? 1)) ? [] : ['choices missing']
  if (operation === 'chat') return [...faults, ...answer.choices.flatMap(each => faultsOfChoice(request, each))]
  if (answer.choices.some(({ logprobs }) => (logprobs === null) !== (request.logprobs == null)))
    faults.push('log probabilities')
  for (const { text, logprobs } of answer.choices)
    if (logprobs && logprobs.tokens.join('') !== text) faults.push('tokens are not the text')
  return faults
}
