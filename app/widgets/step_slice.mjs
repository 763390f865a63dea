const WIDTH = 300, HEIGHT = 72, EDGE = 12, UNDER = 18 // pixels; what stands under the curve

/** Whether the slice is shown at the arrow's stage: from where the step has δ. */
export const sliceShown = ({ stage }) => stage === 0 || stage >= 3

/** The loss at θ + t δ for each of the times, as `app/layers/step_slice.py` sends it. */
export const lossesAlong = (times, { x, y, dx, dy }, value) =>
  times.map((time) => Math.fround(value(x + time * dx, y + time * dy)))

/**
 * The loss along δ as SVG; empty where δ or the loss is not known, or δ is 0.
 *
 * @param times multiples of δ, 0 and 1 among them
 * @param losses at θ + t δ, for each of the times
 * @param write a number in few digits
 */
export function sliceDrawing(times, losses, { dx, dy }, write) {
  if (!(Math.hypot(dx, dy) > 0) || losses === null || !losses.every(Number.isFinite)) return ""
  const low = Math.min(...losses), span = Math.max(...losses) - low || 1
  const left = times[0], right = times.at(-1)
  const at = (k) =>
    [
      EDGE + (WIDTH - 2 * EDGE) * (times[k] - left) / (right - left),
      EDGE + (HEIGHT - 2 * EDGE) * (1 - (losses[k] - low) / span),
    ].map((one) => Number(one.toFixed(1)))
  const path = times.map((_, k) => at(k).join(",")).join(" ")
  const marks = [["θ", 0], ["θ + δ", 1]].map(([name, time]) => {
    const k = times.findIndex((one) => Math.abs(one - time) < 1e-9), [x, y] = at(k)
    return { name, x, y, loss: write(losses[k]) }
  })
  const drawn = marks.map(({ name, x, y }) =>
    `<line x1="${x}" x2="${x}" y1="${y}" y2="${HEIGHT}"/><circle cx="${x}" cy="${y}" r="5"/>` +
    `<text x="${x}" y="${HEIGHT + UNDER - 4}">${name}</text>`
  )
  const said = marks.map(({ name, loss }) => `${loss} at ${name}`).join(", ")
  return `<svg class="slice" viewBox="0 0 ${WIDTH} ${HEIGHT + UNDER}" role="img" aria-label="ℓ along δ: ${said}">` +
    `<polyline points="${path}"/>${drawn.join("")}</svg><p class="legend">ℓ along δ: ${said}</p>`
}
