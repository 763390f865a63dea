// The dissection of steps by a generated text, for GRADIENT the name of the gradient in it, which notes where it is
// taken, and for SAME the relative difference up to which two distances are the same.

const looked = []

// Of a rule without a metric, δ leads to the first of the farthest points at which it took a gradient.
const farthest = (x, y, seen) => {
  let longest = 0
  const lengths = seen.map(([px, py]) => Math.hypot(px - x, py - y))
  for (const length of lengths) if (length > longest) longest = length
  const index = lengths.findIndex((length) => length >= longest * (1 - SAME))
  return seen[Math.max(index, 0)] ?? [x, y] // the first too where no distance is a number
}

export const dissected = (numbers, byDirection, begin) => ({
  begin,
  step(x, y, state, rate, ...given) {
    looked.length = 0
    const [gx, gy, nx, ny, sx, sy, ...more] = numbers(x, y, ...state, ...given, rate)
    const after = more.splice(0, begin.length)
    let [vx, vy, dx, dy, hx, hy, xx = NaN, xy = NaN, yy = NaN] = more
    if (byDirection) {
      const seen = []
      for (let at = 2; at < looked.length; at += 2) seen.push([looked[at], looked[at + 1]]) // the first is g's own
      vx = vy = NaN
      const [px, py] = farthest(x, y, seen)
      dx = px - x
      dy = py - y
      ;[hx, hy] = GRADIENT(px, py) // x + dx can differ from px in its last bit
    }
    return { numbers: [gx, gy, vx, vy, dx, dy, hx, hy, nx, ny, xx, xy, yy, sx, sy], state: after }
  },
})
