import { columns } from "./columns.mjs"
import { ends, fitted, frameSize, isMoved } from "./viewport.mjs"

const SIZE_TOLERANCE = 4 // pixels that a size may differ and count as the same

// At first, for a new landscape and on reset, the home view is fitted, or the requested part. To a new size, the same
// part is fitted again; what a visitor zoomed to counts as requested, so that it stays as reported to the session.
export default ({ figure, view, fit, is_reset }) => {
  const size = frameSize(figure)
  if (!size.every((side) => side > 0)) return
  const { left, right, bottom, top, zoom } = columns(view)
  const request = JSON.stringify(columns(view)), isNew = request !== fit.request
  if (!is_reset && !isNew && size.every((side, k) => Math.abs(side - fit.size[k]) < SIZE_TOLERANCE)) return
  if (isNew) fit.zoom = zoom?.[0] ?? null
  else if (is_reset) fit.zoom = null
  else if (isMoved(figure, fit)) fit.zoom = ends(figure)
  fit.request = request
  const box = fitted(fit.zoom ?? [left[0], right[0], bottom[0], top[0]], size)
  fit.size = size
  figure.x_range.setv({ start: box[0], end: box[1] })
  figure.y_range.setv({ start: box[2], end: box[3] })
  fit.ends = ends(figure)
}
