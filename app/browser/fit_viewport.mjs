import { columns } from "./columns.mjs"
import { ends, fitted, isMoved, resized } from "./viewport.mjs"

const ROUGHLY = 4 // pixels that a size may differ and count as the same

// At first and for a new landscape the home view is fitted, or the part that is asked for; on reset the home view; to a
// new size, what is looked at by then.
export default ({ figure, view, fit, is_reset }) => {
  const size = [figure.inner_width, figure.inner_height]
  if (!size.every((side) => side > 0)) return
  const { left, right, bottom, top, zoom } = columns(view)
  const wish = JSON.stringify(columns(view)), isAsked = wish !== fit.wish
  const isResize = !is_reset && !isAsked
  if (isResize && size.every((side, k) => Math.abs(side - fit.size[k]) < ROUGHLY)) return
  if (isAsked) fit.zoom = zoom?.[0] ?? null
  else if (is_reset) fit.zoom = null
  fit.wish = wish
  const stays = isResize && isMoved(figure, fit)
  const whole = fit.zoom ?? [left[0], right[0], bottom[0], top[0]]
  const box = stays ? resized(ends(figure), fit.size, size) : fitted(whole, size)
  fit.size = size
  figure.x_range.setv({ start: box[0], end: box[1] })
  figure.y_range.setv({ start: box[2], end: box[3] })
  if (!stays) fit.ends = ends(figure)
}
