import { lines } from "./run_columns.mjs"
import { evenly } from "./starts.mjs"

const extent = (numbers) => {
  let low = Infinity, high = -Infinity
  for (const number of numbers) {
    if (number < low) low = number
    if (number > high) high = number
  }
  return [low, high]
}

/** The kernel density of values at places, as `optimizers.outcomes.density`, by its formulas. */
export function density(values, at, { bandwidth, bump, bump_area }) {
  const sample = values.filter(Number.isFinite), number = sample.length, heights = new Float64Array(at.length)
  const [low, high] = extent(sample)
  if (number < 2 || high - low <= 1e-12 * Math.max(1, Math.abs(low), Math.abs(high))) return heights
  const mean = sample.reduce((sum, value) => sum + value, 0) / number
  const variance = sample.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (number - 1)
  const width = bandwidth(number, Math.sqrt(variance)), area = bump_area(width) * number
  const centres = sample.map((value) => value / width)
  at.forEach((place, k) => {
    let sum = 0
    for (let i = 0; i < number; i++) sum += bump(place / width, centres[i])
    heights[k] = sum / area
  })
  return heights
}

/** Places over a span and the density of the values there, or a stem where they are all the same; float32. */
export function curve(values, [low, high], number, page) {
  let at = evenly(low, high, number), heights = density(values, at, page)
  if (heights.every((height) => height === 0)) {
    const near = values.filter((value) => Math.abs(value) < 1e30)
    if (near.length === 0) return [new Float32Array(0), new Float32Array(0)]
    const [least, most] = extent(near)
    if (most - least < 1e-9 * Math.max(1, Math.abs(near[0]))) {
      at = [near[0], near[0]]
      heights = [0, Infinity]
    }
  }
  return [Float32Array.from(at), Float32Array.from(heights)]
}

/** Columns of the densities along one axis, in units of the tallest; groups hold code, dash and values. */
export function marginalColumns(groups, span, number, page) {
  const curves = groups.map(({ values }) => curve(values, span, number, page))
  const heights = curves.map(([, height]) => height).filter(({ length }) => length > 2)
  const tallest = heights.length === 0 ? 1 : Math.max(...heights.map((height) => extent(height)[1]))
  return lines(groups.map(({ code, dash }, k) => {
    const [at, height] = curves[k]
    return { code, dash, xs: [at], ys: [height.map((value) => Math.min(value / tallest, 1))] }
  }))
}
