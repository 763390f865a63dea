/** So many numbers from low to high, both included, as NumPy's linspace rounds them. */
export function evenly(low, high, size) {
  const step = (high - low) / Math.max(size - 1, 1)
  const numbers = Float64Array.from({ length: size }, (_, k) => k * step + low)
  if (size > 1) numbers[size - 1] = high
  return numbers
}

/** Where the runs of a state start: the abscissas and the ordinates, of a cloud from its places in the unit square. */
export function starts({ mode, x, y, size, centre_x, centre_y, half_width }, unit) {
  if (mode === "one") return [Float64Array.of(x), Float64Array.of(y)]
  const left = centre_x - half_width, right = centre_x + half_width
  const bottom = centre_y - half_width, top = centre_y + half_width
  if (mode === "grid") {
    const across = evenly(left, right, size), up = evenly(bottom, top, size)
    return [
      Float64Array.from({ length: size * size }, (_, k) => across[k % size]),
      Float64Array.from({ length: size * size }, (_, k) => up[Math.floor(k / size)]),
    ]
  }
  const [us, vs] = unit
  return [us.map((u) => left + u * (right - left)), vs.map((v) => bottom + v * (top - bottom))]
}
