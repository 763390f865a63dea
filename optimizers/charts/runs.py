"""Runs in a chart: from the same starts, in φ, mapped back to θ."""

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.charts import Chart
from optimizers.charts.in_chart import in_chart
from optimizers.charts.pullback import pulled_back
from optimizers.engine import run
from optimizers.rules import Rule


def path_in(
    rule: Rule,
    landscape: Landscape,
    chart: Chart,
    starts: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    metric: str = "native",
    step: str = "euclidean",
) -> np.ndarray:
    """The positions φ of runs from ψ⁻¹(starts), shape (steps + 1, 2, *batch); `chart.point` maps them back to θ.

    A rule without a metric runs natively, with the Euclidean step, whatever is asked for.

    Args:
        rule, landscape: of θ.
        chart: the coordinates that the rule sees.
        starts: θ, shape (2, *batch). Where the chart has no inverse the run is NaN.
        learning_rate, steps: as for `run`.
        metric, step: as for `in_chart`.
    """
    phi = chart.inverse(starts)
    if rule.ascent is None:
        there: Rule = rule
        landscape = pulled_back(landscape, chart, landscape.domain)
    else:
        there = in_chart(rule, chart, metric=metric, step=step)
    positions = run(there, landscape, phi, learning_rate=learning_rate, steps=steps).positions
    return np.moveaxis(positions, 1, 0)
