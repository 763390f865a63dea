"""Where a visitor has gone on the plane, told to the session once it rests: a link holds it, and back undoes it."""

from collections.abc import Callable, Sequence
from math import floor, log10

from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.plotting import figure as Figure

from app.guard import guarded
from app.heat import Box

RESTED = 300  # milliseconds without a move after which the session is told
DIGITS = 4  # of the shorter side that a link keeps

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
    seen.on_change("zoom", guarded(lambda attribute, old, new: take(new and rounded(new))))


def rounded(box: Sequence[float]) -> Box:
    """A box to as many digits as are seen."""
    left, right, bottom, top = map(float, box)
    digits = DIGITS - 1 - floor(log10(min(abs(right - left), abs(top - bottom)) or 1))
    return round(left, digits), round(right, digits), round(bottom, digits), round(top, digits)
