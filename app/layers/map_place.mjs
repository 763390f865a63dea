import { columns } from "../browser/columns.mjs"

/** Shows what the session asks for: the zoom, or the whole domain. */
export default ({ told, view, x_range, y_range }) => {
  const { left, right, bottom, top, zoom } = columns(view)
  if (left.length === 0) return
  told.ends = zoom[0] ?? [left[0], right[0], bottom[0], top[0]]
  x_range.setv({ start: told.ends[0], end: told.ends[1] })
  y_range.setv({ start: told.ends[2], end: told.ends[3] })
}
