"""Stability maps: the criteria, and the question of what one says where and what the runs do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.compute.loss_raster import coded
from app.compute.price import CRITERION, evaluation, map_price
from app.model.box import Box, domain, pixels
from app.theme import SHADES
from figures.style import stability_norm
from landscapes import Landscape
from optimizers import Rule
from optimizers.maps import DestinationMap, destination_map, pixel_centres
from optimizers.stability import Stability, contraction, exact_stability, follows_gradient, stability
from optimizers.tiles import Cancelled, Progress

TICKS = (-1000, -100, -10, -1, -0.1, 0, 0.1, 1, 10, 100, 1000)


class Form(NamedTuple):
    """A criterion.

    Attributes:
        name: to choose it by.
        symbol: of the value that is shown, positive where the criterion calls a point stable.
        eigenvalues: of which matrix, of a rule on a landscape at points, with α.
        value: from eigenvalues and α.
        says: what it claims of a rule; none of them claims what NO_BASIN says.
    """

    name: str
    symbol: str
    eigenvalues: Callable[[Rule, Landscape, np.ndarray, np.ndarray, float], Stability]
    value: Callable[[Stability, float], np.ndarray]
    says: Callable[[Rule], str]


NO_BASIN = (
    "that runs end there: the matrix is that of one point, which a run leaves. Nor that every offset shrinks at once."
)


def _paper_says(rule: Rule) -> str:
    metric = "" if follows_gradient(rule) else "G⁻¹"
    return (
        f"small offsets ε vanish in the end under dε/dt = −A_ρε, where A_ρ = ∇²ℓ(θ+δ)(I + ρ̃{metric}∇²ℓ(θ)) is the "
        f"Jacobian of ∇ℓ(θ+δ) with the ρ̃{metric} of δ = ρ̃{metric}g held fixed."
    )


def _paper(rule: Rule, landscape: Landscape, x: np.ndarray, y: np.ndarray, learning_rate: float) -> Stability:
    """Of a rule without a metric NaN, because A_ρ holds the metric fixed."""
    if rule.ascent is None:
        nothing = np.full(np.broadcast_shapes(x.shape, y.shape), np.nan)
        return Stability(nothing, nothing, nothing, np.zeros(nothing.shape, bool), np.zeros(nothing.shape, bool))
    return stability(rule, landscape, x, y)


def defined(form: str, rule: Rule) -> bool:
    """Whether a criterion says anything of a rule."""
    return form != "paper" or rule.ascent is not None


STATE = (
    "small offsets ε of θ and of the rule’s state vanish in the end under ε ← Mε, where M is the exact Jacobian of a "
    "step over both, from the state in which a run begins, or of all steps of a period: "
)


def _exact_says(rule: Rule) -> str:
    if rule.state:
        return f"{STATE}the real part of 1 − μ is positive for all eigenvalues μ of a step."
    if rule.ascent is None:
        return "small offsets ε vanish in the end under dε/dt = −Jε, where J is the exact Jacobian of its direction d."
    return (
        "small offsets ε vanish in the end under dε/dt = −Jε, where J = ∇²ℓ(θ+δ)(I + ∂δ/∂θ) is the exact "
        "Jacobian of ∇ℓ(θ+δ)."
    )


def _steps_say(rule: Rule) -> str:
    if rule.state:
        return f"{STATE}|μ| < 1 for all eigenvalues μ of a step."
    return (
        "small offsets ε vanish in the end under ε ← (I − αJ)ε, the update linearised with its exact "
        "Jacobian: |1 − αμ| < 1 for both eigenvalues μ of J."
    )


FORMS = {
    "paper": Form(
        "A_ρ, the paper’s",
        "λ₂ of A_ρ",
        _paper,
        lambda eigenvalues, learning_rate: eigenvalues.smaller,
        _paper_says,
    ),
    "exact": Form(
        "Exact Jacobian",
        "λ₂ of J",
        exact_stability,
        lambda eigenvalues, learning_rate: eigenvalues.smaller,
        _exact_says,
    ),
    "steps": Form(
        "Exact, in steps of α",
        "(1 − max|1 − αμ|)/α",
        exact_stability,
        contraction,
        _steps_say,
    ),
}


class Field(NamedTuple):
    """A criterion over a box, and where the runs from the same pixels end.

    Attributes:
        value: shape (rows, columns), positive where the criterion says stable.
        singular: where the gradient is exactly zero and ρ̃ infinite.
        ends: of the runs that start at the pixels.
        kink: where δ has two one-sided derivatives, and the exact criteria no value.
    """

    value: np.ndarray
    singular: np.ndarray
    ends: DestinationMap
    kink: np.ndarray

    def flagged(self) -> dict[str, np.ndarray]:
        """The places of the singular pixels and of those at a kink."""
        x, y = (axis[self.singular | self.kink] for axis in np.meshgrid(self.ends.x, self.ends.y))
        return {"x": x, "y": y}


@dataclass(frozen=True)
class StabilityQuery:
    """What does a criterion say of every point of a box, and where do the runs end?

    Attributes:
        form: key of FORMS.
    """

    form: str
    rule: Rule
    landscape: Landscape
    learning_rate: float
    steps: int
    box: Box

    def price(self, size: int) -> float:
        """Operations of the map and of the eigenvalues."""
        runs = map_price([self.rule], self.landscape, size * size, self.steps)
        return runs + evaluation(self.landscape, size * size, CRITERION)

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> Field:
        """Evaluates the criterion and runs the rule at the same pixels, as many as a square of size × size has."""
        form, window, resolution = FORMS[self.form], domain(self.box), pixels(self.box, size)
        eigenvalues = form.eigenvalues(
            self.rule, self.landscape, *pixel_centres(window, *resolution), self.learning_rate
        )
        ends = destination_map(
            self.rule,
            self.landscape,
            learning_rate=self.learning_rate,
            steps=self.steps,
            window=window,
            resolution=resolution,
            cancelled=cancelled,
            progress=progress,
        )
        return Field(form.value(eigenvalues, self.learning_rate), eigenvalues.singular, ends, eigenvalues.kink)


def shades(value: np.ndarray) -> np.ndarray:
    """Figure 4's colours as `heat.coded` has them: below half of the shades unstable, from there on stable."""
    fraction = np.asarray(stability_norm()(np.nan_to_num(value)))
    codes = np.clip(fraction * SHADES, 0, SHADES - 1).astype(np.uint8)
    return np.where(np.isnan(value), coded(np.full(value.shape, np.nan)), codes)


def ticks() -> dict[float, str]:
    """Places among the shades → the values that have them."""
    norm = stability_norm()
    return {float(norm(tick)) * SHADES - 0.5: f"{tick:g}".replace("-", "−") for tick in TICKS}
