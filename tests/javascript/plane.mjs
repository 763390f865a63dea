// The plane under the keyboard, without a page: what a key does to the start, the ranges and the view.
globalThis.CSSStyleSheet = class {
  replaceSync() {}
}
globalThis.performance ??= { now: () => Date.now() }

const settable = (values) => Object.assign(values, { setv: (given) => Object.assign(values, given) })

/** Presses a key on the plane of this box with the start at a place: its new place, the new box, and the resets. */
export const pressed = (listen, key, shiftKey, [left, right, bottom, top], [x, y]) => {
  const listeners = {}
  const attributes = {}
  const area = {
    dataset: {},
    setAttribute: (name, value) => attributes[name] = value,
    addEventListener: (name, handle) => listeners[name] = handle,
  }
  globalThis.Bokeh = {
    index: { find_one: () => ({ canvas_view: { events_el: area, shadow_el: { adoptedStyleSheets: [] } } }) },
  }
  let resets = 0
  const figure = {
    x_range: settable({ start: left, end: right }),
    y_range: settable({ start: bottom, end: top }),
    reset: { emit: () => resets++ },
  }
  const drag = { moved_at: null, hold: 1 }, touch = { place: [] }
  const box = settable({ left: x - 1, right: x + 1, bottom: y - 1, top: y + 1 })
  listen({ figure, box, drag, starts: { data: { x: [x], y: [y], half: [0] } }, touch, label: "", hint: "", css: "" })
  let prevented = false
  listeners.keydown({ key, shiftKey, preventDefault: () => prevented = true })
  const { x_range, y_range } = figure
  return {
    place: touch.place.slice(0, 2),
    box: [x_range.start, x_range.end, y_range.start, y_range.end],
    resets,
    prevented,
  }
}
