// What the simulated service has answered, by its journal: unlike its account it outlives a restart.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const textsOf = ({ input, prompt, messages }) =>
  messages ? [messages.map(({ content }) => content).join('\n')] : [input ?? prompt].flat()

// How often each text stood in a request that got a finished 200. An answer counts from its first byte on, also where
// nobody was there to read it any more.
export async function answersIn(file) {
  const times = new Map()
  for await (const line of createInterface({ input: createReadStream(file) })) {
    // The last line of a service that was killed may end anywhere; nobody got that answer.
    if (!line.endsWith('}')) continue
    const { status, whole, body } = JSON.parse(line)
    if (status !== 200 || !whole) continue
    for (const text of textsOf(JSON.parse(body))) times.set(text, (times.get(text) ?? 0) + 1)
  }
  return times
}
