// A line of the simulator's journal as a call of a documented operation, and what stands around its bodies.
import { apis } from './documents.mjs'

const prefixOf = document => new URL(document.servers[0].url.replace(/\{[^}]*\}/, 'host')).pathname.replace(/\/$/, '')

function matches(template, path) {
  const wanted = template.split('/')
  const given = path.split('/')
  const fits = (step, at) => (step.startsWith('{') ? given[at] !== '' : step === given[at])
  return wanted.length === given.length && wanted.every(fits)
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// Which operation a line is about: `api` and `operation` are absent where no document has its path.
export function readCall(line, documents) {
  const { pathname, searchParams } = new URL(line.target, 'http://host')
  const call = {
    path: pathname, query: searchParams, method: line.method, headers: line.headers, status: line.status,
    answerHeaders: line.answer_headers, request: parsed(line.body), answer: parsed(line.answer),
    fromWorker: (line.headers['user-agent'] ?? '').startsWith('batchmill/'),
  }
  // The longest prefix first: `/openai/v1` before `/openai`.
  const forms = Object.keys(apis)
    .map(api => [api, prefixOf(documents[api].document)])
    .sort(([, a], [, b]) => b.length - a.length)
  for (const [api, prefix] of forms) {
    if (!pathname.startsWith(prefix + '/')) continue
    const rest = pathname.slice(prefix.length)
    const found = Object.entries(apis[api].paths).find(([, template]) => matches(template, rest))
    return found ? { ...call, api, operation: found[0] } : call
  }
  return call
}

export const describeCall = call =>
  `${call.case?.name ?? call.request?.user ?? call.path}, ${call.status}`

// The header in which a security scheme wants its credential.
function headerOf(scheme) {
  if (scheme.type === 'apiKey') return scheme.name.toLowerCase()
  return 'authorization'
}

// What is wrong with the target and the headers of a call.
export function faultsOfHead(call, document) {
  const { parameters } = document.paths[apis[call.api].paths[call.operation]].post
  const queries = parameters.filter(each => each.in === 'query')
  const faults = []
  if (call.method !== 'POST') faults.push(`method ${call.method}`)
  for (const { name, required } of queries)
    if (required && !call.query.has(name)) faults.push(`no ${name} in the query`)
  for (const name of call.query.keys())
    if (!queries.some(each => each.name === name)) faults.push(`${name} in the query`)
  if (call.headers['content-type'] !== 'application/json') faults.push(`content-type ${call.headers['content-type']}`)
  if (!call.answerHeaders['content-type']?.startsWith('application/json'))
    faults.push(`answer of type ${call.answerHeaders['content-type']}`)

  const allowed = new Set(Object.values(document.components.securitySchemes).map(headerOf))
  const given = ['api-key', 'authorization'].filter(name => name in call.headers)
  if (call.fromWorker && (given.length !== 1 || !allowed.has(given[0])))
    faults.push(`credentials in ${given.join(' and ') || 'no header'}, wanted: ${[...allowed].join(' or ')}`)
  if (given[0] === 'authorization' && call.headers.authorization !== 'Bearer ***')
    faults.push('authorization without Bearer')
  return faults.map(each => `${describeCall(call)}: ${each}`)
}
