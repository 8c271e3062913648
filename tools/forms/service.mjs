// The truth: what the simulated service itself answers to each text, asked without the worker.
import { deployments, dimensions } from './ways.mjs'

const headers = { 'content-type': 'application/json', 'api-key': 'bench' }

async function ask(service, path, body) {
  const answer = await fetch(`${service}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function inBatches(texts, size, take) {
  for (let begin = 0; begin < texts.length; begin += size) await take(texts.slice(begin, begin + size), begin)
}

// One Float32Array, the vectors behind one another. They are asked for as numbers, which the worker never does.
export async function vectorsOf(service, texts) {
  const all = new Float32Array(texts.length * dimensions)
  const { model } = deployments.embeddings
  await inBatches(texts, 200, async (input, begin) => {
    const { data } = await ask(service, '/v1/embeddings', { model, input, dimensions, encoding_format: 'float' })
    for (const { index, embedding } of data) all.set(embedding, (begin + index) * dimensions)
  })
  return all
}

export async function completionsOf(service, texts) {
  const all = []
  const { model } = deployments.completions
  await inBatches(texts, 200, async (prompt, begin) => {
    const { choices } = await ask(service, '/v1/completions', { model, prompt })
    for (const { index, text } of choices) all[begin + index] = text
  })
  return all
}

export async function responsesOf(service, texts) {
  const all = []
  const { model } = deployments.responses
  await inBatches(texts, 32, async (some, begin) => {
    const replies = await Promise.all(some.map(input => ask(service, '/v1/responses', { model, input })))
    replies.forEach((reply, at) => { all[begin + at] = textOf(reply) })
  })
  return all
}

export const textOf = ({ output }) =>
  output.filter(({ type }) => type === 'message').flatMap(({ content }) => content.map(({ text }) => text)).join('')

export async function chatsOf(service, texts) {
  const all = []
  const { model } = deployments.chat
  await inBatches(texts, 32, async (some, begin) => {
    const replies = await Promise.all(some.map(content =>
      ask(service, '/v1/chat/completions', { model, messages: [{ role: 'user', content }] })))
    replies.forEach(({ choices }, at) => { all[begin + at] = choices[0].message.content })
  })
  return all
}
