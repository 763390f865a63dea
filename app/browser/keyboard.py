"""The plane under the keyboard: arrow keys move the start, or the square of the starts, others zoom and pan."""

from bokeh.model import DataModel
from bokeh.models import BoxAnnotation, ColumnDataSource, CustomJS
from bokeh.plotting import figure as Figure

from app.theme import FOCUS

KEYS = (
    ("arrow keys", "move the start"),
    ("Shift and an arrow key", "move it a tenth as far"),
    ("+ and −", "zoom in and out, about the start"),
    ("w, a, s and d", "look further up, left, down and right"),
    ("0", "show the whole view again"),
)
LABEL = "Start: " + ", ".join(f"{key} {what}" for key, what in KEYS)
HINT = "Start: arrow keys move it · Shift: finer · + − 0: zoom · w a s d: pan"

# A key that is held goes on from where it has brought the start: places that come back from the session lag behind.
LISTEN = """
const canvas = Bokeh.index.find_one(figure).canvas_view, area = canvas.events_el
if (area.dataset.hint) return
area.dataset.hint = hint
area.setAttribute("role", "application")
area.setAttribute("aria-label", label)
const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
canvas.shadow_el.adoptedStyleSheets.push(sheet)

const directions = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]}
const ways = {a: [-1, 0], d: [1, 0], s: [0, -1], w: [0, 1]}
const zooms = {"+": 0.8, "=": 0.8, "-": 1.25, "−": 1.25}
const place = () => {
    if (performance.now() - (box.dragged_at ?? -Infinity) < 500 && touch.place.length === 3) return touch.place
    const data = hand.data instanceof Map ? Object.fromEntries(hand.data) : hand.data
    return [data.x[0], data.y[0], data.half[0]]
}
const move = ([right, up], part) => {
    const {x_range, y_range} = figure, [x, y, half] = place()
    const width = Math.min(x_range.end - x_range.start, y_range.end - y_range.start)
    const step = 10 ** Math.floor(Math.log10(width / 50)) * part
    const rounded = (value) => Number(value.toPrecision(12))
    const to = [rounded(x + right * step), rounded(y + up * step), half]
    const [reach_x, reach_y] = [(box.right - box.left) / 2, (box.top - box.bottom) / 2]
    const edges = {left: to[0] - reach_x, right: to[0] + reach_x, bottom: to[1] - reach_y, top: to[1] + reach_y}
    box.placing = true
    box.setv(edges)
    box.placing = false
    box.before = [edges.left, edges.right, edges.bottom, edges.top]
    box.dragged_at = performance.now()
    touch.place = to
}
const zoom = (factor) => {
    const [x, y] = place()
    const about = (range, centre) => range.setv({
        start: centre + (range.start - centre) * factor, end: centre + (range.end - centre) * factor})
    about(figure.x_range, x)
    about(figure.y_range, y)
}
const pan = ([right, up]) => {
    const by = (range, way) => {
        const {start, end} = range, step = (end - start) / 10 * way
        range.setv({start: start + step, end: end + step})
    }
    if (right !== 0) by(figure.x_range, right)
    if (up !== 0) by(figure.y_range, up)
}
area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key in directions) move(directions[event.key], event.shiftKey ? 0.1 : 1)
    else if (event.key in ways) pan(ways[event.key])
    else if (event.key in zooms) zoom(zooms[event.key])
    else if (event.key === "0") view.properties.data.change.emit()
    else return
    event.preventDefault()
})
"""

CSS = f"""
.bk-events:focus-visible {{ outline: 3px solid {FOCUS}; outline-offset: -3px; box-shadow: inset 0 0 0 5px #ffffff; }}
.bk-events:focus-visible::after {{ content: attr(data-hint); position: absolute; top: 12px; left: 50%;
  transform: translateX(-50%); padding: 4px 10px; border-radius: 4px; background: #17202b; color: #ffffff;
  font: 15px Roboto, "DejaVu Sans", sans-serif; white-space: nowrap; pointer-events: none; }}
"""


def listen(
    figure: Figure, box: BoxAnnotation, hand: ColumnDataSource, touch: DataModel, view: ColumnDataSource
) -> None:
    """Lets the plane be reached by Tab and the start be moved by keys.

    Args:
        figure: the plane.
        box: handle round the start or the starts.
        hand: where the session has it.
        touch: takes the place that the keys bring it to.
        view: of the plane to begin with; its change fits the plane to it.
    """
    arguments = {"figure": figure, "box": box, "hand": hand, "touch": touch, "view": view}
    texts = {"label": LABEL, "hint": HINT, "css": CSS}
    figure.js_on_change("inner_width", CustomJS(args=arguments | texts, code=LISTEN))
