// Validates what tests have published, and batch lines as they come in, with the schemas of config/schemas.
//
//     BATCHMILL_PUBLISHED=FOLDER pipeline_tests --source-file='*forms_*'
//     node published.mjs FOLDER
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv/dist/2020.js'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const readJson = path => JSON.parse(readFileSync(path, 'utf8'))

// strictTypes and strictRequired: a schema is put together of parts, of which one says what another relies on.
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false })
const files = readdirSync(join(root, 'config', 'schemas'))
const judges = {}
for (const file of files) {
  const schema = readJson(join(root, 'config', 'schemas', file))
  const name = file.replace(/\.schema\.json$/, '')
  ajv.addSchema(schema)
  judges[name] = ajv.getSchema(schema.$id)
  for (const part of Object.keys(schema.$defs))
    judges[`${name}/${part}`] = ajv.getSchema(`${schema.$id}#/$defs/${part}`)
}

const problems = []
const expect = (right, what) => right || problems.push(what)

// What is judged of a message: its headers always, its value where the form has a schema for it.
function documentsOf({ operation, form, headers, value }) {
  const sets = { dead_letter: 'dead_letter', tombstone: 'tombstone', raw: 'raw' }
  const found = [{ schema: `headers/${sets[form] ?? 'result'}`, document: headers }]
  if (form === 'result') found.push({ schema: 'result', document: JSON.parse(value) })
  if (form === 'batch_line') found.push({ schema: 'batch_output_line', document: JSON.parse(value) })
  if (form === 'merge') {
    const { answer } = JSON.parse(value)
    found.push({ schema: 'merged', document: answer }, { schema: `merged/${operation}`, document: answer })
  }
  return found.map(each => ({ ...each, operation }))
}

// What a schema cannot say of a raw vector: that its bytes are as many as the headers say.
function sizeOfRaw({ headers }) {
  const size = { float32: 4, float16: 2, int8: 1 }[headers['batchmill-encoding']]
  return (headers['batchmill-vectors'] ?? 1) * headers['batchmill-dimensions'] * size
}

const published = readFileSync(join(process.argv[2], 'published.jsonl'), 'utf8').trimEnd().split('\n')
const lines = published.map(each => JSON.parse(each))
const documents = []
for (const line of lines) {
  for (const each of documentsOf(line)) {
    documents.push(each)
    const judge = judges[each.schema]
    expect(judge(each.document),
      `${line.operation}: ${line.test}: ${each.schema}: ${ajv.errorsText(judge.errors)}`)
  }
  if (line.form === 'raw') expect(line.bytes === sizeOfRaw(line), `${line.test}: ${line.bytes} bytes`)
}

const stepsOf = at => at.split('/').slice(1)
const valueAt = (document, at) => stepsOf(at).reduce((found, step) => found?.[step], document)

// A change to the first good document that has what the change is about. What stands at "" is all of it.
const planted = readJson(join(here, 'planted.json'))
for (const { schema, operation, at, with: needed, value } of planted) {
  const what = `planted: ${schema}, ${operation}: ${at} = ${JSON.stringify(value)}`
  const steps = stepsOf(at)
  const last = steps.pop()
  const parentOf = document => steps.reduce((found, step) => found?.[step], document)
  const fits = each => {
    if (each.schema !== schema || each.operation !== operation) return false
    if (needed) return valueAt(each.document, needed) != null
    return last === undefined || (parentOf(each.document) ?? null) !== null
  }
  // Without `value` something is taken away, which has to be there.
  const base = documents.find(each => fits(each) && (value !== undefined || valueAt(each.document, at) !== undefined))
  if (!base) {
    problems.push(`${what}: nothing to plant it in`)
    continue
  }
  let document = structuredClone(base.document)
  if (last === undefined) document = value
  else if (value === undefined) delete parentOf(document)[last]
  else parentOf(document)[last] = value
  const judge = schema === 'merged' ? judges[`merged/${operation}`] : judges[schema]
  expect(!judge(document), `${what} was accepted`)
}

// The same lines as tests/pipeline/batch_line_schema_test.cpp asks the worker about.
const incoming = readJson(join(root, 'tests', 'pipeline', 'forms', 'lines.json'))
for (const { line, code, beyond_schema } of incoming) {
  const good = judges.batch_input_line(line)
  expect(good === (code === undefined || beyond_schema === true),
    `batch_input_line ${good ? 'accepts' : 'refuses'} ${JSON.stringify(line)}`)
}

// Every schema was needed, and docs/formats.md names every file.
const used = new Set(documents.map(({ schema }) => schema.split('/')[0])).add('batch_input_line')
const page = readFileSync(join(root, 'docs', 'formats.md'), 'utf8')
for (const file of files) {
  expect(used.has(file.replace(/\.schema\.json$/, '')), `nothing published is judged by ${file}`)
  expect(page.includes(`../config/schemas/${file}`), `docs/formats.md does not name ${file}`)
}

for (const each of problems) console.error(each)
console.log(`published: ${lines.length} messages, ${documents.length} documents, ${planted.length} planted, `
  + `${incoming.length} lines, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)
