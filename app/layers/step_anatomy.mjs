import { columns, record } from "../browser/columns.mjs"
import { frameSize } from "../browser/viewport.mjs"
import { numbersAt, setsAt } from "./step_numbers.mjs"

/** What arrows are scaled by: a tenth, as often as the longest of them is longer than half the view. */
export function arrowScale(gradients, halfView, scale) {
  const longest = Math.max(0, ...gradients.map(([x, y]) => Math.hypot(x, y)).filter(Number.isFinite))
  while (scale * longest > halfView) scale /= 10
  return scale
}

const NARROWEST = 220 // pixels: the width that a plane counts as while panels are shown in its place
const LEAST = 40 // pixels: beyond the dot that it begins under

const DRAWN_FROM = { current_points: 1, sets: 2, ways: 3, perturbed_points: 3, arrows: 4, next_points: 6 } // stages
const CARRIED = 5 // the stage that draws the arrow at θ too

/** A vector, made as long as `least` where it is shorter; nothing is made of one without length. */
export function lengthened([x, y], least) {
  const length = Math.hypot(x, y)
  return length > 0 && length < least ? [x * (least / length), y * (least / length)] : [x, y]
}

/** The outline of an arrow from a point along a vector; `pixel` is its unit across, in units of the plane. */
export function arrowOutline([x, y], [along_x, along_y], pixel) {
  const length = Math.hypot(along_x, along_y)
  if (!(length > 0)) return []
  const unit = Math.min(pixel, length / 30), neck = length - 17 * unit
  const corners = [[0, 3.5], [neck, 3.5], [neck, 10], [length, 0], [neck, -10], [neck, -3.5], [0, -3.5]]
  return corners.map(([along, across]) => [
    x + (along_x * along - along_y * across * unit) / length,
    y + (along_y * along + along_x * across * unit) / length,
  ])
}

/** The ellipse that a symmetric matrix makes of the unit circle, round a point. */
export function ellipse([x, y], [xx, xy, yy]) {
  const angles = Array.from({ length: 181 }, (_, k) => k * Math.PI / 90)
  return angles.map((angle) => {
    const cos = Math.cos(angle), sin = Math.sin(angle)
    return [x + xx * cos + xy * sin, y + xy * cos + yy * sin]
  })
}

/** Whether a rule looks in a set: GD does not, and a rule without a metric has none. */
export const hasSet = ({ xx, xy, yy }) => [xx, xy, yy].every(Number.isFinite) && (xx !== 0 || yy !== 0)

function addLine(drawn, rule, outline) {
  drawn.xs.push(outline.map(([x]) => x))
  drawn.ys.push(outline.map(([, y]) => y))
  drawn.rule.push(rule)
}

function addPoint(drawn, rule, [x, y]) {
  drawn.x.push(x)
  drawn.y.push(y)
  drawn.rule.push(rule)
}

/**
 * Columns of what is drawn of each rule's step; `parts` are their numbers, null for a rule without any. Arrows shorter
 * than `LEAST` are drawn that long.
 *
 * @param whole whether more than the sets is drawn
 * @param stage up to which it is drawn (`STAGES` of the card); the gradient is carried back to θ in stages alone
 */
export function drawnStep(parts, scale, pixel, whole, stage = 0) {
  const lines = () => ({ xs: [], ys: [], rule: [] }), points = () => ({ x: [], y: [], rule: [] })
  const drawn = {
    sets: lines(),
    ways: lines(),
    arrows: lines(),
    perturbed_points: points(),
    current_points: points(),
    next_points: points(),
  }
  parts.forEach((part, rule) => {
    if (part === null) return
    const { x, y, dx, dy, hx, hy, nx, ny, xx, xy, yy } = part
    if (hasSet(part)) addLine(drawn.sets, rule, ellipse([x, y], [xx, xy, yy]))
    if (!whole) return
    addPoint(drawn.current_points, rule, [x, y])
    addPoint(drawn.next_points, rule, [nx, ny])
    if (xx === 0 && yy === 0) return
    const perturbed = [x + dx, y + dy]
    addLine(drawn.ways, rule, [[x, y], perturbed])
    addPoint(drawn.perturbed_points, rule, perturbed)
    const vector = lengthened([-scale * hx, -scale * hy], LEAST * pixel)
    for (const from of stage >= CARRIED ? [perturbed, [x, y]] : [perturbed]) {
      const outline = arrowOutline(from, vector, pixel)
      if (outline.length > 0) addLine(drawn.arrows, rule, outline)
    }
  })
  if (!whole || stage === 0) return drawn
  const empty = (columns) => Object.fromEntries(Object.keys(columns).map((name) => [name, []]))
  return Object.fromEntries(
    Object.entries(drawn).map(([name, columns]) => [name, stage < DRAWN_FROM[name] ? empty(columns) : columns]),
  )
}

export default ({ clock, figure, parts, names, arrow, longest_scale, broken, sources }) => {
  const { x_range: { start, end } } = figure, [width] = frameSize(figure)
  const halfView = Math.abs(end - start) / 2
  const { whole: [whole] } = columns(broken)
  const all = parts.map((part) => numbersAt(setsAt(clock, whole), part, names))
  arrow.scale = arrowScale(all.filter((part) => part).map(({ hx, hy }) => [hx, hy]), halfView, longest_scale)
  const pixel = 2 * halfView / Math.max(width, NARROWEST)
  arrow.least = LEAST * pixel
  const drawn = drawnStep(all, arrow.scale, pixel, whole, arrow.stage)
  for (const [name, data] of Object.entries(drawn)) {
    const source = record(sources)[name]
    if (data.rule.length > 0 || columns(source).rule.length > 0) source.data = data
  }
}
