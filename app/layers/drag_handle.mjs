import { columns } from "../browser/columns.mjs"
import { move, placeBox } from "../browser/drag.mjs"

/** Whether two numbers are the same but for rounding. */
const same = (a, b) => Math.abs(a - b) <= 1e-9 * (Math.abs(a) + Math.abs(b))

/** Whether all edges, left, right, bottom and top, are the same. */
export const sameEdges = (edges, others) => edges.every((edge, k) => same(edge, others[k]))

/**
 * What a square becomes whose edges were dragged: it is moved, or where an edge or a corner was pulled it follows the
 * side that changed more, and the opposite corner stays, or of an edge the upper or the right end of the opposite one.
 */
export function square([left, right, bottom, top], before) {
  const [width, height] = [right - left, top - bottom], was = before[1] - before[0]
  const changes = [width, height].map((side) => Math.abs(side - was))
  if (changes.every((change) => change < 1e-6 * was)) return [left, right, bottom, top]
  const side = changes[0] > changes[1] ? width : height
  if (same(right, before[1])) left = right - side
  else right = left + side
  if (same(top, before[3])) bottom = top - side
  else top = bottom + side
  return [left, right, bottom, top]
}

export default ({ starts, box, drag, touch }) => {
  const now = [box.left, box.right, box.bottom, box.top]
  if (drag.edges.length === 0 || sameEdges(now, drag.edges)) return
  const [left, right, bottom, top] = columns(starts).free[0] ? square(now, drag.edges) : now
  placeBox(box, drag, { left, right, bottom, top })
  move(drag, touch, [(left + right) / 2, (bottom + top) / 2, (right - left) / 2])
}
