"""Schedules: what multiplies α and ρ in each step of a run."""

from dataclasses import dataclass

import numpy as np

RISE = 0.1  # share of the steps over which a warm-up rises

SHAPES = {
    "constant": "1",
    "cosine": "½ (1 + cos πt/T)",
    "inverse-sqrt": "1/√(t + 1)",
    "warm-up": "from 0 to 1 over the first tenth of the steps, then 1",
}


@dataclass(frozen=True)
class Schedule:
    """The shapes of α and ρ over a run of T steps, each one of `SHAPES`.

    Attributes:
        learning_rate: shape of α.
        rho: shape of ρ, for rules that have one.

    Example:
        >>> Schedule(learning_rate="inverse-sqrt").factors(4).T
        array([[1.        , 0.70710678, 0.57735027, 0.5       ],
               [1.        , 1.        , 1.        , 1.        ]])
    """

    learning_rate: str = "constant"
    rho: str = "constant"

    def __post_init__(self) -> None:
        for name in ("learning_rate", "rho"):
            if getattr(self, name) not in tuple(SHAPES):
                shapes = ", ".join(SHAPES)
                raise ValueError(f"the schedule of {name} must be one of {shapes}, not {getattr(self, name)!r}")

    def factors(self, steps: int) -> np.ndarray | None:
        """Shape (steps, 2), of α and of ρ; None where nothing changes."""
        if self == CONSTANT:
            return None
        return np.stack([_factors(self.learning_rate, steps), _factors(self.rho, steps)], axis=1)

    def after(self, steps: int) -> "Schedule | Held":
        """What a run continues with after its last step: the factors of that step."""
        factors = self.factors(steps)
        return self if factors is None or not steps else Held(*factors[-1].tolist())


@dataclass(frozen=True)
class Held:
    """The same factors in every step."""

    learning_rate: float
    rho: float

    def factors(self, steps: int) -> np.ndarray:
        """Shape (steps, 2)."""
        return np.full((steps, 2), [self.learning_rate, self.rho])

    def after(self, steps: int) -> "Held":
        """The same."""
        return self


CONSTANT = Schedule()


def _factors(shape: str, steps: int) -> np.ndarray:
    t = np.arange(steps, dtype=float)
    if shape == "cosine":
        return 0.5 * (1.0 + np.cos(np.pi * t / steps))
    if shape == "inverse-sqrt":
        return 1.0 / np.sqrt(t + 1.0)
    if shape == "warm-up":
        return np.minimum((t + 1.0) / max(RISE * steps, 1.0), 1.0)
    return np.ones(steps)
