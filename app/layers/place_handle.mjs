import { columns } from "../browser/columns.mjs"
import { around, isMoving, placeBox } from "../browser/drag.mjs"
import { frameSize } from "../browser/viewport.mjs"

/** How much of the plane so many pixels along an axis are. */
export const reach = ({ start, end }, inner, pixels) => pixels * Math.abs(end - start) / Math.max(inner, 1)

// The browser's own drag goes first: places that come back from the session lag behind it.
export default ({ starts, box, drag, figure, pixels }) => {
  const { x: [x], y: [y], half: [half], free: [free] } = columns(starts)
  if (x === undefined || isMoving(drag)) return
  const { x_range, y_range } = figure, [width, height] = frameSize(figure)
  const reachX = free ? half : reach(x_range, width, pixels)
  const reachY = free ? half : reach(y_range, height, pixels)
  const style = { resizable: free ? "all" : "none", line_alpha: free ? 1 : 0 }
  placeBox(box, drag, around([x, y], reachX, reachY), style)
}
