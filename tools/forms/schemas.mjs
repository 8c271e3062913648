// The schemas of config/schemas, with the ajv of tools/conformance.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { default: Ajv } = createRequire(new URL('../conformance/package.json', import.meta.url))('ajv/dist/2020.js')
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false })

function load(name) {
  const path = new URL(`../../config/schemas/${name}.schema.json`, import.meta.url)
  const schema = JSON.parse(readFileSync(path, 'utf8'))
  ajv.addSchema(schema)
  return part => ajv.getSchema(schema.$id + (part ? `#/$defs/${part}` : ''))
}

const result = load('result')
const line = load('batch_output_line')
const merged = load('merged')
const headers = load('headers')
const judges = {
  'result': result(), 'batch_line': line(),
  'merge embeddings': merged('embeddings'), 'merge completions': merged('completions'), 'merge chat': merged('chat'),
  'merge responses': merged('responses'),
  'headers': headers('result'), 'headers raw': headers('raw'), 'headers dead_letter': headers('dead_letter'),
}

// What is wrong with a document, as a list.
export function faultsBySchema(name, document) {
  const judge = judges[name]
  return judge(document) ? [] : [`${name}: ${ajv.errorsText(judge.errors)}`]
}
