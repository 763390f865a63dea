import { columns } from "../browser/columns.mjs"

/** Shows the whole domain again, and reports it to the session. */
export default ({ moves, reported, view, x_range, y_range }) => {
  const { left, right, bottom, top } = columns(view)
  reported.ends = [left[0], right[0], bottom[0], top[0]]
  x_range.setv({ start: reported.ends[0], end: reported.ends[1] })
  y_range.setv({ start: reported.ends[2], end: reported.ends[3] })
  moves.data = { box: [null], number: [performance.now()] }
}
