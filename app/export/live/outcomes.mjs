/** The distance from a point to a place: a ring by its radius, a curve by its formula, else the nearest of points. */
function distance({ radius, formula, xs, ys }, x, y, program) {
  if (radius !== null) return Math.abs(Math.sqrt(x * x + y * y) - radius)
  if (formula !== null) return program[formula](x, y)
  let squared = Infinity
  for (let k = 0; k < xs.length; k++) {
    const dx = x - xs[k], dy = y - ys[k], here = dx * dx + dy * dy
    if (here < squared) squared = here
  }
  return Math.sqrt(squared)
}

/** The code of the first place within the tolerance of each end, as Python's OUTCOMES. */
export function outcomes(xs, ys, { places, tolerance, elsewhere, diverged }, program) {
  return Uint8Array.from(xs, (x, k) => {
    if (!Number.isFinite(x) || !Number.isFinite(ys[k])) return diverged
    const found = places.find((place) => distance(place, x, ys[k], program) <= tolerance)
    return found === undefined ? elsewhere : found.code
  })
}

/** The code of each run's motion, as five further steps tell from its end and state: settled, 2-cycle, or else moving. */
export function motions(rule, values, ends, state, { tolerance, settled, two, moving }, program) {
  const [before, now] = [ends.subarray(0, ends.length / 2), ends.subarray(ends.length / 2)], n = now.length / 2
  const path = rule.run(now.subarray(0, n), now.subarray(n), ...values, 4, state)
  const at = (step, k) => {
    const from = step < 0 ? before : path.subarray(2 * n * step)
    return [from[k], from[n + k]]
  }
  const stays = (k, p) => program.stays(...at(4, k), ...at(4 - p, k), ...at(4 - 2 * p, k), p, tolerance)
  return Uint8Array.from({ length: n }, (_, k) => stays(k, 1) ? settled : stays(k, 2) ? two : moving)
}

/** How many there are of each code. */
export function counts(codes, kinds) {
  const found = Array(kinds).fill(0)
  for (const code of codes) found[code] += 1
  return found
}
