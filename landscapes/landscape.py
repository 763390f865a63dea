"""Landscape: the contract of a loss on the plane, and the derivatives that autograd supplies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from types import FunctionType

import numpy as np

from landscapes.code.exact import Exact
from landscapes.derivatives import Components, Derivatives, derived_hessian
from landscapes.formula import FormulaError, compiled
from landscapes.stationary import StationarySet, find

Domain = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Landscape:
    """A loss ℓ(x, y) on the plane with its derivatives.

    Only `value` is required. Written in arithmetic with `landscapes.elementary` (or `autograd.numpy`), its text is
    differentiated like a typed formula, and the compiled engine runs it; what has no place in a formula, such as
    `where`, is differentiated by autograd and run by NumPy, unless a closed-form gradient is given.

    Attributes:
        value: (x, y) → ℓ, elementwise on float64 arrays of any one shape.
        gradient: (x, y) → (∂ℓ/∂x, ∂ℓ/∂y).
        hessian: (x, y) → (∂²ℓ/∂x², ∂²ℓ/∂x∂y, ∂²ℓ/∂y²).
        key: short name, for command lines and links.
        name: name to show.
        formula: ℓ(x, y) in LaTeX.
        domain: ((left, right), (bottom, top)) worth showing.
        start: (x, y) from which a first run is instructive.
        learning_rate: α with which it is.
        minimum: the least value of ℓ, None where it is not known.
        known_stationary: stationary sets in order of precedence, None where they are to be found numerically.
        about: one sentence on what the landscape teaches.
        reference: where it comes from.
        source: text of a module that defines the same `gradient(x, y)` with `landscapes.elementary`, for a landscape
            made while the program runs, whose functions have no file that the compiled engine could read.
        closed_form: whether the gradient was given.
        derivatives: where they come from if it was not.

    Example:
        >>> from landscapes import Landscape
        >>> bowl = Landscape(value=lambda x, y: x**2 + 3 * y**2)
        >>> [float(g) for g in bowl.gradient(1.0, 2.0)]
        [2.0, 12.0]
    """

    value: Callable[[np.ndarray, np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray, np.ndarray], Components] | None = None
    hessian: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]] | None = None
    key: str = "custom"
    name: str = "Custom loss"
    formula: str = r"\ell(x, y)"
    domain: Domain = ((-3.0, 3.0), (-3.0, 3.0))
    start: tuple[float, float] = (-1.0, 0.5)
    learning_rate: float = 0.01
    minimum: float | None = None
    known_stationary: tuple[StationarySet, ...] | None = None
    about: str = ""
    reference: str = ""
    source: str | None = None
    closed_form: bool = field(init=False)
    derivatives: Derivatives | None = field(init=False, default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "closed_form", self.gradient is not None)
        for name in ("value", "gradient", "hessian"):
            if isinstance(getattr(self, name), FunctionType):
                object.__setattr__(self, name, Exact(getattr(self, name)))
        if self.gradient is None:
            object.__setattr__(self, "derivatives", Derivatives(self.value))
            object.__setattr__(self, "gradient", self.derivatives.gradient)
        if self.hessian is None:
            hessian = derived_hessian(self.gradient, of_gradient=True) if self.closed_form else self.derivatives.hessian
            object.__setattr__(self, "hessian", hessian)

    @classmethod
    def from_formula(cls, text: str, domain: Domain | None = None) -> "Landscape":
        """The loss that a person typed, differentiated in closed form; the text is never evaluated.

        It may hold x and y (or θ₁ and θ₂), numbers, pi, e, + - * / ^ **, parentheses, products without a sign (2x,
        3(x + 1), xy) and the functions of `landscapes.formula.tree.FUNCTIONS`. Where it is 0/0, as sin(x)/x at 0, it is
        NaN. |a| has derivative 0 at a = 0. Its least value is not known: the minima found in the domain need not be it.

        Args:
            text: the formula, at most 300 characters.
            domain: ((left, right), (bottom, top)) worth showing, [-3, 3]² where it is not given.

        Raises:
            FormulaError: for what is no such formula, with one sentence and the position; it is a ValueError.
            ValueError: for a domain that is not a finite rectangle.

        Example:
            >>> from landscapes import Landscape
            >>> bowl = Landscape.from_formula("x^2 + 3y^2")
            >>> [float(g) for g in bowl.gradient(1.0, 2.0)]
            [2.0, 12.0]
        """
        (left, right), (bottom, top) = domain = cls.domain if domain is None else _rectangle(domain)
        (value, gradient, hessian, source), latex = compiled(text)
        seen = value(*np.meshgrid(np.linspace(left, right, 31), np.linspace(bottom, top, 31)))
        if not np.isfinite(seen).any():
            shown = f"[{left:g}, {right:g}] × [{bottom:g}, {top:g}]"
            raise FormulaError(f"the loss has no finite value in {shown}", None, "change the formula or the domain")
        return cls(
            value,
            gradient,
            hessian,
            key="formula",
            name="Your loss",
            formula=latex,
            domain=domain,
            start=(left + (right - left) / 3, bottom + 7 * (top - bottom) / 12),
            about=f"Typed as {' '.join(text.split())}",
            source=source,
        )

    @cached_property
    def stationary(self) -> tuple[StationarySet, ...]:
        """The stationary sets, in order of precedence: those listed, or else those found over the domain."""
        return find(self) if self.known_stationary is None else self.known_stationary


def _rectangle(domain: Domain) -> Domain:
    try:
        (left, right), (bottom, top) = ((float(low), float(high)) for low, high in domain)
    except (TypeError, ValueError, OverflowError):
        left = right = bottom = top = 0.0
    if not (left < right and bottom < top and all(map(isfinite, (left, right, bottom, top)))):
        raise ValueError(
            f"the domain must be ((left, right), (bottom, top)) with left < right and bottom < top, not {domain!r}"
        )
    return (left, right), (bottom, top)
