"""The window on the plane that maps show."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.browser.source_updates import Frame
from app.browser.viewport import keep_scale
from app.compute.loss_raster import Box
from app.layers.loss_surface import finite
from app.model.state import State
from landscapes.landscape import Domain


class Window:
    """The part of the plane that maps show, at one scale along both axes; all panels share its ranges."""

    def __init__(self, frame: Frame, state: State) -> None:
        (left, right), (bottom, top) = state.surface.domain
        self.x_range = Range1d(left, right, syncable=False)
        self.y_range = Range1d(bottom, top, syncable=False)
        self._first: Box = (left, right, bottom, top)
        self._view = frame.source("view", "left", "right", "bottom", "top")
        # a model of our own would be unknown to a page that was opened before this module was read
        self._seen = ColumnDataSource({"box": []})
        ranges = {"seen": self._seen, "x_range": self.x_range, "y_range": self.y_range}
        self._tell = script(Path(__file__).with_suffix(".mjs"), **ranges)
        for range_ in (self.x_range, self.y_range):
            for end in ("start", "end"):
                range_.js_on_change(end, self._tell)

    def fit(self, figure: Figure) -> None:
        """Keeps one scale along both axes of this figure, and so of all that are as large."""
        keep_scale(figure, self._view)
        for side in ("inner_width", "inner_height"):
            figure.js_on_change(side, self._tell)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Calls back when a visitor pans or zooms, and when the browser has given the map its place."""
        self._seen.on_change("data", guarded(lambda attribute, old, new: callback()))

    def draw(self, frame: Frame, state: State) -> None:
        """Shows the whole domain of a landscape that is new."""
        (left, right), (bottom, top) = state.surface.domain
        ends = {"left": [left], "right": [right], "bottom": [bottom], "top": [top]}
        frame.put("view", (state.landscape, state.surface.domain), lambda: ends)

    @property
    def placed(self) -> bool:
        """Whether the browser has said what is looked at; until then it is a guess."""
        return bool(self._told())

    @property
    def box(self) -> Box | None:
        """What is looked at; None where a browser named no such part of the plane."""
        box = self._told() or self._first
        sound = len(box) == 4 and all(isinstance(end, int | float) for end in box)
        return tuple(box) if sound and finite(box) else None

    def _told(self) -> Sequence[Any]:
        box = self._seen.data.get("box")
        return box if isinstance(box, list) else ()


def pixels(box: Box, across: int) -> tuple[int, int]:
    """(columns, rows) of square pixels over a box, about as many as in a square of `across` × `across`."""
    left, right, bottom, top = box
    ratio = ((right - left) / (top - bottom)) ** 0.5
    return max(round(across * ratio), 2), max(round(across / ratio), 2)


def domain(box: Box) -> Domain:
    """A box as the engine takes it."""
    left, right, bottom, top = box
    return (left, right), (bottom, top)
