import { memory } from "../browser/ahead.mjs"
import { write } from "./number_slider.mjs"

/** Keeps the number that a hand sets beside its slider, while the session's lags behind. */
export default ({ source, ahead, name }) => {
  const { set: { [name]: value } } = memory(ahead)
  if (value !== undefined) write(source, value)
}
