"""A rule's perturbation in a chart, beside the one in θ: how far they are apart, and how that falls with ρ."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.charts import Chart
from optimizers import contract
from optimizers.refusal import quoted, refusal
from optimizers.rules import Rule
from optimizers.rules.perturbation import perturbation

METRICS = ("native", "carried")
CHART = "Chart(CHARTS['stretch'], 2.0)"
RADII = tuple(0.02 * 2.0**-k for k in range(6))  # over which the order is fitted
ROUNDOFF = 1e-12  # of the lengths that occur, what counts as no defect


class Perturbation(NamedTuple):
    """What a rule with a metric perturbs by, at points θ; arrays of shape (2, *batch), or (*batch) for numbers.

    Attributes:
        theta: the points.
        gradient: g = ∇ℓ(θ).
        delta: δ, of the rule in θ.
        carried: J δ_φ, of the rule in φ, as a vector of θ.
        point: ψ(φ + δ_φ), where the rule in φ takes its gradient.
        gradient_there: g̃ = Jᵀg, the gradient in φ.
    """

    theta: np.ndarray
    gradient: np.ndarray
    delta: np.ndarray
    carried: np.ndarray
    point: np.ndarray
    gradient_there: np.ndarray

    @property
    def defect(self) -> np.ndarray:
        """‖J δ_φ - δ‖ / ‖δ‖; NaN where δ = 0."""
        with np.errstate(all="ignore"):
            return _length(self.carried - self.delta) / _length(self.delta)

    @property
    def point_defect(self) -> np.ndarray:
        """‖ψ(φ + δ_φ) - θ - δ‖, in the units of θ."""
        return _length(self.point - self.theta - self.delta)

    @property
    def rise(self) -> np.ndarray:
        """g·J δ_φ, the first-order rise of the loss."""
        with np.errstate(all="ignore"):
            return (self.gradient * self.carried).sum(axis=0)

    @property
    def exact(self) -> np.ndarray:
        """Whether the perturbed point is the one in θ, but for roundoff."""
        return self.point_defect <= ROUNDOFF * (_length(self.theta) + _length(self.delta) + _length(self.point))


def perturbation_in(
    rule: Rule, landscape: Landscape, chart: Chart, theta: ArrayLike, metric: str = "native"
) -> Perturbation:
    """The perturbation of a rule with a metric at points θ, in θ and in φ = ψ⁻¹(θ).

    Args:
        rule: has a metric; its hyperparameters broadcast against the batch.
        landscape: the loss of θ.
        chart: the coordinates.
        theta: shape (2, *batch).
        metric: "native", what the rule makes of φ and g̃, or "carried", JᵀGJ.

    Raises:
        TypeError, ValueError: for what `run` refuses as a rule, a landscape or points; for what is no chart or metric.
        ValueError: for a rule without a metric.
    """
    contract.check(rule, landscape)
    contract.instance("chart", chart, Chart, CHART)
    if metric not in METRICS:
        raise ValueError(refusal("metric", " or ".join(map(repr, METRICS)), quoted(metric)))
    if rule.ascent is None:
        raise ValueError(f"{rule.name} has no metric, and so no one perturbation")
    theta = contract.points("theta", theta)
    rho, *others = contract.radius_and_others(rule)
    phi = chart.inverse(theta)
    (xu, xv), (yu, yv) = chart.jacobian(phi)
    with np.errstate(all="ignore"):
        gx, gy = landscape.gradient(*theta)
        gu, gv = xu * gx + yu * gy, xv * gx + yv * gy
        vx, vy = rule.ascent(*theta, gx, gy, *others)
        dx, dy = perturbation(gx, gy, vx, vy, rho)
        if metric == "native":
            vu, vv = rule.ascent(*phi, gu, gv, *others)
            du, dv = perturbation(gu, gv, vu, vv, rho)
        else:
            det = xu * yv - xv * yu
            du, dv = (yv * dx - xv * dy) / det, (xu * dy - yu * dx) / det
        carried = np.stack(np.broadcast_arrays(xu * du + xv * dv, yu * du + yv * dv))
        point = chart.point(np.stack(np.broadcast_arrays(phi[0] + du, phi[1] + dv)))
    delta = np.stack(np.broadcast_arrays(dx, dy))
    return Perturbation(theta, np.stack([gx, gy]), delta, carried, point, np.stack([gu, gv]))


def order(rule: Rule, landscape: Landscape, chart: Chart, theta: ArrayLike, metric: str = "native") -> float | None:
    """The order in ρ of the point's defect at one θ, shape (2,): the slope of its logarithm, fitted over small radii.

    None where there is no defect but roundoff, and for a rule without a radius. Raises as `perturbation_in` does.
    """
    contract.check(rule, landscape)
    at = contract.points("theta", theta)
    if at.shape != (2,):
        raise ValueError(refusal("theta", "one point (x, y)", f"an array of shape {at.shape}"))
    if "rho" not in rule.hyperparameters:
        return None
    radii = np.array(RADII)
    points = np.repeat(at[:, None], radii.size, axis=1)
    found = perturbation_in(replace(rule, rho=radii), landscape, chart, points, metric)  # type: ignore[call-arg]
    defect = found.point_defect
    if not np.isfinite(defect).all() or found.exact.any():
        return None
    return float(np.polyfit(np.log(radii), np.log(defect), 1)[0])


def _length(vector: np.ndarray) -> np.ndarray:
    return np.hypot(vector[0], vector[1])
