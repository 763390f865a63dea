"""The handle that a hand drags: the start itself, or the square that a grid or a cloud of starts fills."""

from bokeh.core.properties import Float, List
from bokeh.events import Tap
from bokeh.model import DataModel
from bokeh.models import BoxAnnotation, CustomJS
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.keyboard import listen
from app.browser.source_updates import Frame
from app.model.state import State
from app.theme import palette

REACH = 16  # px round the start within which it is caught

# The browser's own drag goes first: places that come back from the session lag behind it and are not taken meanwhile.
PLACE = """
const data = hand.data instanceof Map ? Object.fromEntries(hand.data) : hand.data
if (data.x.length == 0 || (box.dragged_at && performance.now() - box.dragged_at < 500)) return
const [x, y, half, free] = [data.x[0], data.y[0], data.half[0], data.free[0]]
const {x_range, y_range} = figure
const reach_x = free ? half : REACH * Math.abs(x_range.end - x_range.start) / Math.max(figure.inner_width, 1)
const reach_y = free ? half : REACH * Math.abs(y_range.end - y_range.start) / Math.max(figure.inner_height, 1)
box.placing = true
box.setv({left: x - reach_x, right: x + reach_x, bottom: y - reach_y, top: y + reach_y,
          resizable: free ? "all" : "none", line_alpha: free ? 1 : 0})
box.placing = false
box.before = [x - reach_x, x + reach_x, y - reach_y, y + reach_y]
""".replace("REACH", str(REACH))

DRAGGED = """
if (box.placing) return
let {left, right, bottom, top} = box
const before = box.before ?? [left, right, bottom, top]
const same = (a, b) => Math.abs(a - b) <= 1e-9 * (Math.abs(a) + Math.abs(b))
if (same(left, before[0]) && same(right, before[1]) && same(bottom, before[2]) && same(top, before[3])) return
box.dragged_at = performance.now()
const data = hand.data instanceof Map ? Object.fromEntries(hand.data) : hand.data
if (data.free[0]) {
    const [width, height] = [right - left, top - bottom]
    const was = before[1] - before[0]
    if (!(Math.abs(width - was) < 1e-6 * was && Math.abs(height - was) < 1e-6 * was)) {
        // an edge or corner was pulled: the square follows the side that changed more, the opposite corner stays
        const side = Math.abs(width - was) > Math.abs(height - was) ? width : height
        if (same(right, before[1])) left = right - side
        else right = left + side
        if (same(top, before[3])) bottom = top - side
        else top = bottom + side
        box.placing = true
        box.setv({left, right, bottom, top})
        box.placing = false
    }
}
box.before = [left, right, bottom, top]
touch.place = [(left + right) / 2, (bottom + top) / 2, (right - left) / 2]
"""


class Touch(DataModel):
    """Where the hand has dragged the handle: centre and half-width, in one property so that it travels as one."""

    place = List(Float, default=[])


class Hand:
    """Moves the state's starts by drag and by click."""

    def __init__(self, frame: Frame, figure: Figure, state: State) -> None:
        self._state = state
        self._box = BoxAnnotation(
            left=0,
            right=0,
            bottom=0,
            top=0,
            editable=True,
            movable="both",
            fill_alpha=0,
            hover_fill_alpha=0,
            line_width=2,
            line_dash=[6, 4],
            syncable=False,
            name="hand",
        )
        figure.add_layout(self._box)
        hand = frame.source("hand", "x", "y", "half", "free")
        touch = Touch()
        figure.tags = [*figure.tags, touch]
        place = CustomJS(args={"hand": hand, "box": self._box, "figure": figure}, code=PLACE)
        hand.js_on_change("data", place)
        for range_ in (figure.x_range, figure.y_range):
            range_.js_on_change("start", place)
            range_.js_on_change("end", place)
        dragged = CustomJS(args={"hand": hand, "box": self._box, "touch": touch}, code=DRAGGED)
        for edge in ("left", "right", "bottom", "top"):
            self._box.js_on_change(edge, dragged)
        touch.on_change("place", guarded(self._dragged))
        figure.on_event(Tap, guarded(self._tapped))
        listen(figure, self._box, hand, touch, frame.sources["view"])

    def draw(self, frame: Frame, state: State) -> None:
        if state.mode == "one":
            place = (state.x, state.y, 0.0, False)
        else:
            place = (state.centre_x, state.centre_y, state.half_width, True)
        frame.put("hand", place, lambda: {name: [v] for name, v in zip(("x", "y", "half", "free"), place, strict=True)})

    def theme(self, dark: bool) -> None:
        ink = palette(dark).ink
        self._box.update(line_color=ink, hover_line_color=ink)

    def _dragged(self, attribute: str, old: list[float], new: list[float]) -> None:
        if len(new) == 3:
            self._move(*new)

    def _tapped(self, event: Tap) -> None:
        self._move(event.x, event.y, self._state.half_width)

    def _move(self, x: float, y: float, half_width: float) -> None:
        """Takes a place; one that is out of bounds leaves the starts where they are."""
        if self._state.mode == "one":
            self._state.accept(x=x, y=y)
        else:
            self._state.accept(centre_x=x, centre_y=y, half_width=half_width)
