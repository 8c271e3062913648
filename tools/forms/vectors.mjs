// Vectors as docs/formats.md describes them, read without the worker's code, and how far each may be off.

const base64 = text => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Error('not base64')
  return bytes
}

// Of IEEE 754 binary16: sign, five bits of exponent, ten of fraction.
function binary16(bits) {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) throw new Error('a number that is not finite')
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

const numbersIn = {
  float32: bytes => Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at)),
  float16: bytes => Array.from({ length: bytes.length / 2 }, (_, at) => binary16(bytes.readUInt16LE(2 * at))),
  int8: (bytes, scale) => Array.from(bytes, byte => ((byte << 24) >> 24) * scale),
}

// {numbers, scale}, of a vector as it stands in JSON.
export function vectorInJson(value, encoding) {
  if (encoding === 'json') return { numbers: value.map(Math.fround) }
  if (encoding !== 'int8') return { numbers: numbersIn[encoding](base64(value)) }
  return { numbers: numbersIn.int8(base64(value.values), value.scale), scale: value.scale }
}

export const vectorInBytes = (bytes, encoding, scale) => ({ numbers: numbersIn[encoding](bytes, scale), scale })

// The largest error of a vector in parts of what is allowed; infinite where it is no error of rounding.
export function worstError({ numbers, scale }, exact, encoding) {
  if (numbers.length !== exact.length) return Infinity
  let worst = 0
  for (let at = 0; at < exact.length; at += 1) {
    const off = Math.abs(numbers[at] - exact[at])
    const size = Math.abs(exact[at])
    if (encoding === 'json' || encoding === 'float32') worst = off === 0 ? worst : Infinity
    // What float32 rounds when the worker divides comes on top of half a step.
    else if (encoding === 'int8') worst = Math.max(worst, off / (scale / 2 + size * 2 ** -23))
    else worst = Math.max(worst, off / Math.max(size / 2048, 2 ** -25))
  }
  return worst
}
