import { columns } from "../browser/columns.mjs"

/**
 * Where the runs are at a step, and how they came there.
 *
 * @param positions rule, axis, run, step
 * @param runs how many of each rule
 * @param length positions of a run
 */
export function playedTo(step, positions, runs, length, withTrails) {
  const count = runs.reduce((sum, number) => sum + number, 0)
  const trail = { xs: [], ys: [], rule: [] }
  const head = { x: new Float32Array(count), y: new Float32Array(count), rule: new Uint8Array(count) }
  let from = 0, at = 0
  runs.forEach((number, rule) => {
    for (let run = 0; run < number; run++) {
      const x = from + run * length, y = x + number * length
      head.x[at] = positions[x + step]
      head.y[at] = positions[y + step]
      head.rule[at] = rule
      at += 1
      if (!withTrails) continue
      trail.xs.push(positions.subarray(x, x + step + 1))
      trail.ys.push(positions.subarray(y, y + step + 1))
      trail.rule.push(rule)
    }
    from += 2 * number * length
  })
  return { trail, head }
}

/** The point of each curve, of which there may be fewer than steps, that is nearest to a step. */
export function marksAt(step, steps, { xs, ys, rule }) {
  const nearest = (curve) => curve[Math.round(step / steps * (curve.length - 1))]
  return { x: xs.map(nearest), y: ys.map(nearest), rule: [...rule] }
}

// At the clock's end the whole picture stands as it does without playback.
export default ({ clock, playback, played, trails, heads, losses, marks, now, lines, halos, halo, ends }) => {
  const { steps: [steps], runs: [runs], few: [few], alpha: [alpha], faded: [faded] } = columns(playback)
  if (clock.end !== steps) {
    clock.setv({ end: steps, value: clock.value >= clock.end ? steps : Math.min(clock.value, steps) })
    return
  }
  const step = clock.value, last = step >= steps, whole = last || faded === 1
  now.setv({ location: step, visible: !last })
  // a column of BokehJS is an array of its own kind, whose `subarray` fails
  const positions = new Float32Array(columns(played).positions)
  const length = steps + 1, count = runs.reduce((sum, number) => sum + number, 0)
  const shown = !last && positions.length === 2 * count * length
  if ((shown && count > 0) || columns(heads).x.length > 0) {
    const { trail, head } = playedTo(step, positions, shown ? runs : [], length, few && !whole)
    trails.data = trail
    heads.data = head
  }
  const mark = last ? { x: [], y: [], rule: [] } : marksAt(step, steps, columns(losses))
  if (!last || columns(marks).x.length > 0) marks.data = mark
  lines.glyph.line_alpha = whole ? alpha : faded * alpha
  halos.glyph.line_alpha = whole ? halo : faded * halo
  for (const renderer of ends) renderer.visible = whole
}
