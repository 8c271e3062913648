// What is asked, of whom, and what is expected: tests/conformance/cases, for each form of the API that has it.
import { join } from 'node:path'
import { apis, kept, readJson } from './documents.mjs'

export const urls = {
  embeddings: '/v1/embeddings', completions: '/v1/completions', chat: '/v1/chat/completions', responses: '/v1/responses',
}

const models = {
  embeddings: 'text-embedding-3-small', completions: 'gpt-3.5-turbo-instruct', chat: 'gpt-4o', responses: 'gpt-4o',
}

// One API and one operation: a deployment at the service, and a route of the worker for each of the two forms of
// jobs.
export const ways = Object.entries(apis).flatMap(([api, { paths }]) =>
  Object.keys(paths).map(operation => {
    const name = `${api}-${operation}`
    return { api, operation, name, model: models[operation], lines: `${name}-lines`, records: `${name}-records` }
  }))

// The cases of one way. `sent` is the body that the worker has to make of `body`: it names the deployment where the
// URL does not, wants vectors in base64, and wants responses not to be stored unless the case says something about it.
export function casesOf(way) {
  const { api, operation, name } = way
  return readJson(join(kept, 'cases', `${operation}.json`))
    .filter(each => !each.apis || each.apis.includes(api))
    .map(each => {
      const body = { user: each.name, ...each.body }
      const { model, ...sent } = body
      if (api !== 'azure') sent.model = name
      if (operation === 'embeddings') sent.encoding_format = 'base64'
      if (operation === 'responses') sent.store ??= false
      const usual = { id: `${name}: ${each.name}`, statuses: [each.invalid ? 400 : 200], reply: {} }
      const made = { ...usual, ...each, body, sent }
      return { ending: made.statuses.at(-1) === 200 ? 'result' : 'dead letter, rejected', ...made }
    })
}

// Jobs of the other form, which need no more than to travel.
export const recordsOf = ({ name }) =>
  Array.from({ length: 6 }, (_, at) => ({
    id: `${name}: record ${at}`,
    ending: 'result',
    title: `Chair ${at}`,
    body: `It has ${at} legs. "Ünïcode" \\ 🪑`,
  }))

// The words in a case's text that make the simulator misbehave, each once where it is about a single answer.
export function faultsOf({ name }) {
  const rule = (word, then, first) =>
    ({ when: { deployment: name, input_contains: word, ...(first && { first }) }, then })
  return [
    rule('THROTTLED', { status: 429, headers: { 'retry-after-ms': '10' } }, 1),
    rule('FAILING', { status: 500 }, 1),
    rule('OVERLOADED', { status: 503 }, 1),
    rule('FORBIDDEN', { content_filter: 'prompt' }),
    rule('UNSPEAKABLE', { content_filter: 'answer' }),
    rule('DISTASTEFUL', { refusal: 'I would rather not.' }),
    rule('BROKEN', { failure: 'server_error' }, 1),
    rule('UNUSABLE', { failure: 'invalid_prompt' }),
  ]
}

// The same value whatever the order of its members.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.keys(value).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}
