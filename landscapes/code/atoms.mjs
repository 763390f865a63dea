// What a translated text calls: the atoms, and functions that look at the bits of a number, as NumPy's do.
// Names with $ are no names in Python, so no name of a text is one of these.

export const { abs: $abs, sqrt: $sqrt, floor: $floor, ceil: $ceil } = Math

// From 2⁵² on every number is whole, so that the sum rounds, halves to even; what is rounded to 0 keeps its sign.
export const $rint = (x) => {
  const size = $abs(x)
  const whole = size + 4503599627370496 - 4503599627370496
  return size < 4503599627370496 ? (x > 0 ? whole : x < 0 ? -whole : x) : x
}

export const $number = new Float64Array(1), $bits = new Int32Array($number.buffer) // the upper half is the second

// The bits of k + 1.5 · 2⁵² + 1023, moved up by 52.
export const $power_of_two = (k) => {
  $number[0] = k + 6755399441056767
  $bits[1] = $bits[0] << 20
  $bits[0] = 0
  return $number[0]
}

// NumPy puts these bits into those of 2⁵²; below 2⁵² a bit counts half.
export const $exponent = (x) => {
  $number[0] = x
  const shifted = $bits[1] >> 20
  return (shifted < 0 ? 0.5 * shifted : shifted) - 1023
}

export const $mantissa = (x) => {
  $number[0] = x
  $bits[1] = $bits[1] & 0xfffff | 0x3ff00000
  return $number[0]
}

export const $low_word = (x) => {
  $number[0] = x
  return $bits[0] >>> 0
}

export const $high_word = (x) => {
  $number[0] = x
  return $bits[1] >>> 0
}

// Of whole numbers below 2⁵², whose bits stand at the end of those of 2⁵² and more.
export const $exclusive_or = (a, b) => {
  $number[0] = a + 4503599627370496
  const low = $bits[0], high = $bits[1]
  $number[0] = b + 4503599627370496
  $bits[0] = $bits[0] ^ low
  $bits[1] = $bits[1] ^ high | 0x43300000
  return $number[0] - 4503599627370496
}
