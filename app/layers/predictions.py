"""Predictions on the plane: a click says where a run ends; once that is revealed, the class's are a cloud round it."""

from math import isfinite

import numpy as np
from bokeh.events import Tap
from bokeh.models import MultiLine, Scatter
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.scene import Scene
from app.model.moment import Point
from app.model.state import State
from app.theme import palette

PREDICTED = "#e0218a"  # no rule, place or background has this colour


class Predictions:
    """Takes clicks while a lesson asks for them, and draws what was predicted."""

    def __init__(self, updates: SourceUpdates, figure: Figure, state: State) -> None:
        self._state = state
        others = updates.source("predictions of others", "x", "y")
        own = updates.source("predictions", "x", "y")
        misses = updates.source("misses", "xs", "ys")
        self._others = figure.add_glyph(
            others, Scatter(x="x", y="y", size=11, fill_color=PREDICTED, fill_alpha=0.35, line_color=None), level=MOVING
        )
        figure.add_glyph(
            misses, MultiLine(xs="xs", ys="ys", line_color=PREDICTED, line_width=1.5, line_dash=[3, 3]), level=MOVING
        )
        cross = {"x": "x", "y": "y", "marker": {"value": "x"}}
        self._halo = figure.add_glyph(own, Scatter(**cross, size=20, line_width=8), level=MOVING)
        figure.add_glyph(own, Scatter(**cross, size=18, line_width=4, line_color=PREDICTED), level=MOVING)
        figure.on_event(Tap, guarded(self._tapped))

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        moment = scene.state.moment
        updates.put("predictions of others", _points, moment.others)
        updates.put("predictions", _points, moment.predictions)
        updates.put("misses", _misses, moment.predictions, moment.answer)

    def theme(self, dark: bool) -> None:
        self._halo.glyph.line_color = palette(dark).halo

    def _tapped(self, event: Tap) -> None:
        moment = self._state.moment
        if moment.asking and isfinite(event.x) and isfinite(event.y):
            self._state.try_update(moment=moment.predicted(float(event.x), float(event.y)))


def _points(points: tuple[Point, ...]) -> Columns:
    x, y = np.array(points, np.float64).reshape(-1, 2).T
    return {"x": x, "y": y}


def _misses(points: tuple[Point, ...], end: Point | None) -> Columns:
    """A line from each prediction to the end, once it is known."""
    if end is None:
        return {"xs": [], "ys": []}
    return {"xs": [np.array([x, end[0]]) for x, _ in points], "ys": [np.array([y, end[1]]) for _, y in points]}
