// Which fault comes when. All of it is drawn before the run, so that a seed says what happens.
import { longestPoll, nodes, poison, routes, sessionTimeout, workers } from './load.mjs'

const from1to = count => Array.from({ length: count }, (_, at) => at + 1)

// Each fault: how often beside the others, what it needs for itself, how long it lasts (ms), how long after that its
// target is left alone, and what is done at its beginning and at its end. A line with 'once' in it is not drawn.
const faults = {
  kill: { weight: 5, of: 'worker', rest: 3000,
    lasts: r => r.chance(0.2) ? sessionTimeout + 2000 : r.between(0, 3000),
    begin: k => [`kill ${k}`], end: k => [`start ${k}`] },
  term: { weight: 3, of: 'worker', lasts: r => r.between(0, 3000), rest: 3000,
    begin: k => [`term ${k}`], end: k => [`start ${k}`] },
  pause: { weight: 2, of: 'worker', lasts: r => r.between(500, sessionTimeout / 2), rest: 1000,
    begin: k => [`pause ${k}`], end: k => [`resume ${k}`] },
  // The group has given its partitions to others when it wakes up, and it does not know.
  long_pause: { weight: 1.5, of: 'worker', rest: 3000,
    lasts: r => r.between(sessionTimeout + 2000, sessionTimeout + 6000),
    begin: k => [`pause ${k}`], end: k => [`resume ${k}`] },
  broker_kill: { weight: 2, of: 'broker', lasts: r => r.between(0, 6000), rest: 12000,
    begin: k => [`node_stop ${k} --kill`], end: k => [`node_start ${k}`] },
  broker_stop: { weight: 1, of: 'broker', lasts: r => r.between(3000, 6000), rest: 12000,
    begin: k => [`node_stop ${k}`], end: k => [`node_start ${k}`] },
  outage: { weight: 2, of: 'service', lasts: r => r.between(1000, 6000), rest: 2000,
    begin: () => ['service_stop'], end: () => ['service_start'] },
  errors: { weight: 2, of: 'service', lasts: r => r.between(2000, 6000), rest: 2000,
    begin: (_, r) => [`rules ${r.one(['errors-500', 'errors-503', 'errors-html'])}`], end: () => ['rules none'] },
  resets: { weight: 2, of: 'service', lasts: r => r.between(3000, 8000), rest: 2000,
    begin: () => ['rules resets'], end: () => ['rules none'] },
  throttling: { weight: 2, of: 'service', lasts: r => r.between(3000, 8000), rest: 2000,
    begin: () => ['rules throttling'], end: () => ['rules none'] },
  // Calls that take longer than max.poll.interval.ms.
  slow: { weight: 2, of: 'service', lasts: r => r.between(2000, 5000), rest: 2000,
    begin: () => ['rules slow'], end: () => ['rules none'] },
  brokers_away: { once: true, of: 'all brokers', lasts: () => 20000, rest: 15000,
    begin: () => from1to(nodes).map(k => `node_stop ${k} --kill`),
    end: () => from1to(nodes).map(k => `node_start ${k}`) },
  partitions: { once: true, of: 'all brokers', lasts: () => 3000, rest: 2000,
    begin: () => routes.filter(({ grown }) => grown).map(({ from, grown }) => `grow ${from}:${grown}`), end: () => [] },
}

export const names = Object.keys(faults)

// The rules that the service is given, by name; a poisonous text is refused under each of them.
const always = { when: { input_contains: poison }, then: { status: 400 } }
export const rules = {
  'none': [],
  'errors-500': [{ then: { status: 500 } }],
  'errors-503': [{ then: { status: 503 } }],
  'errors-html': [{ then: { status: 502, body: '<html>Bad gateway</html>' } }],
  // Rarely enough that no record meets four of them in a row, which would make it a dead letter.
  'resets': [
    { when: { every: 7 }, then: { ending: 'reset' } },
    { when: { every: 11 }, then: { ending: 'closed' } },
    { when: { every: 13 }, then: { cut_after_bytes: 40 } },
    { when: { every: 17 }, then: { ending: 'garbage' } },
  ],
  'throttling': [{ when: { probability: 0.7, seed: 3 }, then: { status: 429, headers: { 'retry-after-ms': '200' } } }],
  'slow': [{ when: { every: 4 }, then: { delay_ms: longestPoll + 4000 } }],
}
export const rulesOf = name => [always, ...rules[name]]

const targets = { 'worker': from1to(workers), 'broker': from1to(nodes), 'service': [0], 'all brokers': [0] }

// Lines "MILLISECONDS FAULT ACTION ...", in the order of time; FAULT is "+" where it goes on and "-" where it ends.
export function schedule(seconds, chosen, random) {
  const last = seconds * 1000
  const lines = []
  const busy = new Map()  // until when, by target
  const isFree = (target, from, until) =>
    (busy.get(target) ?? []).every(({ begin, end }) => until <= begin || from >= end)
  const take = (target, begin, end) => busy.set(target, [...(busy.get(target) ?? []), { begin, end }])

  const place = (name, at) => {
    const { of, lasts, rest, begin, end } = faults[name]
    const until = at + lasts(random)
    // One broker at a time, so that two replicas of three are there.
    const needed = k => (of === 'worker' ? `worker ${k}` : of === 'service' ? of : 'brokers')
    const free = targets[of].filter(k => isFree(needed(k), at, until + rest))
    if (free.length === 0) return false
    const target = random.one(free)
    take(needed(target), at, until + rest)
    begin(target, random).forEach((each, n) => lines.push({ at, text: `${n === 0 ? name : '+'} ${each}` }))
    for (const each of end(target)) lines.push({ at: until, text: `- ${each}` })
    return true
  }

  for (const name of chosen.filter(each => faults[each].once)) {
    const [low, high] = name === 'partitions' ? [0.15, 0.3] : [0.4, 0.6]
    place(name, random.between(low, high) * last)
  }
  const drawn = chosen.filter(name => !faults[name].once).map(name => ({ name, weight: faults[name].weight }))
  // Each of them once, and then whatever is drawn.
  for (const { name } of drawn)
    for (let tries = 0; tries < 20 && !place(name, random.between(3000, last)); tries += 1);
  if (drawn.length > 0)
    for (let at = 2000 + random.gap(4000); at < last; at += random.gap(4000)) place(random.weighted(drawn).name, at)
  return lines.sort((one, other) => one.at - other.at).map(({ at, text }) => `${Math.round(at)} ${text}`)
}
