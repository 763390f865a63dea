"""Where the flattest minima are: those of θ, and those of φ, on either plane."""

import numpy as np
from bokeh.models import MultiLine, Scatter
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.coordinates import ChartScene, PhiScene, flattest, identity
from app.theme import palette
from landscapes import Landscape
from landscapes.charts import Chart

SIZE = 17


class FlattestMarks:
    """A hollow diamond at each flattest minimum of θ, a filled one at each of φ, and a line from one to the other."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        self._glyphs = []
        place = {"x": "x", "y": "y", "marker": {"value": "diamond"}, "size": SIZE, "line_width": 2.5}
        for source, glyph in (
            (updates.source("moved", "xs", "ys"), MultiLine(xs="xs", ys="ys", line_width=2, line_dash=[2, 3])),
            (updates.source("flattest in θ", "x", "y"), Scatter(fill_color=None, **place)),
            (updates.source("flattest in φ", "x", "y"), Scatter(**place)),
        ):
            figure.add_glyph(source, glyph, level=MOVING)
            self._glyphs.append(glyph)

    def draw(self, scene: ChartScene | PhiScene, updates: SourceUpdates) -> None:
        landscape, chart, in_phi = scene.state.landscape_object, scene.chart, isinstance(scene, PhiScene)
        if chart is None:
            for name in ("moved", "flattest in θ", "flattest in φ"):
                updates.clear(name)
            return
        updates.put("flattest in θ", mark_columns, landscape, identity(), chart, in_phi)
        updates.put("flattest in φ", mark_columns, landscape, chart, chart, in_phi)
        updates.put("moved", moved_columns, landscape, chart, in_phi)

    def theme(self, dark: bool) -> None:
        ink = palette(dark).ink
        line, hollow, filled = self._glyphs
        line.line_color = hollow.line_color = filled.line_color = filled.fill_color = ink


def places(landscape: Landscape, of: Chart, chart: Chart, in_phi: bool) -> np.ndarray:
    """The flattest minima in the coordinates of one chart, as points of θ or of the other's φ, shape (2, n)."""
    found = flattest(landscape, of)
    found = chart.inverse(found) if in_phi else found
    return found[:, np.isfinite(found).all(axis=0)]


def mark_columns(landscape: Landscape, of: Chart, chart: Chart, in_phi: bool) -> Columns:
    """The points of one kind."""
    x, y = places(landscape, of, chart, in_phi).tolist()
    return {"x": x, "y": y}


def moved_columns(landscape: Landscape, chart: Chart, in_phi: bool) -> Columns:
    """Lines from each flattest minimum of θ to the nearest one of φ."""
    before, after = (places(landscape, of, chart, in_phi) for of in (identity(), chart))
    pairs = [(one, after[:, np.hypot(*(after - one[:, None])).argmin()]) for one in before.T] if after.size else []
    return {name: [[one[n], other[n]] for one, other in pairs] for n, name in enumerate(("xs", "ys"))}
