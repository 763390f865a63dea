"""The contract of a rule: a rule is its direction, one pure function on components."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from numpy.typing import ArrayLike

from optimizers.hyperparameters import explained
from optimizers.rules.perturbation import descent, perturbed


class Derived:
    """The direction of a rule that gives only its `ascent`."""

    def __get__(self, rule: Any, form: Any) -> Callable:
        if form.ascent is None:
            raise AttributeError(f"{form.__name__} has neither a direction nor an ascent")
        return perturbed(form.ascent) if any(item.name == "rho" for item in fields(form)) else descent


@dataclass(frozen=True)
class Rule:
    """A rule as data: its hyperparameters are its fields, each a float or an array that broadcasts with the batch.

    It gives either `direction`, or `ascent` alone: then δ = ρ v / √(gᵀv) and the direction is ∇ℓ(θ + δ). Both are
    static methods in elementary arithmetic on components, which NumPy runs on arrays and the compiled engine on blocks.

    Attributes:
        key: short name, for command lines and links.
        name: name to show.
        short: name where there is little room; the name where it is empty.
        metric: the metric G in LaTeX; empty for a rule that has none.
        equation: the direction in LaTeX, for a rule without a metric.
        purpose: what it is for, in one sentence.
        state: the components that the direction passes to the next step, by name, and where they begin.
        discrete: those of them that count or remember, which no small offset of θ changes.
        period: the hyperparameter after as many steps of which the rule repeats itself; empty where each step is alike.
        direction: (loss, x, y, *state, *hyperparameters) → (dx, dy, *state), what a base optimizer descends along;
            `loss` gives value, gradient and hessian.
        ascent: (x, y, gx, gy, *hyperparameters after ρ) → v = G⁻¹g; None for a rule without a metric.
        inverse_root: with the same arguments, the symmetric G^(-1/2) by its components xx, xy, yy.
    """

    key: ClassVar[str]
    name: ClassVar[str]
    short: ClassVar[str] = ""
    metric: ClassVar[str] = ""
    equation: ClassVar[str] = ""
    purpose: ClassVar[str] = ""
    state: ClassVar[Mapping[str, float]] = {}
    discrete: ClassVar[tuple[str, ...]] = ()
    period: ClassVar[str] = ""
    direction: ClassVar[Any] = Derived()
    ascent: ClassVar[Any] = None
    inverse_root: ClassVar[Any] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__doc__ = explained(cls)

    @property
    def hyperparameters(self) -> dict[str, ArrayLike]:
        """Name → value, in the order in which the direction takes them."""
        return {item.name: getattr(self, item.name) for item in fields(self)}
