// What one published message of a way has to be.
import { faultsBySchema } from './schemas.mjs'
import { textOf } from './service.mjs'
import { vectorInBytes, vectorInJson, worstError } from './vectors.mjs'
import { codeOfBlank, deployments, dimensions, topicOf } from './ways.mjs'

const quoted = value => JSON.stringify(value)?.slice(0, 100)
const same = (what, found, wanted) => (found === wanted ? [] : [`${what} is ${quoted(found)}, not ${quoted(wanted)}`])

// `sent` is all that went in, `truth` what the service answers, `worst` the largest error of each encoding so far.
export class judge {
  constructor(way, sent, truth, worst) {
    Object.assign(this, { way, sent, truth, worst })
  }

  // {index, faults}: which of the texts that went in the message is about, if any.
  look(message) {
    const { way, sent } = this
    const { headers } = message
    const source = headers['batchmill-source']
    const index = sent.places.get(source)
    if (index === undefined || topicOf(source) !== way.input.topic)
      return { faults: [`no record went in at ${source}`] }
    const blank = index >= sent.count
    const outcome = `${way.name}/${source}`
    const id = way.jobs === 'text' ? outcome : sent.all[index].id
    const faults = [
      ...same('key', message.key, way.jobs === 'text' ? null : id),
      ...same('a header that stands twice', message.doubled, false),
      ...same('batchmill-route', headers['batchmill-route'], way.name),
      // An error line is the second message of its job.
      ...same('batchmill-outcome-id', headers['batchmill-outcome-id'], blank ? `${outcome}/1` : outcome),
      ...same('tenant', headers.tenant, 'blue'),
      ...faultsBySchema(way.output === 'raw' ? 'headers raw' : 'headers', headers),
    ]
    if (message.value === null) return { index, faults: [...faults, 'no value'] }
    if (blank) return { index, faults: [...faults, ...this.faultsOfError(message, id)] }
    const { model } = deployments[way.operation]
    faults.push(...same('batchmill-model', headers['batchmill-model'], model),
      ...same('batchmill-deployment', headers['batchmill-deployment'], way.operation),
      ...same('batchmill-dimensions', headers['batchmill-dimensions'],
        way.operation === 'embeddings' ? String(dimensions) : undefined),
      ...this[way.output](message, index, id))
    return { index, faults }
  }

  faultsOfError({ value }, id) {
    const document = JSON.parse(value)
    return [...faultsBySchema('batch_line', document), ...same('custom_id', document.custom_id, id),
      ...same('error.code', document.error?.code, codeOfBlank(this.way.input.topic))]
  }

  result({ value }, index, id) {
    const { way, sent } = this
    const document = JSON.parse(value)
    const title = way.jobs === 'record' ? sent.all[index].title : undefined
    return [...faultsBySchema('result', document), ...same('id', document.id, id),
      ...same('operation', document.operation, way.operation), ...same('route', document.route, way.name),
      ...same('metadata', document.metadata?.title, title), ...this.faultsOfUsage(document.usage),
      ...this.faultsOfAnswer(document.vector ?? document.text ?? document.message?.content, index)]
  }

  batch_line({ value }, index, id) {
    const document = JSON.parse(value)
    const { body } = document.response
    const { data, choices, usage } = body
    const answer = body.output ? textOf(body) : data?.[0].embedding ?? choices?.[0].text ?? choices?.[0].message.content
    return [...faultsBySchema('batch_line', document), ...same('custom_id', document.custom_id, id),
      ...this.faultsOfUsage(usage), ...this.faultsOfAnswer(answer, index)]
  }

  // The record byte by byte, with one more member.
  merge({ value }, index) {
    const text = value.toString()
    const begin = `${this.sent.lines[index].slice(0, -1)},"answer":`
    if (!text.startsWith(begin) || !text.endsWith('}')) return ['the record is not as it was']
    const answer = JSON.parse(text.slice(begin.length, -1))
    return [...faultsBySchema(`merge ${this.way.operation}`, answer), ...this.faultsOfAnswer(answer, index)]
  }

  raw({ value, headers }, index, id) {
    const { encoding } = this.way
    const metadata = this.way.jobs === 'record' ? JSON.stringify({ title: this.sent.all[index].title }) : undefined
    const scale = headers['batchmill-scale']
    const size = { float32: 4, float16: 2, int8: 1 }[encoding]
    return [...same('batchmill-id', headers['batchmill-id'], id),
      ...same('batchmill-encoding', headers['batchmill-encoding'], encoding),
      ...same('batchmill-vectors', headers['batchmill-vectors'], undefined),
      ...same('the size', value.length, dimensions * size),
      ...same('metadata', headers['batchmill-metadata'], metadata),
      ...this.faultsOfVector(vectorInBytes(value, encoding, Number(scale)), index)]
  }

  // A response in the service's own words counts input and output.
  faultsOfUsage({ prompt_tokens, completion_tokens = 0, input_tokens, output_tokens = 0, total_tokens }) {
    const asked = prompt_tokens ?? input_tokens
    const made = completion_tokens + output_tokens
    return same('usage', asked > 0 && asked + made === total_tokens, true)
  }

  faultsOfAnswer(answer, index) {
    const { operation, encoding } = this.way
    if (operation !== 'embeddings') return same('the answer', answer, this.truth[operation][index])
    return this.faultsOfVector(vectorInJson(answer, encoding), index)
  }

  faultsOfVector(vector, index) {
    const { encoding } = this.way
    const exact = this.truth.embeddings.subarray(index * dimensions, (index + 1) * dimensions)
    const error = worstError(vector, exact, encoding)
    this.worst[encoding] = Math.max(this.worst[encoding] ?? 0, Number.isFinite(error) ? error : 0)
    return error <= 1 ? [] : [`a vector that is off by ${error} of what ${encoding} may be`]
  }
}
