// The schemas of a document as JSON Schema 2020-12, which ajv understands.
import addFormats from 'ajv-formats'
import Ajv2020 from 'ajv/dist/2020.js'
import { apis, mapBelow, pointer } from './documents.mjs'

const prefix = '#/components/schemas/'
const nameOf = reference => reference.slice(prefix.length)

// Schemas that leave it to a discriminator which of their heirs is meant. A reference to one becomes a reference to
// `NAME:any`, except from its heirs, which refer to what they have in common.
function basesOf(schemas) {
  const isBase = ([, schema]) => schema.discriminator?.mapping && !schema.oneOf && !schema.anyOf
  return new Map(Object.entries(schemas).filter(isBase).map(([name, schema]) => [name, schema.discriminator]))
}

function oneOfTheHeirs(name, { propertyName, mapping }, bases) {
  const heirs = Object.entries(mapping).map(([word, reference]) => ({
    if: { properties: { [propertyName]: { const: word } }, required: [propertyName] },
    // An heir may leave it to its own heirs in turn.
    then: { $ref: bases.has(nameOf(reference)) ? `${reference}:any` : reference },
  }))
  const known = { properties: { [propertyName]: { enum: Object.keys(mapping) } } }
  return { allOf: [{ $ref: prefix + name }, known, ...heirs] }
}

function rewrite(schema, bases, heirOf) {
  const inherits = (each, word) =>
    word === 'allOf' && each.$ref && heirOf.includes(nameOf(each.$ref)) ? each : rewrite(each, bases, [])
  const { nullable, discriminator, ...made } = mapBelow(schema, inherits)
  if (made.$ref && bases.has(nameOf(made.$ref))) made.$ref += ':any'
  // The discriminator says which is meant, so that it does no harm where others fit as well.
  if (discriminator && made.oneOf) {
    made.anyOf = made.oneOf
    delete made.oneOf
  }
  return nullable ? { anyOf: [made, { type: 'null' }] } : made
}

function rewriteAll(schemas) {
  const bases = basesOf(schemas)
  const made = {}
  for (const [name, schema] of Object.entries(schemas)) {
    const heirOf = [...bases].filter(([, { mapping }]) => Object.values(mapping).includes(prefix + name))
    made[name] = rewrite(schema, bases, heirOf.map(([base]) => base))
  }
  for (const [name, discriminator] of bases) made[`${name}:any`] = oneOfTheHeirs(name, discriminator, bases)
  return { made, bases }
}

// What a schema says about members, with all that it refers to or consists of.
function membersOf(schema, schemas, seen = new Set()) {
  const found = { named: 'properties' in schema, open: 'additionalProperties' in schema }
  const parts = [...(schema.allOf ?? [])]
  if (schema.$ref && !seen.has(schema.$ref)) parts.push(schemas[nameOf(schema.$ref)] ?? {})
  for (const part of parts) {
    const { named, open } = membersOf(part, schemas, new Set([...seen, schema.$ref]))
    found.named ||= named
    found.open ||= open
  }
  return found
}

// The same schema, that also refuses members of which the document does not know. Only where a schema is used as a
// whole; one that is a part of another (`allOf`) knows only its own members.
function close(schema, schemas, word) {
  const made = mapBelow(schema, (each, below) => close(each, schemas, below))
  const { named, open } = membersOf(schema, schemas)
  const whole = !['allOf', 'if', 'then', 'not'].includes(word)
  return whole && named && !open ? { ...made, unevaluatedProperties: false } : made
}

const formats = {
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  unixtime: { type: 'number', validate: Number.isInteger },
}

// The schemas that judge the traffic of one API: for each operation those of its request and of its answers.
export class judges {
  constructor(api, document) {
    this.#paths = apis[api].paths
    this.#document = document
    const { made, bases } = rewriteAll(document.components.schemas)
    for (const closed of [false, true]) {
      const ajv = new Ajv2020({ strict: false, formats, code: { optimize: false } })
      addFormats(ajv)
      const closeIt = (schema, word) => (closed ? close(schema, made, word) : schema)
      const schemas = Object.fromEntries(
        Object.entries(made).map(([name, schema]) => [name, closeIt(schema, 'allOf')]))
      const bodies = {}
      for (const [operation, path] of Object.entries(apis[api].paths)) {
        const { requestBody, responses } = document.paths[path].post
        const body = content => closeIt(rewrite(content['application/json'].schema, bases, []), 'root')
        bodies[operation] = { request: body(requestBody.content) }
        for (const [status, answer] of Object.entries(responses))
          if (answer.content) bodies[operation][status] = body(answer.content)
        const name = nameOf('#' + apis[api].error)
        bodies[operation].error = closeIt({ $ref: prefix + name }, 'root')
      }
      ajv.addSchema({ $id: 'document', components: { schemas }, bodies })
      this.#compiled[closed ? 'closed' : 'open'] = { ajv, functions: new Map() }
    }
  }

  // What is wrong with a body; nothing where it is as documented. `part`: `request`, or the status of an answer.
  // `closed`: members that are not documented are wrong, too.
  faults(operation, part, body, { closed = false } = {}) {
    const { ajv, functions } = this.#compiled[closed ? 'closed' : 'open']
    const at = 'document#' + pointer('bodies', operation, this.#documented(operation, part))
    if (!functions.has(at)) functions.set(at, ajv.compile({ $ref: at }))
    const accepts = functions.get(at)
    if (accepts(body)) return ''
    return accepts.errors
      .filter(({ keyword }) => keyword !== 'if')
      .map(({ instancePath, message, params }) =>
        params.unevaluatedProperty
          ? `${instancePath}/${params.unevaluatedProperty} is not documented`
          : `${instancePath} ${message}`)
      .join(', ')
  }

  #documented(operation, part) {
    if (part === 'request') return part
    const answers = this.#document.paths[this.#paths[operation]].post.responses
    return [String(part), 'default'].find(each => answers[each]?.content) ?? 'error'
  }
  #compiled = {}
  #document
  #paths
}
