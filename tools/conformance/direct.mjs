// Asks the simulator what the worker does not ask for in this run: vectors as long as the model makes them, as numbers
// by name, and something without a key.
//
//     node direct.mjs SERVICE        (the key is taken from RIGHT_KEY)
import { ways } from './cases.mjs'

const [service] = process.argv.slice(2)
const key = process.env.RIGHT_KEY
const target = {
  azure: name => `/openai/deployments/${name}/embeddings?api-version=2024-10-21`,
  azure_v1: () => '/openai/v1/embeddings',
  openai: () => '/v1/embeddings',
}

async function ask(url, body, headers, wanted) {
  const answer = await fetch(url, {
    method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
  await answer.text()
  if (answer.status !== wanted) throw new Error(`${url}: ${answer.status} instead of ${wanted}`)
}

for (const { api, operation, name } of ways) {
  if (operation !== 'embeddings') continue
  const url = service + target[api](name)
  const credential = api === 'openai' ? { authorization: `Bearer ${key}` } : { 'api-key': key }
  const body = { model: name, input: ['as numbers', 'as well'], encoding_format: 'float' }
  await ask(url, body, credential, 200)
  await ask(url, body, {}, 401)
}
