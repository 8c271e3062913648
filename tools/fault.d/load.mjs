// What tools/fault-bench sends through its workers, and how they are configured.

export const workers = 3
export const nodes = 3

// Milliseconds; see timings in fault-bench --help.
export const latency = 300
export const jitter = 300
export const commitInterval = 300
export const sessionTimeout = 6000
export const longestPoll = 8000

export const poison = 'POISON'
export const deadLetters = 'dead'

// `grown`: to how many partitions the input grows in the middle of the run.
export const routes = [
  { name: 'vectors', operation: 'embeddings', api: 'azure_v1', model: 'text-embedding-3-small', share: 0.5,
    partitions: 5, grown: 8, calls: 4, text: { text: '/body', parameters: { dimensions: 16 } } },
  { name: 'completions', operation: 'completions', api: 'azure', model: 'gpt-3.5-turbo-instruct', share: 0.3,
    partitions: 4, calls: 3, text: { text: '/body' } },
  { name: 'chats', operation: 'chat', api: 'openai', model: 'gpt-4o', share: 0.2, partitions: 3, one: true,
    text: { messages: [{ role: 'user', content: '/body' }] } },
].map(each => ({ ...each, from: `${each.name}-in`, to: `${each.name}-out` }))

export const topics = [
  ...routes.flatMap(({ from, to, partitions }) => [`${from}:${partitions}`, `${to}:${partitions}`]),
  `${deadLetters}:3`,
]

// Two and a half times what the records of the run need: there is a backlog whenever something was away, and it is
// worked off again. A chat travels alone.
export function capacities(jobs, seconds) {
  const perCall = (latency + jitter / 2) / 1000
  return routes.map(({ share, calls, one }) => {
    const texts = Math.ceil((2.5 * share * jobs / seconds) * perCall / workers)
    return one ? { max_concurrency: Math.max(2, texts), max_inputs: 1 }
      : { max_concurrency: calls, max_inputs: Math.max(2, Math.ceil(texts / calls)) }
  })
}

export const underWay = capacity =>
  capacity.reduce((sum, { max_concurrency: calls, max_inputs: inputs }) => sum + calls * inputs, 0)

export function settings({ brokers, service, delivery, capacity }) {
  const exactly = delivery === 'exactly_once'
  return {
    kafka: {
      brokers, group: 'faults', delivery, commit_interval: `${commitInterval}ms`,
      // A name of its own for each worker, which its transactions go by. Only known where there are some.
      ...(exactly && { instance: '${INSTANCE}' }),
      properties: {
        'session.timeout.ms': String(sessionTimeout), 'heartbeat.interval.ms': '500',
        'max.poll.interval.ms': String(longestPoll), 'topic.metadata.refresh.interval.ms': '3000',
      },
    },
    deployments: Object.fromEntries(routes.map(({ name, api, model }, at) => [name, {
      api, model, deployment: model, endpoint: api === 'openai' ? `${service}/v1` : service,
      auth: { api_key: { env: 'AZURE_OPENAI_API_KEY' } }, timeouts: { connect: '2s', first_byte: '25s' },
      ...capacity[at],
    }])),
    routes: Object.fromEntries(routes.map(({ name, operation, text, from, to }) => [name, {
      from, to, operation, ...text, id: '/id', deployments: [name], dead_letters: deadLetters, stop_after_refusals: 0,
    }])),
  }
}

// The records of each route in the order in which they are written. Twenty of a key on average, mixed with those of the
// others; no text is there twice, so that the service's journal says which record it was asked about.
export function records(jobs, random) {
  return routes.map(({ name, share }) => {
    const count = Math.max(1, Math.round(jobs * share))
    const keys = Math.max(1, Math.round(count / 20))
    return Array.from({ length: count }, (_, at) => {
      const id = `${name}-${at}`
      const key = `${name}-key-${random.whole(0, keys - 1)}`
      const spoilt = random.chance(0.01) ? ` ${poison}` : ''
      return JSON.stringify({ id, key, body: `Text ${at} of ${name}, the key is ${key}.${spoilt}` })
    })
  })
}
