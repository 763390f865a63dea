"""Runs in the coordinates of a chart, as the runner of runs answers them: in φ, and mapped back to θ."""

from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

import numpy as np

from app.compute.runs import RunQuestion, Runs, classified, positions_of
from app.model.lineup import Entry
from app.model.state import COURSE_PARAMETERS, State
from landscapes import LANDSCAPES, Landscape
from landscapes.charts import CHARTS, TYPED, Chart, domain_in, typed
from optimizers import Trajectory, run
from optimizers.charts import in_chart, pulled_back
from optimizers.outcomes import motion


def chart_of(state: State) -> Chart:
    """The chosen chart.

    Raises:
        ChartError: for a typed one that cannot be used on the landscape's domain, with one sentence.
    """
    if state.chart == TYPED:
        return Chart(typed(state.chart_theta1, state.chart_theta2, state.landscape_object.domain), 0.0)
    return Chart(CHARTS[state.chart], state.amount(state.chart))


def of_one_start(state: State) -> State:
    """A copy of a state with plain steps and one start: the visitor's, or the centre of a grid or a cloud."""
    one = state.copy()
    plain = {name: one.param[name].default for name in COURSE_PARAMETERS}
    if any(getattr(one, name) != value for name, value in plain.items()):  # to check them takes a tenth of a frame
        one.try_update(**plain)
    if one.mode != "one":
        one.try_update(mode="one", x=one.centre_x, y=one.centre_y, zoom=one.zoom)
    return one


@dataclass(frozen=True, kw_only=True)
class ChartQuestion(RunQuestion):
    """A rule run in a chart.

    Attributes:
        entry, landscape: what runs in φ: a rule of `in_chart` on the loss of θ, or one without a metric on that of φ.
        starts: in θ.
        chart: the coordinates.
        theta: the loss of θ.
    """

    chart: Chart
    theta: Landscape

    def answer(self, most: float = inf) -> "ChartRuns":
        phi = self.chart.inverse(positions_of(self.starts)[:, :: self.thin])
        there = run(self.rule, self.landscape, phi, learning_rate=self.learning_rate, steps=self.steps)
        positions = np.moveaxis(self.chart.point(np.moveaxis(there.positions, 1, 0)), 0, 1)
        paths = replace(there, kept=positions, final=positions[-1], previous=positions[-2])
        where, pending = classified(self.theta, paths.final, most)
        return ChartRuns(self, paths, replace(paths, kept=None), where, motion(there), 1, pending=pending, phi=there)


@dataclass(frozen=True, eq=False)
class ChartRuns(Runs):
    """The runs of a rule in a chart, with paths and ends in θ.

    Attributes:
        phi: the same in φ.
    """

    phi: Trajectory | None = None

    __eq__, __hash__ = Runs.__eq__, Runs.__hash__

    @property
    def in_phi(self) -> Runs:
        """The runs with paths and ends in φ, to be drawn on that plane."""
        assert self.phi is not None
        return Runs(self.question, self.phi, self.phi, self.outcome, self.motion, self.every)


def chart_question(state: State, chart: Chart, entry: Entry) -> ChartQuestion:
    """What a state asks of a rule in a chart; one without a metric runs natively, whatever else is chosen."""
    theta, rule = state.landscape_object, entry.rule
    if rule.ascent is None:
        there, landscape = rule, loss_in(theta, chart)
    else:
        there = in_chart(rule, chart, metric=state.chart_metric, step=state.chart_step)
        landscape = _of_typed(theta, chart) if state.chart == TYPED and theta.key in LANDSCAPES else theta
    return ChartQuestion(
        replace(entry, rule=there),
        landscape,
        state.starts(),
        state.learning_rate,
        state.steps,
        chart=chart,
        theta=theta,
    )


@lru_cache(maxsize=16)
def _of_typed(landscape: Landscape, chart: Chart) -> Landscape:
    """A landscape of the catalogue for what runs in a typed chart alone: its kernels are dropped with it."""
    return copy(landscape)


@lru_cache(maxsize=32)
def loss_in(landscape: Landscape, chart: Chart) -> Landscape:
    """The loss of φ, over what is the landscape's domain in θ; the same object for the same chart.

    Its stationary points are not asked for: outcomes are those in θ.
    """
    return replace(pulled_back(landscape, chart, domain_in(chart, landscape.domain)), known_stationary=())
