"""Charts: other coordinates of the plane, θ = ψ(φ)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from landscapes.shorten import shorten


class ChartError(ValueError):
    """A chart that cannot be used, or not here; the message is one sentence."""


@dataclass(frozen=True, eq=False)
class ChartForm:
    """A family of charts with one parameter, its amount.

    `point`, `jacobian` and `curvature` are plain arithmetic on components, written with `landscapes.elementary`: NumPy
    runs them on arrays, and the compiled engine in its kernels.

    Attributes:
        key: short name, for links.
        name: name to show.
        equation: θ = ψ(φ) in LaTeX.
        symbol, label: of the amount; empty where there is none.
        low, high: range of the amount.
        default: an amount that shows something.
        identity: the amount with which θ = φ; None where there is none.
        affine: whether ψ is an affine map.
        point: (u, v, amount) → θ₁, θ₂.
        jacobian: (u, v, amount) → ∂θ₁/∂u, ∂θ₁/∂v, ∂θ₂/∂u, ∂θ₂/∂v.
        curvature: (u, v, amount) → ∂²θ₁/∂u², ∂²θ₁/∂u∂v, ∂²θ₁/∂v², and the same of θ₂.
        inverse: (x, y, amount) → φ₁, φ₂, NaN where there is none.
    """

    key: str
    name: str
    equation: str
    symbol: str
    label: str
    low: float
    high: float
    default: float
    identity: float | None
    affine: bool
    point: Callable
    jacobian: Callable
    curvature: Callable
    inverse: Callable


@dataclass(frozen=True)
class Chart:
    """A chart θ = ψ(φ): a family and its amount, a number or an array that broadcasts with the batch.

    Raises:
        ChartError: for an amount that is out of the family's range.

    Example:
        >>> from landscapes.charts import CHARTS, Chart
        >>> Chart(CHARTS["stretch"], 2.0).point([1.0, 1.0]).tolist()
        [2.0, 0.5]
    """

    form: ChartForm
    amount: Any

    def __post_init__(self) -> None:
        if not isinstance(self.form, ChartForm):
            shown = shorten(repr(self.form), 40)
            raise TypeError(f"form must be one of CHARTS, such as CHARTS['stretch'], not {shown}")
        if (
            not isinstance(self.amount, int | float | np.number | np.ndarray)
            or np.asarray(self.amount).dtype.kind not in "fiu"
        ):
            raise ChartError(f"{self.form.label} must be a number or an array, not {shorten(repr(self.amount), 40)}")
        if not np.all((self.form.low <= self.amount) & (self.amount <= self.form.high)):
            raise ChartError(
                f"{self.form.label} must be from {self.form.low:g} to {self.form.high:g}, not {self.amount!r}"
            )

    @cached_property
    def is_identity(self) -> bool:
        """Whether θ = φ."""
        return bool(np.all(self.amount == self.form.identity))

    def point(self, phi: ArrayLike) -> np.ndarray:
        """θ = ψ(φ), both of shape (2, *batch)."""
        return _stacked(self.form.point, phi, self.amount)

    def inverse(self, theta: ArrayLike) -> np.ndarray:
        """φ = ψ⁻¹(θ), both of shape (2, *batch); NaN where there is none."""
        return _stacked(self.form.inverse, theta, self.amount)

    def jacobian(self, phi: ArrayLike) -> np.ndarray:
        """J = ∂θ/∂φ, shape (2, 2, *batch)."""
        found = _stacked(self.form.jacobian, phi, self.amount)
        return found.reshape(2, 2, *found.shape[1:])


def _stacked(function: Callable, points: ArrayLike, amount: float) -> np.ndarray:
    points = np.asarray(points, float)
    with np.errstate(all="ignore"):
        parts = function(*points, amount)
        return np.stack([np.broadcast_to(np.asarray(part, float), points.shape[1:]) for part in parts])


def flat(u, v, amount):
    """The curvature of an affine chart."""
    zero = 0.0 * u + 0.0 * v
    return zero, zero, zero, zero, zero, zero
