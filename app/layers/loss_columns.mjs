import { lines } from "./run_columns.mjs"

/** The height at which a loss is drawn. */
const height = (loss, { minimum, floor, unknown }) =>
  minimum === null
    ? Math.sign(loss) * Math.log10(1 + Math.abs(loss) / unknown)
    : Math.log10(Math.max(loss - minimum, floor))

/** Rounded, halves to even. */
const rounded = (x) => Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)

/** Steps, and three curves: what a tenth, a half and nine tenths of the runs' heights at each step stay below. */
export function quantiles(positions, n, curve, program) {
  const length = positions.length / (2 * n), shown = Math.min(length, curve.max_points)
  const steps = Float32Array.from({ length: shown }, (_, k) => Math.floor(k * (length - 1) / Math.max(shown - 1, 1)))
  const top = height(curve.ceiling + (curve.minimum ?? 0), curve)
  const curves = [0.1, 0.5, 0.9].map(() => new Float32Array(shown))
  const places = [0.1, 0.5, 0.9].map((part) => rounded((n - 1) * part)), losses = new Float64Array(n)
  steps.forEach((step, k) => {
    for (let run = 0; run < n; run++) {
      const at = 2 * n * step + run
      losses[run] = program.value(positions[at], positions[at + n])
    }
    losses.sort() // NaN last, as the worst; heights are in the order of losses
    places.forEach((place, c) => {
      const here = height(losses[place], curve)
      curves[c][k] = Math.abs(here) <= top ? here : NaN
    })
  })
  return [steps, ...curves]
}

/** The outline of the band between two curves, as far as both are there. */
export function band(steps, low, high) {
  const there = [...steps.keys()].filter((k) => Number.isFinite(low[k]) && Number.isFinite(high[k]))
  const back = there.toReversed()
  return {
    xs: [...there, ...back].map((k) => steps[k]),
    ys: [...there.map((k) => low[k]), ...back.map((k) => high[k])],
  }
}

/** Columns of the bands and of the medians of several rules' heights. */
export const lossColumns = (groups) => ({
  bands: lines(groups.flatMap(({ code, dash, n, heights: [steps, low, , high] }) => {
    const { xs, ys } = band(steps, low, high)
    return n > 1 ? [{ code, dash, xs: [xs], ys: [ys] }] : []
  })),
  losses: lines(groups.map(({ code, dash, heights: [steps, , half] }) => ({ code, dash, xs: [steps], ys: [half] }))),
})

/** The ends of the axis: whole units, so that it stands still while curves move a little. */
export function axis(curves, rim) {
  let low = Infinity, high = -Infinity
  for (const value of curves.flatMap((curve) => [...curve])) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low > high) return null
  const bottom = Math.floor(low), top = Math.max(Math.ceil(high), bottom + 1), margin = rim * (top - bottom)
  return [bottom - margin, top + margin]
}
