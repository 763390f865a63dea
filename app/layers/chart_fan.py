"""On the plane of θ: where each rule looks in the chart as its amount varies, and the strip in which Monge SAM does."""

from collections.abc import Sequence

import numpy as np
from bokeh.models import MultiLine, Patch, Scatter
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.coordinates import ChartScene, fan
from app.layers.rule_groups import LINES, POINTS, coloured, lines, points
from app.layers.trajectories import drawable
from app.model.lineup import Entry
from app.theme import palette
from figures.style import EDGE
from landscapes import Landscape
from landscapes.charts import TYPED, Chart, ChartForm
from optimizers.charts import perturbation_in

FAR = 1e3  # sides of the domain, over which the strip reaches


class ChartFan:
    """Curves of ψ(φ + δ_φ), the points on them at the chosen amount, those in θ itself, and the strip 0 < g·v < ρ."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        # its sides are so long that dashes would take a third of a frame
        self._strip = Patch(x="x", y="y", fill_alpha=0.13, line_alpha=0.5)
        line, point = {"xs": "xs", "ys": "ys"}, {"x": "x", "y": "y"}
        self._halo = MultiLine(line_width=5, line_alpha=0.6, **line)
        curves = updates.source("fan", *LINES)
        for source, glyph in (
            (updates.source("strip", "x", "y"), self._strip),
            (curves, self._halo),
            (curves, MultiLine(line_color=coloured(), line_width=2, **line)),
            (
                updates.source("looked in θ", *POINTS),
                Scatter(size=12, fill_color="white", line_color=coloured(), line_width=3, **point),
            ),
            (
                updates.source("looked in φ", *POINTS),
                Scatter(size=12, fill_color=coloured(), line_color=EDGE, **point),
            ),
        ):
            figure.add_glyph(source, glyph, level=MOVING)

    def draw(self, scene: ChartScene, updates: SourceUpdates) -> None:
        state, chart = scene.state, scene.chart
        landscape, start = state.landscape_object, scene.start
        rules = tuple(
            one for one in state.entries() if one.rule.ascent is not None and "rho" in one.rule.hyperparameters
        )
        updates.put("strip", strip_columns, landscape, start, state.rho)
        if chart is None:
            for name in ("fan", "looked in θ", "looked in φ"):
                updates.clear(name)
            return
        asked = (landscape, chart, rules, start, state.chart_metric)
        updates.put("looked in θ", looked_columns, *asked, False)
        updates.put("looked in φ", looked_columns, *asked, True)
        if state.chart == TYPED:
            updates.clear("fan")
        else:  # the same curves at each amount
            updates.put("fan", fan_columns, landscape, chart.form, rules, start, state.chart_metric)

    def theme(self, dark: bool) -> None:
        p = palette(dark)
        self._halo.line_color = p.halo
        self._strip.update(fill_color=p.ink, line_color=p.ink)


def fan_columns(
    landscape: Landscape, form: ChartForm, rules: Sequence[Entry], start: tuple[float, float], metric: str
) -> Columns:
    """A curve for each rule, over the range of the chart's amount."""
    curves = ((one.place, fan(landscape, form, one.rule, start, metric)) for one in rules)
    with np.errstate(over="ignore"):
        return lines(
            ((place, [*curve[:1].astype(np.float32)], [*curve[1:].astype(np.float32)]) for place, curve in curves),
            dashed=False,
        )


def looked_columns(
    landscape: Landscape, chart: Chart, rules: Sequence[Entry], start: tuple[float, float], metric: str, in_phi: bool
) -> Columns:
    """ψ(φ + δ_φ) or θ + δ of each rule, where it is finite."""
    found = ((one.place, perturbation_in(one.rule, landscape, chart, start, metric)) for one in rules)
    shown = ((place, one.point if in_phi else one.theta + one.delta) for place, one in found)
    return points((place, drawable(at[:, None])) for place, at in shown)


def strip_columns(landscape: Landscape, start: tuple[float, float], rho: float) -> Columns:
    """The corners of {θ + v : 0 < g·v < ρ}; none where g is 0 or undefined."""
    with np.errstate(all="ignore"):
        g = np.array(landscape.gradient(*np.array(start)), float)
        size = np.hypot(*g)
        out, along = g / size * (rho / size), np.array([-g[1], g[0]]) / size * (FAR * landscape.side)
    corners = np.array([start - along, start + along, start + along + out, start - along + out]).T
    if not (np.isfinite(corners).all() and rho > 0):
        return {"x": [], "y": []}
    return {"x": corners[0].tolist(), "y": corners[1].tolist()}
