// The official documents of the services: where they are, what is taken of them, and their amendments.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const kept = join(root, 'tests', 'conformance')

// Each form of the API: its document, where it was published, and its operations. `error` is the schema of errors
// for statuses of which the operation itself says nothing.
export const apis = {
  azure: {
    file: 'azure-openai-inference-2024-10-21.json',
    origin: 'https://github.com/Azure/azure-rest-api-specs, specification/cognitiveservices/data-plane/AzureOpenAI/'
      + 'inference/stable/2024-10-21/inference.json',
    paths: {
      embeddings: '/deployments/{deployment-id}/embeddings',
      completions: '/deployments/{deployment-id}/completions',
      chat: '/deployments/{deployment-id}/chat/completions',
    },
    error: '/components/schemas/errorResponse',
  },
  azure_v1: {
    file: 'azure-openai-v1.json',
    origin: 'https://github.com/Azure/azure-rest-api-specs, '
      + 'specification/ai/data-plane/OpenAI.v1/azure-v1-v1-generated.json',
    paths: { embeddings: '/embeddings', chat: '/chat/completions', responses: '/responses' },
    error: '/components/schemas/AzureErrorResponse',
  },
  openai: {
    file: 'openai-inference-subset.json',
    origin: 'https://github.com/openai/openai-openapi, openapi.json',
    paths: {
      embeddings: '/embeddings', completions: '/completions', chat: '/chat/completions', responses: '/responses',
    },
    error: '/components/schemas/ErrorResponse',
  },
}

export const readJson = path => JSON.parse(readFileSync(path, 'utf8'))

// The documents themselves where BATCHMILL_API_DOCUMENTS names a folder that has them, else what is kept of them.
export function readDocument(api) {
  const folder = process.env.BATCHMILL_API_DOCUMENTS
  const whole = folder && join(folder, apis[api].file)
  if (whole && existsSync(whole)) return { document: cut(api, readJson(whole)), from: whole }
  if (folder) throw new Error(`BATCHMILL_API_DOCUMENTS: ${whole} is not there`)
  const part = join(kept, `${api}.json`)
  return { document: readJson(part), from: part }
}

const pointerStep = text => String(text).replaceAll('~', '~0').replaceAll('/', '~1')
export const pointer = (...steps) => steps.map(step => '/' + pointerStep(step)).join('')

// The steps of a JSON Pointer.
export const stepsOf = at =>
  at.split('/').slice(1).map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))

export const valueAt = (document, at) => stepsOf(at).reduce((value, step) => value?.[step], document)

// The keywords that say what is valid. All others are for people or for generators of code.
const kept_keywords = new Set([
  '$ref', 'additionalProperties', 'allOf', 'anyOf', 'const', 'discriminator', 'enum', 'exclusiveMaximum',
  'exclusiveMinimum', 'format', 'items', 'maxItems', 'maxLength', 'maxProperties', 'maximum', 'minItems', 'minLength',
  'minProperties', 'minimum', 'not', 'nullable', 'oneOf', 'pattern', 'properties', 'required', 'type', 'uniqueItems',
])

// Applies `change` to each schema directly below `schema`, with the keyword under which it stands.
export function mapBelow(schema, change) {
  if (typeof schema !== 'object' || schema === null) return schema
  const made = { ...schema }
  for (const word of ['items', 'not', 'if', 'then', 'additionalProperties'])
    if (typeof made[word] === 'object') made[word] = change(made[word], word)
  for (const word of ['allOf', 'anyOf', 'oneOf'])
    if (made[word]) made[word] = made[word].map(each => change(each, word))
  if (made.properties)
    made.properties = Object.fromEntries(
      Object.entries(made.properties).map(([name, each]) => [name, change(each, 'properties')]))
  return made
}

const prune = schema =>
  mapBelow(Object.fromEntries(Object.entries(schema).filter(([word]) => kept_keywords.has(word))), prune)

const jsonContent = 'application/json'
const onlyJson = content => ({ [jsonContent]: { schema: prune(content[jsonContent].schema) } })

function answersOf(document, operation) {
  const answers = Object.entries(operation.responses).map(([status, given]) => {
    const answer = given.$ref ? valueAt(document, given.$ref.slice(1)) : given
    return [status, answer.content?.[jsonContent] ? { content: onlyJson(answer.content) } : {}]
  })
  return Object.fromEntries(answers)
}

function referredFrom(value, found = []) {
  if (typeof value !== 'object' || value === null) return found
  for (const [word, each] of Object.entries(value)) {
    if (word === '$ref' && typeof each === 'string') found.push(each)
    else if (word === 'mapping') found.push(...Object.values(each))
    else referredFrom(each, found)
  }
  return found
}

// What of a document the operations need: without it, without texts for people, and without streams.
export function cut(api, document) {
  const { paths, error } = apis[api]
  const part = {
    openapi: document.openapi,
    info: { title: document.info.title, version: document.info.version },
    servers: document.servers.map(({ url }) => ({ url })),
    security: document.security,
    paths: {},
    components: { schemas: {}, securitySchemes: document.components.securitySchemes },
  }
  for (const path of Object.values(paths)) {
    const operation = document.paths[path].post
    const parameters = (operation.parameters ?? []).map(each => ({
      in: each.in, name: each.name, required: each.required ?? false, schema: prune(each.schema) }))
    part.paths[path] = {
      post: {
        operationId: operation.operationId,
        parameters,
        requestBody: { required: true, content: onlyJson(operation.requestBody.content) },
        responses: answersOf(document, operation),
      },
    }
  }
  // A stream is not what is asked for, although one document offers it as an answer of the same type.
  const chat = valueAt(part, pointer('paths', paths.chat, 'post', 'responses', 200, 'content', jsonContent))
  if (chat.schema.oneOf) chat.schema = chat.schema.oneOf.find(({ $ref }) => !$ref.includes('Stream'))

  const open = ['#' + error, ...referredFrom(part.paths)]
  while (open.length > 0) {
    const name = stepsOf(open.pop().slice(1)).at(-1)
    if (part.components.schemas[name]) continue
    part.components.schemas[name] = prune(document.components.schemas[name])
    open.push(...referredFrom(part.components.schemas[name]))
  }
  part.components.schemas = Object.fromEntries(
    Object.entries(part.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
  return part
}

// The deviations of the services from their documents (tests/conformance/deviations.json), with the APIs each is about.
export const readDeviations = () => readJson(join(kept, 'deviations.json'))

// The document as the deviations amend it. `or`: the schema there is one possibility, this is another.
// `set`: this stands there, whatever stood there before.
export function amended(api, document, deviations) {
  const made = structuredClone(document)
  for (const deviation of deviations)
    for (const { at, or, set } of deviation.amendments[api] ?? []) {
      const steps = stepsOf(at)
      const last = steps.pop()
      const parent = steps.reduce((value, step) => value?.[step], made)
      if (parent?.[last] === undefined && or)
        throw new Error(`deviations.json: ${deviation.id}: ${api} has nothing at ${at}`)
      if (parent === undefined) throw new Error(`deviations.json: ${deviation.id}: ${api} has nothing above ${at}`)
      parent[last] = or ? { anyOf: [parent[last], or] } : set
    }
  return made
}
