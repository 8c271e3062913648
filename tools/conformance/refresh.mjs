// Writes what the tests need of the official documents into tests/conformance: the operations and the schemas that
// they lead to, without descriptions and examples.
//
//     BATCHMILL_API_DOCUMENTS=FOLDER node refresh.mjs
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apis, kept, readDocument } from './documents.mjs'

if (!process.env.BATCHMILL_API_DOCUMENTS) {
  console.error('refresh.mjs: set BATCHMILL_API_DOCUMENTS to the folder that holds the documents:')
  for (const { file, origin } of Object.values(apis)) console.error(`  ${file}  ${origin}`)
  process.exit(2)
}

for (const [api, { origin }] of Object.entries(apis)) {
  const { document } = readDocument(api)
  const path = join(kept, `${api}.json`)
  const note = { 'x-origin': origin, 'x-licence': 'MIT, see LICENSES.md' }
  writeFileSync(path, JSON.stringify({ ...note, ...document }, null, 1) + '\n')
  console.log(`${path}: ${Object.keys(document.components.schemas).length} schemas`)
}
