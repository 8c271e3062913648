// Writes what tools/fault-bench needs into a folder: the configuration, the records, the script of faults.
//
//     node plan.mjs topics                                          topics, one a line
//     node plan.mjs faults                                          names of faults, one a line
//     node plan.mjs FOLDER JOBS SEED SECONDS DELIVERY [FAULT...]    with BROKERS and SERVICE
//
// Prints how many texts one worker may have under way.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capacities, records, routes, settings, topics, underWay } from './load.mjs'
import { randomFrom } from './random.mjs'
import { names, rules, rulesOf, schedule } from './schedule.mjs'

const [folder, jobs, seed, seconds, delivery, ...chosen] = process.argv.slice(2)
if (folder === 'topics' || folder === 'faults') {
  for (const each of folder === 'topics' ? topics : names) console.log(each)
  process.exit(0)
}

const { BROKERS: brokers, SERVICE: service } = process.env
const random = randomFrom(Number(seed))
const capacity = capacities(Number(jobs), Number(seconds))
const write = (name, lines) => writeFileSync(join(folder, name), lines.map(each => `${each}\n`).join(''))

write('batchmill.json', [JSON.stringify(settings({ brokers, service, delivery, capacity }), null, 2)])
for (const name of Object.keys(rules)) write(`rules-${name}.json`, [JSON.stringify(rulesOf(name))])
write('schedule', schedule(Number(seconds), chosen, random))

// A third of the records is there from the beginning. The rest comes in slices as long as there are faults, so that
// there is always something under way.
const slice = 2
const slices = Math.max(1, Math.floor(Number(seconds) / slice) - 1)
mkdirSync(join(folder, 'slices'), { recursive: true })
const lines = []
records(Number(jobs), random).forEach((all, at) => {
  const { from } = routes[at]
  const first = Math.ceil(all.length / 3)
  const size = Math.ceil((all.length - first) / slices)
  let begin = 0
  for (let number = 0; begin < all.length; number += 1) {
    const end = number === 0 ? first : begin + size
    const file = join('slices', `${from}-${number}.jsonl`)
    write(file, all.slice(begin, end))
    lines.push({ at: number * slice * 1000, text: `${from} ${file}` })
    begin = end
  }
})
write('slices.list', lines.sort((one, other) => one.at - other.at).map(({ at, text }) => `${at} ${text}`))
console.log(underWay(capacity))
