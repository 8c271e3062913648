// A topic as kcat reads it: from its beginning to its present end, committed messages only.
import { spawn } from 'node:child_process'

// Numbers, key, headers, value: what has no length ends with a line.
const format = '%p %o %K %S\\n%k%h\\n%s\\n'
const newline = 10

// Headers as kcat writes them: NAME=VALUE with commas between. All names are known to begin in one of these ways.
const nextHeader = /,(?=(?:batchmill-[a-z-]+|tenant|traceparent)=)/

function headersOf(text) {
  const headers = {}
  const names = []
  for (const each of text === '' ? [] : text.split(nextHeader)) {
    const at = each.indexOf('=')
    headers[each.slice(0, at)] = each.slice(at + 1)
    names.push(each.slice(0, at))
  }
  return { headers, doubled: new Set(names).size !== names.length }
}

// The message at the beginning of the bytes, and how long it is; nothing where it is not whole yet.
function messageAt(bytes, begin) {
  const head = bytes.indexOf(newline, begin)
  if (head < 0) return undefined
  const [partition, offset, keySize, size] = bytes.toString('latin1', begin, head).split(' ').map(Number)
  const key = head + 1
  const names = key + Math.max(keySize, 0)
  const value = bytes.indexOf(newline, names) + 1
  if (value === 0) return undefined
  const end = value + Math.max(size, 0)
  if (end >= bytes.length) return undefined
  if (bytes[end] !== newline) throw new Error(`kcat: no line end behind the value at ${partition}/${offset}`)
  return {
    end: end + 1,
    message: {
      partition, offset,
      key: keySize < 0 ? null : bytes.toString('utf8', key, names),
      value: size < 0 ? null : bytes.subarray(value, end),
      ...headersOf(bytes.toString('utf8', names, value - 1)),
    },
  }
}

// Calls `take` with each message; its value is valid until the next one.
export async function readTopic(brokers, topic, take) {
  const kcat = spawn('kcat', ['-C', '-q', '-e', '-b', brokers, '-t', topic, '-o', 'beginning', '-f', format,
    '-X', 'isolation.level=read_committed', '-X', 'check.crcs=true'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve, reject) => {
    kcat.on('error', reject)
    kcat.on('close', resolve)
  })
  let rest = Buffer.alloc(0)
  for await (const chunk of kcat.stdout) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (let found = messageAt(rest, at); found; found = messageAt(rest, at)) {
      take(found.message)
      at = found.end
    }
    rest = rest.subarray(at)
  }
  const code = await ended
  if (code !== 0) throw new Error(`kcat ended with ${code} on ${topic}`)
  if (rest.length > 0) throw new Error(`kcat ended within a message of ${topic}`)
}
