import { set } from "../browser/ahead.mjs"

const DIGITS = 3 // that a slider gives

/** What a slider at a position stands for; on a logarithmic one whose left end means 0, that. */
export function valueAt(position, { log, zero, low }) {
  const value = Number((log ? 10 ** position : position).toPrecision(DIGITS))
  return zero && value <= low ? 0 : value
}

/** Shows a number in a text field; the session takes it from the slider. */
export function write(field, value) {
  const text = String(value)
  if (field.value !== text || field.value_input !== text) {
    field.setv({ value: text, value_input: text }, { sync: false })
  }
}

/** Notes what a hand sets on a slider, and writes it beside it; values that come from the session are no hand's. */
export default ({ source, slider, typed, ahead, name, scale }) => {
  if (!Bokeh.index.find_one(slider)?.el.matches(":focus-within")) return
  const value = valueAt(source.value, scale)
  write(typed.data, value)
  set(ahead, { [name]: value })
}
