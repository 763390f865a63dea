"""Gradient noise: normal numbers added to the direction in each step."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from numpy.typing import ArrayLike

from landscapes.elementary import where
from optimizers.hyperparameters import hyperparameter
from optimizers.philox import normal


@dataclass(frozen=True)
class Noise:
    """Noise: d + σ ξ, with ξ ~ N(0, I) drawn in each step of each run.

    ξ is a function of the seed, the bits of the run's start and the number of the step, so that a run is the same
    alone, in a batch and in a tile.
    """

    size: ArrayLike = hyperparameter(
        0.1, high=100.0, symbol="σ", label="Noise σ", about="Standard deviation of each component of the noise."
    )
    seed: ArrayLike = hyperparameter(
        0, high=2**32 - 1, whole=True, symbol="seed", label="Seed", about="Other seeds give other noise."
    )
    state: ClassVar[Mapping[str, float]] = {"noise_count": 0.0, "noise_x": 0.0, "noise_y": 0.0}
    discrete: ClassVar[tuple[str, ...]] = tuple(state)

    @property
    def hyperparameters(self) -> dict[str, ArrayLike]:
        """Name → value, in the order in which `add` takes them."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @staticmethod
    def add(x, y, dx, dy, count, start_x, start_y, size, seed):
        """The direction with noise, and the state."""
        start_x, start_y = where(count == 0.0, x, start_x), where(count == 0.0, y, start_y)
        nx, ny = normal(start_x, start_y, seed, count)
        return dx + size * nx, dy + size * ny, count + 1.0, start_x, start_y
