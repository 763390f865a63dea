"""What part of the plane is looked at: fitted to the screen, and told to the session, whose link holds it."""

from collections.abc import Callable
from math import floor, log10
from pathlib import Path

from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import BoxZoomTool, ColumnDataSource, CustomJS, WheelZoomTool
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.compute.loss_raster import Box
from app.model.state import State

RESTED = 300  # milliseconds without a move after which the session is told
DIGITS = 4  # of the shorter side that a link keeps
HERE = Path(__file__).parent
FIT, TELL = HERE / "zoom_fit.js", HERE / "zoom_tell.js"


TOOLS = "pan,wheel_zoom,box_zoom,reset"


def keep_scale(figure: Figure) -> None:
    """Has the tools zoom both axes alike."""
    for tool in figure.tools:
        match tool:
            case BoxZoomTool():
                tool.match_aspect = True
            case WheelZoomTool():
                tool.zoom_on_axis = False


class Seen(DataModel):
    """The part of the plane that is looked at; None where that is all that the session shows."""

    zoom = AnyValue(default=None)


def fit(figure: Figure, view: ColumnDataSource) -> None:
    """Keeps what a figure shows fitted to its size, at one scale along both axes.

    Args:
        figure: the plane.
        view: what the session asks it to show.
    """
    refit, resized = (CustomJS.from_file(FIT, figure=figure, view=view, always=always) for always in (True, False))
    view.js_on_change("data", refit)
    figure.js_on_event("reset", refit)
    for side in ("inner_width", "inner_height"):
        figure.js_on_change(side, resized)


def tell(figure: Figure, view: ColumnDataSource, take: Callable[[Box | None], None]) -> None:
    """Calls back with the part of the plane that a visitor has gone to.

    Args:
        figure: the plane.
        view: what the session asked it to show.
        take: is given the part; None where it is all again.
    """
    seen = Seen()
    figure.tags = [*figure.tags, seen]
    told = CustomJS.from_file(TELL, figure=figure, view=view, seen=seen, rested=RESTED)
    for range_ in (figure.x_range, figure.y_range):
        range_.js_on_change("start", told)
        range_.js_on_change("end", told)
    seen.on_change("zoom", guarded(lambda attribute, old, new: take(new and tuple(map(float, new)))))


def kept(seen: Box | None, state: State) -> Box | None:
    """What a link keeps of what is seen: what it says already, or few digits."""
    return seen if seen in {None, state.zoom} else rounded(seen)


def rounded(box: Box) -> Box:
    """A box to as many digits as are seen."""
    left, right, bottom, top = box
    digits = DIGITS - 1 - floor(log10(min(abs(right - left), abs(top - bottom)) or 1))
    return round(left, digits), round(right, digits), round(bottom, digits), round(top, digits)
