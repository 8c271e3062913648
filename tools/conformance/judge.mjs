// Judges a run: every request and every answer of the simulator's journal against the documents, the cases against
// what came of them, and the schemas against bodies that they must refuse.
//
//     node judge.mjs FOLDER [COUNTS]
//
// FOLDER has journal.jsonl, the simulator's, and outcomes.json, of outcome_reader. BROKERS names the broker, which still
// has the outcomes.
// Prints a line for each check and appends "PASSED FAILED 0" to COUNTS. BATCHMILL_API_DOCUMENTS: see README.md.
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonical, casesOf, recordsOf, ways } from './cases.mjs'
import { amended, apis, kept, readDeviations, readDocument, readJson, stepsOf, valueAt } from './documents.mjs'
import { describeCall, faultsOfHead, readCall } from './calls.mjs'
import { judges } from './schemas.mjs'
import { faultsOfAnswer } from './sense.mjs'
import { faultsBySchema } from '../forms/schemas.mjs'
import { readTopic } from '../forms/topic.mjs'

const [folder, counts] = process.argv.slice(2)
const deviations = readDeviations()

let passed = 0
let failed = 0
function check(what, faults) {
  if (faults.length === 0) passed += 1
  else failed += 1
  console.log(`${faults.length === 0 ? 'passed' : 'FAILED'}: ${what}`)
  for (const each of faults.slice(0, 20)) console.log(`    ${each}`)
  if (faults.length > 20) console.log(`    and ${faults.length - 20} more`)
}

const documents = Object.fromEntries(Object.keys(apis).map(api => [api, readDocument(api)]))
for (const [api, { document, from }] of Object.entries(documents)) {
  console.log(`${api}: ${from}`)
  const { 'x-origin': origin, 'x-licence': licence, ...part } = readJson(join(kept, `${api}.json`))
  const { 'x-origin': _, 'x-licence': __, ...whole } = document
  const same = canonical(part) === canonical(whole)
  check(`tests/conformance/${api}.json is what ${apis[api].file} says`,
    same ? [] : ['run tools/conformance/refresh.mjs'])
}

const withDeviations = (api, which) => new judges(api, amended(api, documents[api].document, which))
const judgeOf = Object.fromEntries(Object.keys(apis).map(api => [api, withDeviations(api, deviations)]))

const calls = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n')
  .map(line => readCall(JSON.parse(line), documents))

// What is wrong with one call by these schemas. A request that is refused need not be valid, one that is answered must.
function faultsOf(call, judge) {
  const { operation, request, answer, status } = call
  const faults = (part, body) =>
    judge.faults(operation, part, body) || judge.faults(operation, part, body, { closed: true })
  const found = []
  if (!call.case?.invalid) found.push(['request', faults('request', request)])
  found.push([status, faults(status, answer)])
  return found.filter(([, fault]) => fault).map(([part, fault]) => `${part}: ${fault}: ${describeCall(call)}`)
}

for (const way of ways) {
  const cases = casesOf(way)
  const byBody = new Map(cases.map(each => [canonical(each.sent), each]))
  const mine = calls.filter(call => call.api === way.api && call.operation === way.operation)
  for (const call of mine) {
    const model = way.api === 'azure' ? {} : { model: way.name }  // whichever deployment the worker tried
    call.case = byBody.get(canonical({ ...call.request, ...model }))
  }
  const judge = judgeOf[way.api]

  const label = text => `${way.name}: ${text}`
  check(label(`${mine.length} heads of requests and answers`),
    mine.flatMap(call => faultsOfHead(call, documents[way.api].document)))
  check(label(`bodies of ${mine.length} calls`), mine.flatMap(call => faultsOf(call, judge)))
  const sound = mine.filter(call => call.status === 200 && faultsOf(call, judge).length === 0)
  check(label('answers make sense'),
    sound.flatMap(call => faultsOfAnswer(call).map(each => `${describeCall(call)}: ${each}`)))
  check(label(`${cases.length} cases are sent as they are, and end as they should`),
    cases.flatMap(each => faultsOfCase(each, mine)))
  check(label('bad requests are bad by the document'),
    cases.filter(each => each.invalid && !judge.faults(way.operation, 'request', each.sent))
      .map(each => `${each.name}: the document allows it`))
  check(label('401 and 404 were seen'),
    [401, 404].filter(status => !mine.some(call => call.status === status)).map(status => `no ${status}`))
  check(label('no call but those of a case, of the records, or made directly'),
    mine.filter(call => call.fromWorker && !call.case && call.request?.user !== 'records').map(describeCall))
  check(label('records travelled'),
    mine.some(call => call.request?.user === 'records' && call.status === 200) ? [] : ['none'])
  check(label('planted bodies are refused'), faultsOfPlanted(way, mine, judge))
}

