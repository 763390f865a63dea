/** Whether the handle is being dragged or moved by keys. */
export const isMoving = (drag) => drag.moved_at !== null && performance.now() - drag.moved_at < drag.hold

/** Places the handle without counting as a drag. */
export function placeBox(box, drag, edges, style = {}) {
  const { left, right, bottom, top } = edges
  drag.edges = [left, right, bottom, top]
  box.setv({ ...edges, ...style })
}

/** Sends the session where the handle was moved to. */
export function move(drag, touch, place) {
  drag.moved_at = performance.now()
  touch.place = place
}

/** The edges of a box round a point. */
export const around = ([x, y], reachX, reachY) => ({
  left: x - reachX,
  right: x + reachX,
  bottom: y - reachY,
  top: y + reachY,
})
