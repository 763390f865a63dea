"""What part of the plane is looked at: fitted to the screen, and told to the session, whose link holds it."""

from collections.abc import Callable
from math import floor, log10
from pathlib import Path

from bokeh.core.properties import Any as AnyValue
from bokeh.core.properties import Float, Int, List, String
from bokeh.model import DataModel
from bokeh.models import BoxZoomTool, ColumnDataSource, WheelZoomTool
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.model.box import Box
from app.model.state import State

DEBOUNCE = 300  # milliseconds without a move after which the session is told
DIGITS = 4  # of the shorter side that a link keeps
HERE = Path(__file__).parent

TOOLS = "pan,wheel_zoom,box_zoom,reset"


class Fit(DataModel):
    """To what the view was fitted; the browser keeps it to itself."""

    wish = String(default="")  # what the session asked for when it was
    size = List(Float, default=[])  # width and height, in px
    ends = List(Float, default=[])  # of the axes; where they are others by now, a visitor has moved them
    zoom = AnyValue(default=None)  # the part that was asked for; None for all
    timer = Int(default=0)


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


def fit_viewport(figure: Figure, view: ColumnDataSource) -> Fit:
    """Shows what the session asks for at one scale along both axes, whatever the figure's size.

    Args:
        figure: the plane.
        view: the ends of all there is to see: left, right, bottom, top; and where it has it, as zoom, the part to show.

    Returns:
        What the browser fitted it to.
    """
    fit = Fit(syncable=False)
    path, models = HERE / "fit_viewport.mjs", {"figure": figure, "view": view, "fit": fit}
    update = script(path, **models, is_reset=False)
    view.js_on_change("data", update)
    for side in ("inner_width", "inner_height"):
        figure.js_on_change(side, update)
    figure.js_on_event("reset", script(path, **models, is_reset=True))
    return fit


def tell(figure: Figure, fit: Fit, take: Callable[[Box | None], None]) -> None:
    """Calls back with the part of the plane that a visitor has gone to.

    Args:
        figure: the plane.
        fit: to what it was fitted.
        take: is given the part; None where it is all again.
    """
    seen = Seen()
    figure.tags = [*figure.tags, seen]
    told = script(HERE / "tell_viewport.mjs", figure=figure, fit=fit, seen=seen, debounce=DEBOUNCE)
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
