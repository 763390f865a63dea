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

const CELLS = 64 // of the tolerance, to which an end is rounded before Newton's method starts

/** The code of the stationary point that Newton's method finds near an end, where its Hessian is regular; or null. */
function searched(x, y, tolerance, { side, steps, arrived, flat, codes }, program) {
  const round = (at) => Math.round(at / tolerance * CELLS) * tolerance / CELLS
  const startX = round(x), startY = round(y)
  for (let k = 0, px = startX, py = startY; k < steps; k++) {
    const [nx, ny] = program.newton_step(px, py), step = Math.max(Math.abs(nx - px), Math.abs(ny - py))
    if (!(Math.max(Math.abs(nx - startX), Math.abs(ny - startY)) <= 2 * tolerance)) return null // NaN, too
    ;[px, py] = [nx, ny]
    if (step > arrived * side) continue
    if (Math.hypot(px - x, py - y) > tolerance) return null
    const [low, high] = program.curvatures(px, py, side)
    if (low === 0 || high === 0) return null
    return low > 0
      ? (flat !== null && high <= flat ? codes.flat : codes.minimum)
      : high < 0
      ? codes.maximum
      : codes.saddle
  }
  return null
}

/** The code of the first place within the tolerance of each end, or of what is found there, as Python's OUTCOMES. */
export function outcomes(xs, ys, { places, tolerance, newton, elsewhere, diverged }, program) {
  return Uint8Array.from(xs, (x, k) => {
    if (!Number.isFinite(x) || !Number.isFinite(ys[k])) return diverged
    const found = places.find((place) => distance(place, x, ys[k], program) <= tolerance)
    if (found !== undefined) return found.code
    return (newton && searched(x, ys[k], tolerance, newton, program)) ?? elsewhere
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
  const stays = (k, p) => program.stays(...at(4, k), ...at(4 - p, k), ...at(4 - 2 * p, k), ...at(3, k), p, tolerance)
  return Uint8Array.from({ length: n }, (_, k) => stays(k, 1) ? settled : stays(k, 2) ? two : moving)
}

/** How many there are of each code. */
export function counts(codes, kinds) {
  const found = Array(kinds).fill(0)
  for (const code of codes) found[code] += 1
  return found
}
