// What tests ask of a generated module, in whichever engine: numbers go in and out as their bits.

const numbers = (text) => new Float64Array(Uint8Array.fromBase64(text).buffer)
const bits = (array) => new Uint8Array(array.buffer).toBase64()

export const answer = (made, { path, arrays, values, steps }) => {
  const called = path.reduce((place, name) => place[name], made)
  const given = arrays.map(numbers)
  return bits(steps === undefined ? each(called, given) : called(...given, ...numbers(values), steps))
}

// A function of single numbers at each place of the arrays, its results one after another.
const each = (called, given) => {
  const results = Array.from(given[0], (_, n) => [called(...given.map((array) => array[n]))].flat())
  return Float64Array.from(results.flat())
}
