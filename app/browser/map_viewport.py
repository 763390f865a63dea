"""The window on the plane that maps show: the landscape's domain, or the visitor's own zoom, and nothing more."""

from pathlib import Path
from typing import Any

from bokeh.core.properties import Bool, Float, List
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.browser.source_updates import SourceUpdates
from app.browser.viewport import kept
from app.model.box import Box, finite
from app.model.state import State

HERE = Path(__file__).parent
SIDES = ("left", "right", "top", "bottom")
SIZES = ("inner_width", "inner_height", "outer_width", "outer_height", "visible")


class Told(DataModel):
    """What the session knows of where a visitor is; the browser keeps it to itself."""

    ends = List(Float, default=[])  # left, right, bottom, top
    pending = Bool(default=False)


class Window:
    """The part of the plane that maps show; all panels share its ranges, and their frames have its shape.

    So neither what is mapped nor its shares depend on the browser's window. Where a visitor pans or zooms to becomes
    the state's zoom.
    """

    def __init__(self, updates: SourceUpdates, state: State) -> None:
        self._state = state
        left, right, bottom, top = state.region
        self.x_range = Range1d(left, right, syncable=False)
        self.y_range = Range1d(bottom, top, syncable=False)
        self._view = updates.source("view", "left", "right", "bottom", "top", "zoom", "number")
        # a model of our own would be unknown to a page that was opened before this module was read
        self._seen = ColumnDataSource({"box": [None], "number": [0]})
        self._seen.on_change("data", guarded(self._gone))
        self._shown: tuple[Any, ...] | None = None
        self._number = 0
        arguments = {
            "seen": self._seen,
            "told": Told(syncable=False),
            "x_range": self.x_range,
            "y_range": self.y_range,
            "view": self._view,
        }
        self._view.js_on_change("data", script(HERE / "map_place.mjs", **arguments))
        tell = script(HERE / "map_tell.mjs", **arguments)
        for range_ in (self.x_range, self.y_range):
            for end in ("start", "end"):
                range_.js_on_change(end, tell)
        self._reset = script(HERE / "map_reset.mjs", **arguments)

    def shape(self, figure: Figure) -> None:
        """Keeps a figure's frame in the shape of what it shows, and lets its reset show the whole domain."""
        least = {side: getattr(figure, f"min_border_{side}") or figure.min_border or 0 for side in SIDES}
        shape = script(HERE / "map_shape.mjs", figure=figure, least=least)
        for name in SIZES:
            figure.js_on_change(name, shape)
        self._view.js_on_change("data", shape)
        figure.js_on_event("reset", self._reset, shape)

    def draw(self, updates: SourceUpdates, state: State) -> None:
        """Shows what the state asks for, unless a visitor is there already."""
        domain = state.landscape_object.domain
        if (shown := (domain, state.zoom)) != self._shown:
            self._shown, self._number = shown, self._number + 1
            (left, right), (bottom, top) = domain
            columns = {"left": left, "right": right, "bottom": bottom, "top": top, "zoom": state.zoom}
            # because the browser takes columns that are equal for no change
            columns["number"] = self._number
            updates.put("view", self._number, lambda: {name: [end] for name, end in columns.items()})

    def _gone(self, attribute: str, old: Any, new: Any) -> None:
        """Takes what a visitor has gone to; what cannot be shown is undone on the screen by the next frame."""
        state, (told, *_) = self._state, new.get("box") or [None]
        box = sound(told)
        zoom = kept(box, state)
        self._shown = state.landscape_object.domain, zoom
        if (box is None and told is not None) or state.try_update(zoom=zoom) is not None:
            self._shown = None
            state.param.trigger("zoom")


def sound(told: Any) -> Box | None:
    """A box that a browser named; None where it is none."""
    numbers = isinstance(told, list | tuple) and len(told) == 4 and all(isinstance(end, int | float) for end in told)
    return tuple(map(float, told)) if numbers and finite(told) else None
