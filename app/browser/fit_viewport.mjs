import { columns } from "./columns.mjs"
import { ends, fitted, isMoved } from "./viewport.mjs"

const ROUGHLY = 4 // pixels that a size may differ and count as the same

// At first, for a new landscape and on reset, the home view is fitted, or the part that is asked for. To a new size, the
// same part is fitted again; what a visitor has gone to is such a part, so that it stays what the session was told.
export default ({ figure, view, fit, is_reset }) => {
  const size = [figure.inner_width, figure.inner_height]
  if (!size.every((side) => side > 0)) return
  const { left, right, bottom, top, zoom } = columns(view)
  const wish = JSON.stringify(columns(view)), isAsked = wish !== fit.wish
  if (!is_reset && !isAsked && size.every((side, k) => Math.abs(side - fit.size[k]) < ROUGHLY)) return
  if (isAsked) fit.zoom = zoom?.[0] ?? null
  else if (is_reset) fit.zoom = null
  else if (isMoved(figure, fit)) fit.zoom = ends(figure)
  fit.wish = wish
  const box = fitted(fit.zoom ?? [left[0], right[0], bottom[0], top[0]], size)
  fit.size = size
  figure.x_range.setv({ start: box[0], end: box[1] })
  figure.y_range.setv({ start: box[2], end: box[3] })
  fit.ends = ends(figure)
}
