"""What part of the plane is looked at: fitted to the screen, and told to the session, whose link holds it."""

from collections.abc import Callable
from math import floor, log10

from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.compute.loss_raster import Box

RESTED = 300  # milliseconds without a move after which the session is told
DIGITS = 4  # of the shorter side that a link keeps

# At first and for a new landscape the home view is fitted, or the part that is asked for; on reset the home view; to a
# new size, what is looked at by then.
FIT = """
const width = figure.inner_width, height = figure.inner_height
if (!(width > 0 && height > 0)) return
const same = view.fitted && Math.abs(view.fitted[0] - width) < 4 && Math.abs(view.fitted[1] - height) < 4
const asked = view.data !== view.taken  // by the session; what else refits always is a reset
if (same && !always && !asked) return
const {x_range, y_range} = figure
const columns = view.data instanceof Map ? Object.fromEntries(view.data) : view.data
if (asked) view.zoom = columns.zoom?.[0]
else if (always) view.zoom = null
view.taken = view.data
const [left, right, bottom, top] = view.zoom ?? ["left", "right", "bottom", "top"].map((end) => columns[end][0])
const ends = () => [x_range.start, x_range.end, y_range.start, y_range.end]
const stay = view.fitted && !always && !asked && ends().some((end, k) => end !== view.at[k])
const unit = stay ? (x_range.end - x_range.start) / view.fitted[0]
    : Math.max((right - left) / width, (top - bottom) / height)
const x = stay ? (x_range.start + x_range.end) / 2 : (left + right) / 2
const y = stay ? (y_range.start + y_range.end) / 2 : (bottom + top) / 2
view.fitted = [width, height]
x_range.setv({start: x - unit * width / 2, end: x + unit * width / 2})
y_range.setv({start: y - unit * height / 2, end: y + unit * height / 2})
if (!stay) view.at = ends()
"""

TELL = """
clearTimeout(seen.resting)
seen.resting = setTimeout(() => {
    const {x_range: {start: left, end: right}, y_range: {start: bottom, end: top}} = figure
    const ends = [left, right, bottom, top]
    seen.zoom = view.at?.some((end, k) => end !== ends[k]) ? ends : view.zoom ?? null
}, RESTED)
""".replace("RESTED", str(RESTED))


class Seen(DataModel):
    """The part of the plane that is looked at; None where that is all that the session shows."""

    zoom = AnyValue(default=None)


def tell(figure: Figure, view: ColumnDataSource, take: Callable[[Box | None], None]) -> None:
    """Calls back with the part of the plane that a visitor has gone to.

    Args:
        figure: the plane.
        view: what the session asked it to show.
        take: is given the part; None where it is all again.
    """
    seen = Seen()
    figure.tags = [*figure.tags, seen]
    told = CustomJS(args={"figure": figure, "view": view, "seen": seen}, code=TELL)
    for range_ in (figure.x_range, figure.y_range):
        range_.js_on_change("start", told)
        range_.js_on_change("end", told)
    seen.on_change("zoom", guarded(lambda attribute, old, new: take(new and tuple(map(float, new)))))


def rounded(box: Box) -> Box:
    """A box to as many digits as are seen."""
    left, right, bottom, top = box
    digits = DIGITS - 1 - floor(log10(min(abs(right - left), abs(top - bottom)) or 1))
    return round(left, digits), round(right, digits), round(bottom, digits), round(top, digits)
