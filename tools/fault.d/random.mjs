// Numbers that a seed gives, the same ones every time (mulberry32).
export function randomFrom(seed) {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    between: (low, high) => low + unit() * (high - low),
    whole: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    chance: share => unit() < share,
    one: list => list[Math.floor(unit() * list.length)],
    // Time to the next of events that come `mean` apart on average, but never closer than a third of it.
    gap: mean => mean / 3 - (mean * 2 / 3) * Math.log(1 - unit()),
    // One of {weight, ...}.
    weighted: list => {
      let left = unit() * list.reduce((sum, { weight }) => sum + weight, 0)
      return list.find(({ weight }) => (left -= weight) < 0) ?? list.at(-1)
    },
  }
}
