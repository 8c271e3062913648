// Reads back what tools/bench forms has sent through the worker, with kcat, and judges every message without any of
// the worker's code: against the texts that went in, the schemas, and what the service itself answers.
//
//     node check.mjs FOLDER BROKERS SERVICE
//
// FOLDER has what plan.mjs wrote. Prints one line of JSON with counts, and what is wrong, in part, to standard error.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge } from './judge.mjs'
import { faultsBySchema } from './schemas.mjs'
import { chatsOf, completionsOf, responsesOf, vectorsOf } from './service.mjs'
import { readTopic } from './topic.mjs'
import { blanks, codeOfBlank, hasBlanks, inputs, topicOf, ways } from './ways.mjs'

const [folder, brokers, service] = process.argv.slice(2)
const faultsShown = 5

const lines = readFileSync(join(folder, inputs.record.file), 'utf8').trimEnd().split('\n')
const all = lines.map(line => JSON.parse(line))
const sent = { lines, all, count: all.length - blanks, places: new Map() }

// Where each text stands in each input topic, "topic/partition/offset". Plain texts have no id: those of equal
// texts are dealt out in turn.
const byId = new Map(all.map(({ id }, index) => [id, index]))
const byText = new Map()
all.slice(0, sent.count).forEach(({ body }, index) => byText.set(body, [...(byText.get(body) ?? []), index]))
for (const { topic, key } of Object.values(inputs)) {
  const turn = new Map()
  await readTopic(brokers, topic, message => {
    const text = message.value.toString()
    const at = turn.get(text) ?? 0
    turn.set(text, at + 1)
    const index = key ? byId.get(message.key) : byText.get(text)[at]
    sent.places.set(`${topic}/${message.partition}/${message.offset}`, index)
  })
}

const texts = all.slice(0, sent.count).map(({ body }) => body)
const truth = {
  embeddings: await vectorsOf(service, texts),
  completions: await completionsOf(service, texts),
  chat: await chatsOf(service, texts),
  responses: await responsesOf(service, texts),
}

const found = {
  forms: ways.length, messages: 0, missing: 0, doubled: 0, malformed: 0, dead_letters: 0, dead_letters_expected: 0 }
const worst = {}

// Counts faults, and shows the first ones of each topic.
function complain(topic, message, faults, state) {
  if (faults.length === 0) return
  found.malformed += 1
  if (state.shown++ < faultsShown)
    console.error(`${topic} ${message.partition}/${message.offset}: ${faults.join('; ').slice(0, 500)}`)
}

for (const way of ways) {
  const seen = new Uint8Array(all.length)
  const state = { shown: 0 }
  const looks = new judge(way, sent, truth, worst)
  await readTopic(brokers, way.topic, message => {
    found.messages += 1
    let looked
    try {
      looked = looks.look(message)
    } catch (problem) {
      looked = { faults: [String(problem)] }
    }
    complain(way.topic, message, looked.faults, state)
    if (looked.index === undefined) return
    if (seen[looked.index] > 0) found.doubled += 1
    seen[looked.index] = 1
  })
  const wanted = way.errors && hasBlanks(way) ? all.length : sent.count
  const missing = seen.subarray(0, wanted).filter(each => each === 0).length
  if (missing > 0) console.error(`${way.topic}: ${missing} missing`)
  found.missing += missing
  found.malformed += seen.subarray(wanted).filter(each => each > 0).length
}

// Each blank record of each way ends as it was.
const letters = new Set()
const state = { shown: 0 }
await readTopic(brokers, 'dead', message => {
  const { headers } = message
  const source = headers['batchmill-source']
  const index = sent.places.get(source)
  const faults = faultsBySchema('headers dead_letter', headers)
  if (!(index >= sent.count)) faults.push(`no dead letter is expected of ${source}: ${headers['batchmill-reason']}`)
  else if (message.key !== all[index].id || JSON.parse(message.value)[inputIdOf(headers)] !== message.key)
    faults.push('the record is not as it was')
  const ending = `${headers['batchmill-class']} ${headers['batchmill-code']}`
  const wanted = `rejected ${codeOfBlank(topicOf(headers['batchmill-source']))}`
  if (ending !== wanted) faults.push(`${ending}, not ${wanted}`)
  complain('dead', message, faults, state)
  found.dead_letters += 1
  if (letters.has(headers['batchmill-outcome-id'])) found.doubled += 1
  letters.add(headers['batchmill-outcome-id'])
})
function inputIdOf(headers) {
  return Object.values(inputs).find(({ topic }) => topic === topicOf(headers['batchmill-source'])).key.slice(1)
}
found.dead_letters_expected = blanks * ways.filter(hasBlanks).length
found.missing += Math.max(0, found.dead_letters_expected - letters.size)

for (const [encoding, error] of Object.entries(worst)) found[`${encoding}_worst_error`] = error
console.log(JSON.stringify(found))
