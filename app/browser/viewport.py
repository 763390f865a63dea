"""The visible part of the plane: fitted to the screen, and reported to the session, whose link holds it."""

from collections.abc import Callable
from math import floor, log10
from pathlib import Path
from typing import Any

from bokeh.core.properties import Any as AnyValue
from bokeh.core.properties import Float, Int, List, String
from bokeh.model import DataModel
from bokeh.models import BoxZoomTool, ColumnDataSource, WheelZoomTool
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.model.box import Box, finite
from app.model.state import State
from app.theme import stylesheet

DEBOUNCE = 300  # milliseconds without a move after which the session is notified
DIGITS = 4  # of the shorter side that a link keeps
HERE = Path(__file__).parent

TOOLS = "pan,wheel_zoom,box_zoom,reset"
TOOLBAR = stylesheet(HERE / "toolbar.css")


class Fit(DataModel):
    """What the view was fitted to; browser only."""

    request = String(default="")  # what the session requested at that time
    size = List(Float, default=[])  # width and height, in px
    ends = List(Float, default=[])  # of the axes; if they differ now, the visitor has panned or zoomed
    zoom = AnyValue(default=None)  # the requested part; None for all
    timer = Int(default=0)


def keep_scale(figure: Figure) -> None:
    """Makes the tools zoom both axes equally."""
    for tool in figure.tools:
        match tool:
            case BoxZoomTool():
                tool.match_aspect = True
            case WheelZoomTool():
                tool.zoom_on_axis = False


def place_toolbar(figure: Figure) -> None:
    """Shows the tools of the figure under the pointer below its frame at the right, where they cover nothing drawn."""
    figure.toolbar.update(autohide=True, logo=None, stylesheets=[TOOLBAR])
    figure.update(toolbar_location="below" if figure.tools else None, toolbar_inner=True)


class VisibleRegion(DataModel):
    """The visible part of the plane; None for all that the session shows."""

    zoom = AnyValue(default=None)


def fit_viewport(figure: Figure, view: ColumnDataSource) -> Fit:
    """Shows what the session requests at one scale along both axes, whatever the figure's size.

    Args:
        figure: the plane.
        view: the home view: left, right, bottom, top; and if it has a column zoom, the part to show.

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


def on_viewport_change(figure: Figure, fit: Fit, callback: Callable[[Box | None], None]) -> None:
    """Calls back with the part of the plane that a visitor has panned or zoomed to.

    Args:
        figure: the plane.
        fit: to what it was fitted.
        callback: is called with the part; None for the home view.
    """
    visible = VisibleRegion()
    figure.tags = [*figure.tags, visible]
    report = script(HERE / "report_viewport.mjs", figure=figure, fit=fit, visible=visible, debounce=DEBOUNCE)
    for range_ in (figure.x_range, figure.y_range):
        range_.js_on_change("start", report)
        range_.js_on_change("end", report)

    def changed(attribute: str, old: Any, new: Any) -> None:
        part = new and tuple(map(float, new))
        if part is None or finite(part):  # a figure without a size has no part
            callback(part)

    visible.on_change("zoom", guarded(changed))


def zoom_of(visible: Box | None, state: State) -> Box | None:
    """The visible part as a link keeps it: unchanged if it is there already, else rounded."""
    return visible if visible in {None, state.zoom} else rounded(visible)


def rounded(box: Box) -> Box:
    """A box rounded to the visible digits."""
    left, right, bottom, top = box
    digits = DIGITS - 1 - floor(log10(min(abs(right - left), abs(top - bottom)) or 1))
    return round(left, digits), round(right, digits), round(bottom, digits), round(top, digits)
