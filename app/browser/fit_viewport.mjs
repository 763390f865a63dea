import { columns } from "./columns.mjs"
import { ends, fitted, isMoved } from "./viewport.mjs"

const ROUGHLY = 4 // pixels that a size may differ and count as the same

// At first, for a new landscape and on reset, the home view is fitted, or the part that is asked for. To a new size, the
// same part is fitted again; what a visitor has gone to is such a part, so that it stays what the session was told.
export default ({ figure, view, fit, cause }) => {
  const size = [figure.inner_width, figure.inner_height]
  if (cause === "asked") fit.asked = true
  if (!size.every((side) => side > 0)) return
  const isResize = cause === "resized" && !fit.asked
  if (isResize && size.every((side, k) => Math.abs(side - fit.size[k]) < ROUGHLY)) return
  const { left, right, bottom, top, zoom } = columns(view)
  if (fit.asked) fit.zoom = zoom?.[0] ?? null
  else if (cause === "reset") fit.zoom = null
  else if (isMoved(figure, fit)) fit.zoom = ends(figure)
  fit.asked = false
  const box = fitted(fit.zoom ?? [left[0], right[0], bottom[0], top[0]], size)
  fit.size = size
  figure.x_range.setv({ start: box[0], end: box[1] })
  figure.y_range.setv({ start: box[2], end: box[3] })
  fit.ends = ends(figure)
}
