import { columns } from "../browser/columns.mjs"

/** Shows what the session requests: the zoom, or the whole domain. */
export default ({ reported, view, x_range, y_range }) => {
  const { left, right, bottom, top, zoom } = columns(view)
  if (left.length === 0) return
  reported.ends = zoom[0] ?? [left[0], right[0], bottom[0], top[0]]
  x_range.setv({ start: reported.ends[0], end: reported.ends[1] })
  y_range.setv({ start: reported.ends[2], end: reported.ends[3] })
}