// Answers to the wrong key and the wrong name are no answers to the case.
function faultsOfCase(each, mine) {
  const answered = mine.filter(call => call.case === each && call.status !== 401 && call.status !== 404)
  const statuses = answered.map(({ status }) => status)
  if (String(statuses) !== String(each.statuses))
    return [`${each.name}: ${statuses.length > 0 ? statuses : 'not sent as expected'}, expected ${each.statuses}`]
  const last = answered.at(-1).answer
  return Object.entries(each.reply)
    .filter(([at, value]) => canonical(valueAt(last, at) ?? null) !== canonical(value))
    .map(([at, value]) => `${each.name}: ${at} is ${JSON.stringify(valueAt(last, at))}, not ${JSON.stringify(value)}`)
}

function faultsOfPlanted(way, mine, judge) {
  const all = readJson(join(kept, 'planted.json'))
  const parts = {
    request: call => call.case && call.status === 200 && 'request',
    answer: call => call.status === 200 && 'answer',
    error: call => call.status === 400 && 'answer',
  }
  return all.filter(each => each.operation === way.operation && (!each.apis || each.apis.includes(way.api)))
    .flatMap(({ part, at, value, closed }) => {
      const steps = stepsOf(at)
      const last = steps.pop()
      const parentOf = body => steps.reduce((found, step) => found?.[step], body)
      const base = mine.find(call => parts[part](call) && typeof parentOf(call[parts[part](call)]) === 'object')
      if (!base) return [`${part} ${at}: nothing to plant it in`]
      const body = structuredClone(base[parts[part](base)])
      if (value === undefined) delete parentOf(body)[last]
      else parentOf(body)[last] = value
      const judged = part === 'request' ? 'request' : base.status
      const plain = judge.faults(way.operation, judged, body)
      const found = closed ? judge.faults(way.operation, judged, body, { closed }) : plain
      return found ? [] : [`${part} ${at} = ${JSON.stringify(value)} was accepted`]
    })
}

check('every job has one outcome, of the kind that it should have', faultsOfOutcomes())

function faultsOfOutcomes() {
  const jobs = ways.flatMap(way => [...casesOf(way), ...recordsOf(way)])
  const wanted = { outcomes: jobs.length, missing: 0, doubled: 0 }
  for (const { ending } of jobs) wanted[ending] = (wanted[ending] ?? 0) + 1
  const { endings, ...found } = readJson(join(folder, 'outcomes.json'))
  const all = { ...found, ...endings }
  return Object.entries(wanted).filter(([word, count]) => all[word] !== count)
    .map(([word, count]) => `${word}: ${all[word]} instead of ${count}`)
}

async function faultsOfPublished() {
  const found = []
  let seen = 0
  const judgeAll = (topic, faultsOfMessage) => readTopic(process.env.BROKERS, topic, message => {
    seen += 1
    found.push(...faultsOfMessage(message).map(each => `${topic}, ${message.offset}: ${each}`))
  })
  const faultsOfResult = ({ headers, value }) =>
    [...faultsBySchema('headers', headers), ...faultsBySchema('result', JSON.parse(value))]
  for (const topic of ['results', ...ways.map(({ name }) => `${name}-results`)]) await judgeAll(topic, faultsOfResult)
  await judgeAll('dead', ({ headers }) => faultsBySchema('headers dead_letter', headers))
  const wanted = ways.flatMap(way => [...casesOf(way), ...recordsOf(way)]).length
  return seen === wanted ? found : [...found, `${seen} outcomes instead of ${wanted}`]
}
check('every outcome is what config/schemas says', await faultsOfPublished())

check('no call of an unknown operation', calls.filter(call => !call.operation).map(describeCall))

// A deviation that nothing needs any more, or that the table does not name, is no deviation. Only calls that the
// bare document refuses can need one.
const refused = Object.fromEntries(Object.keys(apis).map(api => {
  const judge = withDeviations(api, [])
  return [api, calls.filter(call => call.api === api && call.operation && faultsOf(call, judge).length > 0)]
}))
for (const deviation of deviations) {
  const others = deviations.filter(each => each !== deviation)
  const unneeded = Object.keys(deviation.amendments).filter(api => {
    const judge = withDeviations(api, others)
    return !refused[api].some(call => faultsOf(call, judge).length > 0)
  })
  check(`deviation ${deviation.id} is seen`, unneeded.map(api => `not on ${api}`))
}
const table = readFileSync(join(kept, 'README.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+)` \|/gm)
const listed = [...table].map(([, id]) => id).sort()
const known = deviations.map(({ id }) => id).sort()
check('tests/conformance/README.md lists the deviations',
  listed.join() === known.join() ? [] : [`${listed} instead of ${known}`])

console.log(`${calls.length} calls, ${passed} passed, ${failed} failed`)
if (counts) appendFileSync(counts, `${passed} ${failed} 0\n`)
process.exit(failed === 0 ? 0 : 1)
