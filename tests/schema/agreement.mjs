// Validates the configuration schema with ajv, a second opinion beside RapidJSON's validator: the schema
// itself, the example, and the corpus that the loader is tested with.
//
//     npm ci && node agreement.mjs
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const corpus = join(root, 'tests', 'config', 'corpus')

// Strings are matched first, so that what looks like a comment inside one stays. A comment goes to the end of its line,
// or a bracket in it would count as one behind a comma.
const stringCommentOrTrailingComma = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*[}\]])/g

function readJson(path) {
  const text = readFileSync(path, 'utf8')
  return JSON.parse(text.replace(stringCommentOrTrailingComma, found => (found[0] === '"' ? found : '')))
}

function filesWith(ending, folder) {
  return readdirSync(join(corpus, folder))
    .filter(name => name.endsWith(ending))
    .map(name => join(corpus, folder, name))
    .sort()
}

// strictTypes: bounds for the numbers among the ways to write a size stand beside an allOf.
const ajv = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true, allErrors: true })
const accepts = ajv.compile(readJson(join(root, 'config', 'batchmill.schema.json')))

const disagreements = []
function expect(verdict, path) {
  const found = accepts(readJson(path)) ? 'accepts' : 'refuses'
  if (found !== verdict)
    disagreements.push(`${path}: ajv ${found}, expected ${verdict}: ${ajv.errorsText(accepts.errors)}`)
}

const good = [join(root, 'config', 'batchmill.example.json'), ...filesWith('.json', 'good')]
for (const path of good) expect('accepts', path)

let judged = 0
for (const path of filesWith('.problems', 'bad')) {
  const [, verdict] = readFileSync(path, 'utf8').split('\n')[0].match(/^schema (.*)$/)
  if (verdict === 'cannot read') continue
  expect(verdict, path.replace(/\.problems$/, '.json'))
  judged += 1
}

for (const each of disagreements) console.error(each)
console.log(`schema: ${good.length} good and ${judged} bad files, ${disagreements.length} disagreements`)
process.exit(disagreements.length === 0 ? 0 : 1)
