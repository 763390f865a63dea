"""The part of the plane that maps show: exactly the landscape's domain, or the visitor's zoom."""

from pathlib import Path
from typing import Any

from bokeh.core.properties import Bool, Float, List
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.browser.source_updates import SourceUpdates
from app.browser.viewport import zoom_of
from app.compute.scene import Scene
from app.model.box import Box, finite
from app.model.state import State

HERE = Path(__file__).parent
SIDES = ("left", "right", "top", "bottom")
SIZES = ("inner_width", "inner_height", "outer_width", "outer_height", "visible")


class ReportedView(DataModel):
    """The view that was last reported to the session; browser only."""

    ends = List(Float, default=[])  # left, right, bottom, top
    pending = Bool(default=False)


class MapViewport:
    """The part of the plane that maps show; all panels share its ranges, and their frames have its shape.

    So neither what is mapped nor its shares depend on the browser's window. Panning and zooming set the state's zoom.

    Args:
        name: of the source that says what to show.
    """

    def __init__(self, updates: SourceUpdates, state: State, name: str = "view") -> None:
        self._state, self._name = state, name
        left, right, bottom, top = state.region
        self.x_range = Range1d(left, right, syncable=False)
        self.y_range = Range1d(bottom, top, syncable=False)
        self._view = updates.source(name, "left", "right", "bottom", "top", "zoom", "number")
        # a model class of our own would be unknown to a page that was opened before this module was loaded
        self._moves = ColumnDataSource({"box": [None], "number": [0]})
        self._moves.on_change("data", guarded(self._moved))
        self._shown: tuple[Any, ...] | None = None
        self._number = 0
        arguments = {
            "moves": self._moves,
            "reported": ReportedView(syncable=False),
            "x_range": self.x_range,
            "y_range": self.y_range,
            "view": self._view,
        }
        self._view.js_on_change("data", script(HERE / "show_map_viewport.mjs", **arguments))
        report = script(HERE / "report_map_viewport.mjs", **arguments)
        for range_ in (self.x_range, self.y_range):
            for end in ("start", "end"):
                range_.js_on_change(end, report)
        self._reset = script(HERE / "reset_map_viewport.mjs", **arguments)

    def shape(self, figure: Figure) -> None:
        """Keeps a figure's frame in the shape of what it shows, and lets its reset show the whole domain."""
        least = {side: getattr(figure, f"min_border_{side}") or figure.min_border or 0 for side in SIDES}
        shape = script(HERE / "map_shape.mjs", figure=figure, least=least)
        for name in SIZES:
            figure.js_on_change(name, shape)
        self._view.js_on_change("data", shape)
        figure.js_on_event("reset", self._reset, shape)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        """Shows the state's zoom, unless it is visible already."""
        state = scene.state
        domain = state.landscape_object.domain
        if (shown := (domain, state.zoom)) != self._shown:
            self._shown, self._number = shown, self._number + 1
            (left, right), (bottom, top) = domain
            columns = {"left": left, "right": right, "bottom": bottom, "top": top, "zoom": state.zoom}
            # the browser ignores columns that are equal
            columns["number"] = self._number
            updates.put(self._name, lambda number: {name: [end] for name, end in columns.items()}, self._number)

    def theme(self, dark: bool) -> None:
        """It has no colours."""

    def _moved(self, attribute: str, old: Any, new: Any) -> None:
        """Takes over a visitor's panning or zooming; what cannot be shown is undone by the next frame."""
        state, (reported, *_) = self._state, new.get("box") or [None]
        box = valid_box(reported)
        zoom = zoom_of(box, state)
        self._shown = state.landscape_object.domain, zoom
        if (box is None and reported is not None) or state.try_update(zoom=zoom) is not None:
            self._shown = None
            state.param.trigger("zoom")


def valid_box(reported: Any) -> Box | None:
    """A box that a browser sent; None if it is not valid."""
    numbers = (
        isinstance(reported, list | tuple)
        and len(reported) == 4
        and all(isinstance(end, int | float) for end in reported)
    )
    if not (numbers and finite(reported)):
        return None
    left, right, bottom, top = map(float, reported)
    return left, right, bottom, top
