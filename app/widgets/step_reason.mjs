const SURE = 1e-3 // a cosine below this has no sign to speak of
const NEARLY = 0.05 // of the gradient at θ
const MOVED = 1e-9 // of 1 + ‖θ‖: in a shorter step rounding decides
const HUGE = 1e6 // of any number: the run diverges

const dot = ([ax, ay], [bx, by]) => ax * bx + ay * by
const length = ([x, y]) => Math.hypot(x, y)
const cosine = (a, b) => dot(a, b) / (length(a) * length(b))
const degrees = (cos) => Math.round(Math.acos(Math.max(-1, Math.min(1, cos))) * 180 / Math.PI)

/** How a descent along `direction` differs from one along the gradient g at θ. */
function compared(what, direction, g) {
  const angle = degrees(cosine(direction, g)), times = length(direction) / length(g)
  const off = Math.hypot(direction[0] - g[0], direction[1] - g[1]) / length(g)
  if (angle > 90) {
    return `${what} is turned by ${angle}° from <i>g</i>, more than a right angle: at θ the step leads up the slope.`
  }
  if (off <= NEARLY) {
    return `${what} differs by only ${(100 * off).toFixed(1)} % from <i>g</i>: the step is nearly that of GD.`
  }
  const sized = `${times.toPrecision(3)} times as long`
  return `${what} is turned by ${angle}° from <i>g</i> and ${sized}: so is the step, compared with that of GD.`
}

/**
 * Why the step goes where it goes, in one sentence that these numbers prove, as HTML; empty where they prove none.
 *
 * @param rule what the equations know of it
 * @param numbers of the step
 * @param following those of the next step, null where it is unknown
 */
export function reason(rule, numbers, following) {
  if (rule.course) return "" // the base optimizer, a schedule or noise moves θ elsewhere than along the direction
  const { x, y, gx, gy, dx, dy, hx, hy, nx, ny, sx, sy } = numbers
  const g = [gx, gy], delta = [dx, dy], there = [hx, hy], direction = [sx, sy], step = [-sx, -sy]
  const moved = Math.hypot(nx - x, ny - y)
  if (![x, y, ...g, ...delta, ...there, ...direction, moved].every((one) => Math.abs(one) < HUGE)) return ""
  if (!(moved > MOVED * (1 + Math.hypot(x, y)) && length(g) > 0)) return ""
  const alongDelta = rule.metric !== null && length(delta) > 0
  if (alongDelta && cosine(g, delta) > SURE && cosine(there, delta) < -SURE) {
    return "δ crosses a crest: ℓ rises from θ and falls before θ + δ, where the gradient points back, " +
      "so the step goes toward the crest, not away from it."
  }
  if (following !== null && cosine(g, step) < -SURE) {
    const ahead = [following.gx, following.gy], next = [following.sx, following.sy]
    if (cosine(ahead, step) > SURE && cosine(next, step) > SURE) {
      return "The step crosses a valley: along it ℓ falls at θ and rises at θ′, so the next step points back."
    }
  }
  if (rule.metric === null) return compared("<i>d</i>", direction, g)
  return rule.perturbs ? compared("∇ℓ(θ + δ)", there, g) : "The step goes straight down the slope at θ."
}
