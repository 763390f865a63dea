"""The contract of a base optimizer: what makes a step of a rule's direction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from numpy.typing import ArrayLike

from optimizers.hyperparameters import explained


@dataclass(frozen=True)
class Base:
    """A base optimizer as data: its hyperparameters are its fields, as a rule's are.

    Attributes:
        key: short name, for command lines and links.
        name: name to show.
        equation: the update in LaTeX, of the direction d.
        state: the components that the update passes to the next step, by name, and where they begin.
        discrete: those of them that count, which no small offset of θ changes.
        update: (x, y, dx, dy, *state, learning_rate, *hyperparameters) → (x, y, *state), a static method in elementary
            arithmetic on components.
    """

    key: ClassVar[str]
    name: ClassVar[str]
    equation: ClassVar[str]
    state: ClassVar[Mapping[str, float]] = {}
    discrete: ClassVar[tuple[str, ...]] = ()
    update: ClassVar[Callable]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__doc__ = explained(cls)

    @property
    def hyperparameters(self) -> dict[str, ArrayLike]:
        """Name → value, in the order in which the update takes them."""
        return {item.name: getattr(self, item.name) for item in fields(self)}
