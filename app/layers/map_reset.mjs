import { columns } from "../browser/columns.mjs"

/** Shows the whole domain again, and tells the session so. */
export default ({ seen, told, view, x_range, y_range }) => {
  const { left, right, bottom, top } = columns(view)
  told.ends = [left[0], right[0], bottom[0], top[0]]
  x_range.setv({ start: told.ends[0], end: told.ends[1] })
  y_range.setv({ start: told.ends[2], end: told.ends[3] })
  seen.data = { box: [null], number: [performance.now()] }
}
