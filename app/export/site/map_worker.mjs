import { outcomes } from "../live/outcomes.mjs"

/** The centres of equal cells, as `optimizers.maps.pixels.cell_centres` rounds them. */
const centre = (low, high, count, k) => low + (k + 0.5) * ((high - low) / count)

/** Where the runs end that start at the pixels of some rows: the outcomes' codes. */
function mapped({ key, values, steps, window: [left, right, bottom, top], columns, rows, from, to }, places, program) {
  const n = columns * (to - from), rule = program.rules[key]
  const xs = Float64Array.from({ length: n }, (_, k) => centre(left, right, columns, k % columns))
  const ys = Float64Array.from({ length: n }, (_, k) => centre(bottom, top, rows, from + Math.floor(k / columns)))
  const ends = rule.ends(xs, ys, ...values, steps), x = ends.subarray(2 * n, 3 * n), y = ends.subarray(3 * n)
  return outcomes(x, y, places, program)
}

export default ({ program, setup }) => {
  self.onmessage = ({ data }) => postMessage({ ...data, outcomes: mapped(data, setup.outcomes, program) })
}
