import { memory, set } from "../browser/ahead.mjs"

/** Notes where a hand has moved the starts. */
export default ({ ahead, touch }) => {
  const [x, y, half] = touch.place
  if (x === undefined) return
  set(ahead, memory(ahead).asked.rest.mode === "one" ? { x, y } : { centre_x: x, centre_y: y, half_width: half })
}
