"""Landscape: the contract of a loss on the plane, and the derivatives that autograd supplies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, isfinite
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from landscapes import grid
from landscapes.code.exact import Exact
from landscapes.derivatives import Derivatives, Gradient, Hessian, derived_hessian
from landscapes.formula import FormulaError, OnArrays, compiled
from landscapes.search import find
from landscapes.spline import spline
from landscapes.stationary import StationarySet

# where a first run begins, in parts of the domain: the first of these, or else of a grid, where the loss is defined
STARTS = ((1 / 3, 7 / 12), (2 / 3, 7 / 12), (1 / 3, 5 / 12), (2 / 3, 5 / 12))

Domain = tuple[tuple[float, float], tuple[float, float]]

SIDE_IN_TOLERANCES = 60  # 0.1 on [-3, 3]²

SUPPLIED: Any = None  # stands for what the landscape supplies itself, so that none of its attributes is ever None


@dataclass(frozen=True, eq=False)
class Landscape:
    """A loss ℓ(x, y) on the plane with its derivatives.

    Only `value` is required. Written in arithmetic with `landscapes.elementary` (or `autograd.numpy`), its text is
    differentiated like a typed formula, and the compiled engine runs it; what has no place in a formula, such as
    `where`, is differentiated by autograd and run by NumPy, unless a closed-form gradient is given. Powers and
    elementary functions of x and y are the project's in either case, but those of constants alone are NumPy's where
    autograd differentiates; of others (`arctan2`, SciPy's) a warning is logged once.

    Attributes:
        value: (x, y) → ℓ, elementwise on float64 arrays of any one shape.
        gradient: (x, y) → (∂ℓ/∂x, ∂ℓ/∂y).
        hessian: (x, y) → (∂²ℓ/∂x², ∂²ℓ/∂x∂y, ∂²ℓ/∂y²).
        key: short name, for command lines and links.
        name: name to show.
        formula: ℓ(θ₁, θ₂) in LaTeX.
        domain: ((left, right), (bottom, top)) worth showing.
        start: (x, y) from which a first run is instructive.
        learning_rate: α with which it is.
        tolerance: distance within which a point is at a stationary set; a sixtieth of the domain's shorter side
            where None.
        minimum: the least value of ℓ, None where it is not known.
        known_stationary: stationary sets in order of precedence, None where they are to be found numerically.
        about: what the landscape is, in a sentence or two that hold at every setting.
        lesson: what comes of it with ρ = 1, the learning rate above and 200 steps from the starts of the domain, in a
            sentence that is shown at that setting alone.
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
    gradient: Gradient = SUPPLIED
    hessian: Hessian = SUPPLIED
    key: str = "custom"
    name: str = "Custom loss"
    formula: str = r"\ell(\theta_1, \theta_2)"
    domain: Domain = ((-3.0, 3.0), (-3.0, 3.0))
    start: tuple[float, float] = (-1.0, 0.5)
    learning_rate: float = 0.01
    tolerance: float = SUPPLIED
    minimum: float | None = None
    known_stationary: tuple[StationarySet, ...] | None = None
    about: str = ""
    lesson: str = ""
    reference: str = ""
    source: str | None = None
    closed_form: bool = field(init=False)
    derivatives: Derivatives | None = field(init=False, default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain", _rectangle(self.domain))
        object.__setattr__(self, "start", _point(self.start))
        if self.tolerance is None:
            object.__setattr__(self, "tolerance", self.side / SIDE_IN_TOLERANCES)
        elif not (isinstance(self.tolerance, Real) and isfinite(self.tolerance) and self.tolerance > 0):
            raise ValueError(f"the tolerance must be a positive length, not {self.tolerance!r}")
        for name in ("value", "gradient", "hessian"):
            if not (callable(getattr(self, name)) or (name != "value" and getattr(self, name) is None)):
                raise TypeError(f"{name} must be a function of (x, y), not {getattr(self, name)!r}")
        object.__setattr__(self, "closed_form", self.gradient is not None)
        for name in ("value", "gradient", "hessian"):
            function = getattr(self, name)
            if function is not None and not isinstance(function, Exact | OnArrays):
                object.__setattr__(self, name, Exact(function))
        if self.gradient is None:
            derivatives = Derivatives(self.value)
            object.__setattr__(self, "derivatives", derivatives)
            object.__setattr__(self, "gradient", derivatives.gradient)
            if self.hessian is None:
                object.__setattr__(self, "hessian", derivatives.hessian)
        elif self.hessian is None:
            object.__setattr__(self, "hessian", derived_hessian(self.gradient, of_gradient=True))

    @classmethod
    def from_formula(cls, text: str, domain: Domain | None = None) -> "Landscape":
        """The loss that a person typed, differentiated in closed form; the text is never evaluated.

        It may hold θ₁ and θ₂ (or x and y), numbers, pi, e, + - * / ^ **, parentheses, products without a sign (2x,
        3(x + 1), xy) and the functions of `landscapes.formula.tree.FUNCTIONS`. Where it is 0/0, as sin(x)/x at 0, it is
        NaN. |a| has derivative 0 at a = 0. Its least value is not known: the minima found in the domain need not be it.
        A first run begins where loss and gradient are finite.

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
        (left, right), (bottom, top) = domain = _rectangle(cls.domain if domain is None else domain)
        (value, gradient, hessian, source), latex = compiled(text)
        nodes = np.array(np.meshgrid(np.linspace(left, right, 31), np.linspace(bottom, top, 31))).reshape(2, -1)
        places = np.array([[left + u * (right - left), bottom + v * (top - bottom)] for u, v in STARTS]).T
        places = np.concatenate([places, nodes], axis=1)
        defined = np.isfinite([value(*places), *gradient(*places)]).all(axis=0)
        if not np.isfinite(value(*nodes)).any():
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
            start=tuple(places[:, defined.argmax()].tolist()),
            about=f"Typed as {' '.join(text.split())}",
            source=source,
        )

    @classmethod
    def from_grid(cls, x: ArrayLike, y: ArrayLike, loss: ArrayLike, **attributes: Any) -> "Landscape":
        """The C² spline through losses on an even grid, such as a slice of a network's loss.

        Outside of the grid it is undefined, NaN, because the losses tell nothing of it: a run that steps or looks out
        counts as diverged.

        Args:
            x, y: places in ascending order, evenly spaced, at least four of each.
            loss: shape (numbers in y, numbers in x), as at `np.meshgrid(x, y)`.
            **attributes: of the landscape, such as name and learning_rate; its domain is the grid's rectangle.

        Raises:
            GridError: for what is no such grid, with one sentence; it is a ValueError.

        Example:
            >>> import numpy as np
            >>> from landscapes import Landscape
            >>> x, y = np.linspace(-2, 2, 21), np.linspace(-1, 1, 11)
            >>> px, py = np.meshgrid(x, y)
            >>> bowl = Landscape.from_grid(x, y, px**2 + 3 * py**2)
            >>> [round(float(part), 9) for part in bowl.gradient(1.03, 0.4)]
            [2.06, 2.4]
        """
        places_x, places_y, values = grid.checked(x, y, loss)
        domain = (float(places_x[0]), float(places_x[-1])), (float(places_y[0]), float(places_y[-1]))
        (left, right), (bottom, top) = domain
        u, v = STARTS[0]
        usual = {"domain": domain, "start": (left + u * (right - left), bottom + v * (top - bottom))}
        value, gradient, hessian = spline(values, left, right, bottom, top)
        return cls(value, gradient, hessian, **(usual | attributes))

    @property
    def side(self) -> float:
        """The domain's shorter side, the unit of length that searches and tolerances are measured in."""
        return min(high - low for low, high in self.domain)

    @property
    def stationary(self) -> tuple[StationarySet, ...]:
        """The stationary sets, in order of precedence: those listed, or else those found over the domain, once."""
        if self.known_stationary is not None:
            return self.known_stationary
        # No `cached_property`: before Python 3.12 all losses' searches share its lock, and one that pauses at a
        # checkpoint for the others would wait for them for ever.
        found = vars(self)
        if "stationary" not in found:
            found["stationary"] = find(self)
        return found["stationary"]


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


def _point(start: tuple[float, float]) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in start)
    except (TypeError, ValueError, OverflowError):
        x = y = inf
    if not (isfinite(x) and isfinite(y)):
        raise ValueError(f"the start must be (x, y), two finite numbers, not {start!r}")
    return x, y
