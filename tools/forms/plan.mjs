// Writes what tools/bench forms needs into a folder: the inputs, and the configuration.
//
//     node plan.mjs topics                                         topics, one a line
//     BROKERS= SERVICE= node plan.mjs FOLDER TEXTS COUNT           prints "TOPIC FILE KEY" for each input
//
// TEXTS are JSON lines with id, title and body.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blanks, deployments, dimensions, inputs, routeOf, ways } from './ways.mjs'

const [folder, texts, count] = process.argv.slice(2)
if (folder === 'topics') {
  for (const { topic } of Object.values(inputs)) console.log(`${topic}:8`)
  for (const { topic } of ways) console.log(`${topic}:4`)
  console.log('dead:1')
  process.exit(0)
}

// A plain text is one line of a file. A few descriptions say nothing beside their title, and some are too long for
// the model of the completions.
const longest = 8000
const records = readFileSync(texts, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line))
  .map(({ id, title, body }) => ({ id, title, body: body.replaceAll(/\s+/g, ' ').trim() }))
  .filter(({ body }) => body !== '' && body.length < longest)
  .slice(0, Number(count))
if (records.length < Number(count)) throw new Error(`${texts} has only ${records.length} texts`)
const blank = ' '
for (let at = 0; at < blanks; at += 1) records.push({ id: `blank-${at}`, title: 'blank', body: blank })
const line = (url, body) => record =>
  JSON.stringify({ custom_id: record.id, method: 'POST', url, body: body(record.body) })

const write = (name, lines) => writeFileSync(join(folder, name), lines.join('\n') + '\n')
write(inputs.record.file, records.map(each => JSON.stringify(each)))
write(inputs['batch_line embeddings'].file,
  records.map(line('/v1/embeddings', input => ({ input, dimensions, encoding_format: 'float' }))))
write(inputs['batch_line chat'].file,
  records.map(line('/v1/chat/completions',
    content => ({ messages: content === blank ? [] : [{ role: 'user', content }] }))))
write(inputs['batch_line responses'].file, records.map(line('/v1/responses', input => ({ input }))))
write(inputs.text.file, records.map(({ body }) => body).filter(body => body !== blank))
for (const { topic, file, key } of Object.values(inputs)) console.log([topic, join(folder, file), key ?? ''].join(' '))

const { BROKERS: brokers, SERVICE: service } = process.env
write('batchmill.json', [JSON.stringify({
  kafka: { brokers, group: '${RUN}' },
  deployments: Object.fromEntries(Object.entries(deployments).map(([name, each]) => [name, {
    ...each,
    deployment: each.model,
    endpoint: each.api === 'openai' ? `${service}/v1` : service,
    auth: { api_key: { env: 'AZURE_OPENAI_API_KEY' } },
  }])),
  routes: Object.fromEntries(ways.map(way => [way.name, routeOf(way)])),
}, null, 2)])
