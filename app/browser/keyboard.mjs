import { columns } from "./columns.mjs"
import { around, isMoving, move, placeBox } from "./drag.mjs"

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }
const PANS = { a: [-1, 0], d: [1, 0], s: [0, -1], w: [0, 1] }
const ZOOMS = { "+": 0.8, "=": 0.8, "-": 1.25, "−": 1.25 }

/** How far a key moves the start: the power of ten next below a fiftieth of the shorter side. */
export const keyStep = (width, height) => 10 ** Math.floor(Math.log10(Math.min(width, height) / 50))

/** A range about a centre, of this many times its length. */
export const zoomed = ({ start, end }, centre, factor) => ({
  start: centre + (start - centre) * factor,
  end: centre + (end - centre) * factor,
})

/** A range a tenth of its length further in a direction. */
export function panned({ start, end }, direction) {
  const by = (end - start) / 10 * direction
  return { start: start + by, end: end + by }
}

const length = ({ start, end }) => end - start
const rounded = (value) => Number(value.toPrecision(12))

export default ({ figure, box, drag, starts, touch, label, hint, css }) => {
  const canvas = Bokeh.index.find_one(figure).canvas_view, area = canvas.events_el
  if (area.dataset.hint) return
  area.dataset.hint = hint
  area.setAttribute("role", "application")
  area.setAttribute("aria-label", label)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  canvas.shadow_el.adoptedStyleSheets.push(sheet)

  const { x_range, y_range } = figure
  // A held key continues from where it has moved the start: places that come back from the session lag behind.
  const place = () => {
    if (isMoving(drag) && touch.place.length === 3) return touch.place
    const { x, y, half } = columns(starts)
    return [x[0], y[0], half[0]]
  }
  const moveBy = ([right, up], part) => {
    const [x, y, half] = place()
    const step = keyStep(length(x_range), length(y_range)) * part
    const to = [rounded(x + right * step), rounded(y + up * step)]
    placeBox(box, drag, around(to, (box.right - box.left) / 2, (box.top - box.bottom) / 2))
    move(drag, touch, [...to, half])
  }
  const zoom = (factor) => {
    const [x, y] = place()
    x_range.setv(zoomed(x_range, x, factor))
    y_range.setv(zoomed(y_range, y, factor))
  }
  const pan = ([right, up]) => {
    if (right !== 0) x_range.setv(panned(x_range, right))
    if (up !== 0) y_range.setv(panned(y_range, up))
  }
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key in DIRECTIONS) moveBy(DIRECTIONS[event.key], event.shiftKey ? 0.1 : 1)
    else if (event.key in PANS) pan(PANS[event.key])
    else if (event.key in ZOOMS) zoom(ZOOMS[event.key])
    else if (event.key === "0") figure.reset.emit()
    else return
    event.preventDefault()
  })
}
