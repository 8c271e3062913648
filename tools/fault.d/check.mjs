// Compares what the workers of tools/fault-bench have published with what went in. Believes neither the workers nor
// outcome_reader: kcat reads the topics, committed messages only, and the service's journal says what was answered.
//
//     node check.mjs FOLDER BROKERS PATIENCE-SECONDS
//
// Prints one line of JSON, and examples of what is wrong to standard error; FOLDER/doubled.jsonl says where each record
// that was published again stands, and when it was read and answered. A transaction that nobody has ended hides what is
// behind it from such a reader until it times out: where something is missing it is looked for again, for PATIENCE.
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { readTopic } from '../forms/topic.mjs'
import { answersIn } from './journal.mjs'
import { deadLetters, poison, routes } from './load.mjs'

const [folder, brokers, patience] = process.argv.slice(2)
const shown = 5

const examples = new Map()
function complain(what, example) {
  const so_far = (examples.get(what) ?? 0) + 1
  examples.set(what, so_far)
  if (so_far <= shown) console.error(`${what}: ${example}`)
}

// What went in, by "topic/partition/offset": what stands in the topics, however often the writer has had to try.
const inputs = new Map()
for (const { from } of routes) {
  await readTopic(brokers, from, ({ partition, offset, key, value }) => {
    const { id, body } = JSON.parse(value)
    inputs.set(`${from}/${partition}/${offset}`,
      { id, body, key, spoilt: body.includes(poison), place: { partition, offset } })
  })
}

// What a result says; nothing where it is no JSON object.
function documentOf(value) {
  try {
    return JSON.parse(value) ?? {}
  } catch {
    return {}
  }
}

// Pairs of neighbours within one output partition whose records have one key and one source partition, and stood the
// other way round there. A record that is published again counts; `first` leaves those out.
class order {
  #last = new Map()
  #lastFirst = new Map()
  pairs = 0
  first = 0

  look(topic, message, source, { key, place }, isFirst) {
    const [from] = source.split('/')
    const run = JSON.stringify([topic, message.partition, from, place.partition, key])
    if ((this.#last.get(run) ?? -1) > place.offset) this.pairs += 1
    this.#last.set(run, place.offset)
    if (!isFirst) return
    if ((this.#lastFirst.get(run) ?? -1) > place.offset) this.first += 1
    this.#lastFirst.set(run, place.offset)
  }
}

async function readOutcomes() {
  examples.clear()
  const seen = new Map()
  const sums = { outcomes: 0, doubled: 0, unexpected: 0, misjudged: 0, given_up: 0, dead_letters: 0 }
  const orders = { results: new order(), letters: new order() }
  const look = (topic, isLetter) => message => {
    const { headers } = message
    const source = headers['batchmill-source']
    const input = inputs.get(source)
    const place = `${topic} ${message.partition}/${message.offset}`
    sums.outcomes += 1
    if (isLetter) sums.dead_letters += 1
    const outcome = `${headers['batchmill-route']}/${source}`
    if (!input || message.key !== input.key || headers['batchmill-outcome-id'] !== outcome) {
      sums.unexpected += 1
      complain('unexpected', `${place} of ${source}, key ${message.key}`)
      return
    }
    const document = isLetter ? {} : documentOf(message.value)
    const earlier = seen.get(source) ?? []
    seen.set(source, [...earlier, { place, ...document.times }])
    if (earlier.length > 0) sums.doubled += 1
    orders[isLetter ? 'letters' : 'results'].look(topic, message, source, input, earlier.length === 0)
    // A record that the service failed on four times in a row while it answered others is given up, as it should be.
    const isGivenUp = isLetter && headers['batchmill-class'] === 'failed'
    if (isGivenUp) sums.given_up += 1
    const isRight = isLetter ? input.spoilt || isGivenUp : !input.spoilt && document.id === input.id
    if (isRight) return
    sums.misjudged += 1
    const ending = isLetter ? `${headers['batchmill-class']}, ${headers['batchmill-reason']}` : 'a result'
    complain('misjudged', `${place} of ${input.id}: ${ending}`)
  }
  for (const { to } of routes) await readTopic(brokers, to, look(to, false))
  await readTopic(brokers, deadLetters, look(deadLetters, true))
  return { seen, sums, orders }
}

const deadline = Date.now() + Number(patience) * 1000
let found = await readOutcomes()
while (found.seen.size < inputs.size && Date.now() < deadline) {
  await sleep(3000)
  found = await readOutcomes()
}
const { seen, sums, orders } = found
for (const [source, { id }] of inputs) if (!seen.has(source)) complain('lost', `${source}, ${id}`)
writeFileSync(join(folder, 'doubled.jsonl'), [...seen].filter(([, places]) => places.length > 1)
  .map(([source, places]) => `${JSON.stringify({ source, places })}\n`).join(''))

const answers = await answersIn(join(folder, 'journal.jsonl'))
let bought_twice = 0
let bought_again = 0
for (const { body } of inputs.values()) {
  const times = answers.get(body) ?? 0
  if (times > 1) bought_twice += 1
  bought_again += Math.max(0, times - 1)
}

console.log(JSON.stringify({
  inputs: inputs.size, lost: inputs.size - seen.size, ...sums,
  out_of_key_order: orders.results.pairs, out_of_key_order_dead_letters: orders.letters.pairs,
  out_of_key_order_first: orders.results.first + orders.letters.first,
  bought_twice, bought_again,
}))
