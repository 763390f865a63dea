"""What the view of coordinates shows at a moment: the planes of θ and φ, and the numbers of each rule at the start."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from app.compute.charts import ChartRuns
from app.compute.price import AFFORDABLE, search
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.model.box import Box
from app.model.state import State
from landscapes import Landscape
from landscapes.charts import CHARTS, Chart, ChartForm, domain_in
from landscapes.stationary import eigenvalues
from optimizers import Rule
from optimizers.charts import flattest_in, order, perturbation_in
from optimizers.starts import Points, Starts

FAN = 121  # amounts of the chart along its range


@dataclass(frozen=True, eq=False)
class ChartScene(Scene):
    """The plane of θ: paths mapped back from φ are its runs, those of θ itself stand where a pinned run does.

    Attributes:
        chart: the coordinates; None where the typed ones are refused.
        refused: why, in one sentence.
    """

    chart: Chart | None = None
    refused: str = ""

    @property
    def start(self) -> tuple[float, float]:
        """θ, where the runs begin."""
        return self.state.x, self.state.y

    @cached_property
    def phi(self) -> "PhiScene":
        """The plane of φ."""
        if self.chart is None:
            return PhiScene(self.state, self.box, chart=None, start=(np.nan, np.nan))
        runs = tuple(run.in_phi for run in self.runs if isinstance(run, ChartRuns))
        u, v = self.chart.inverse(self.start).tolist()
        return PhiScene(self.state, phi_box(self.state, self.chart), runs, chart=self.chart, start=(u, v))


@dataclass(frozen=True, eq=False, kw_only=True)
class PhiScene(Scene):
    """The plane that a rule sees.

    Attributes:
        chart: None where nothing can be shown.
        start: φ, where the runs begin; NaN where the chart has no inverse.
    """

    chart: Chart | None
    start: tuple[float, float]

    @cached_property
    def starts(self) -> Starts:
        return Points(*((coordinate,) for coordinate in self.start))

    @property
    def loss(self) -> "LossOfPhi | None":
        """The loss of φ."""
        return None if self.chart is None else LossOfPhi(self.state.landscape_object, self.chart)


class LossOfPhi(NamedTuple):
    """ℓ(ψ(φ)) to be sampled, without the derivatives of `loss_in`, whose text would be written for each amount."""

    landscape: Landscape
    chart: Chart

    def value(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """ℓ at φ, in the shape of u."""
        return self.landscape.value(*self.chart.point([u, v]))


def phi_box(state: State, chart: Chart) -> Box:
    """(left, right, bottom, top) of φ that shows what is seen of θ."""
    left, right, bottom, top = state.region
    (low_u, high_u), (low_v, high_v) = _domain_in(chart, ((left, right), (bottom, top)))
    return low_u, high_u, low_v, high_v


_domain_in = lru_cache(maxsize=32)(domain_in)


@lru_cache(maxsize=64)
def flattest(landscape: Landscape, chart: Chart) -> np.ndarray:
    """The flattest minima in φ as points θ, shape (2, n); none where the search for minima exceeds a frame."""
    return np.empty((2, 0)) if search(landscape) > AFFORDABLE else flattest_in(landscape, chart)


def identity() -> Chart:
    """θ = φ."""
    form = CHARTS["rotation"]
    return Chart(form, form.identity)


class Numbers(NamedTuple):
    """A rule's perturbation at the start, in φ against θ.

    Attributes:
        defect: ‖J δ_φ - δ‖ / ‖δ‖; NaN for a rule without a perturbation.
        point: ‖ψ(φ + δ_φ) - θ - δ‖.
        order: of `point` in ρ; None where there is no defect.
        rise: g·J δ_φ.
        exact: whether there is no defect but roundoff.
    """

    defect: float
    point: float
    order: float | None
    rise: float
    exact: bool


@lru_cache(maxsize=256)
def numbers(landscape: Landscape, chart: Chart, rule: Rule, start: tuple[float, float], metric: str) -> Numbers | None:
    """The numbers of a rule; None for one without a metric or a radius."""
    if rule.ascent is None or "rho" not in rule.hyperparameters:
        return None
    found = perturbation_in(rule, landscape, chart, start, metric)
    return Numbers(
        float(found.defect),
        float(found.point_defect),
        order(rule, landscape, chart, start, metric),
        float(found.rise),
        bool(found.exact),
    )


@lru_cache(maxsize=256)
def defect(landscape: Landscape, chart: Chart, rule: Rule, start: tuple[float, float], metric: str) -> float:
    """‖J δ_φ - δ‖ / ‖δ‖ of a rule with a metric, 0 where it is roundoff."""
    found = perturbation_in(rule, landscape, chart, start, metric)
    size = float(found.defect)
    return 0.0 if size < 1e-12 else size


def fan(landscape: Landscape, form: ChartForm, rule: Rule, start: tuple[float, float], metric: str) -> np.ndarray:
    """ψ(φ + δ_φ) from amount to amount over the range of a chart's family, shape (2, FAN)."""
    amounts = np.linspace(form.low, form.high, FAN)
    points = np.repeat(np.reshape(start, (2, 1)), FAN, axis=1)
    return perturbation_in(rule, landscape, Chart(form, amounts), points, metric).point


def farthest(run: Runs, other: Runs) -> float:
    """The largest distance between two paths of one start, step by step; NaN where one leaves the finite numbers."""
    steps = min(len(run.paths.positions), len(other.paths.positions))
    with np.errstate(all="ignore"):
        apart = run.paths.positions[:steps, :, 0] - other.paths.positions[:steps, :, 0]
        return float(np.hypot(*apart.T).max())


def sharpness(landscape: Landscape, end: np.ndarray) -> float:
    """λ_max of the Hessian in θ at one end."""
    with np.errstate(all="ignore"):
        return float(eigenvalues(*landscape.hessian(*end))[1])
