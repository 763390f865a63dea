"""Starts of a batch of runs as data: points, a grid or a random cloud."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Points:
    """Listed starts (x, y)."""

    x: tuple[float, ...]
    y: tuple[float, ...]

    @property
    def words(self) -> str:
        """What they are, in words."""
        return "1 start" if len(self.x) == 1 else f"{len(self.x)} starts"

    def positions(self) -> np.ndarray:
        """Shape (2, n)."""
        return np.array([self.x, self.y], dtype=float)


@dataclass(frozen=True)
class Grid:
    """A size × size grid over [left, right] × [bottom, top], both ends included."""

    size: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def words(self) -> str:
        """What they are, in words."""
        return f"{self.size} × {self.size} starts over {_within(self)}"

    def positions(self) -> np.ndarray:
        """Shape (2, size²), row by row from the bottom."""
        x, y = np.linspace(self.left, self.right, self.size), np.linspace(self.bottom, self.top, self.size)
        return np.array(np.meshgrid(x, y)).reshape(2, -1)


@dataclass(frozen=True)
class Cloud:
    """`count` starts drawn uniformly from [left, right] × [bottom, top] with a seed."""

    count: int
    seed: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def words(self) -> str:
        """What they are, in words."""
        return f"{self.count} random starts (seed {self.seed}) over {_within(self)}"

    def positions(self) -> np.ndarray:
        """Shape (2, count); the same seed gives the same starts."""
        unit = np.random.default_rng(self.seed).random((2, self.count))
        low, high = np.array([[self.left], [self.bottom]]), np.array([[self.right], [self.top]])
        return low + unit * (high - low)


def _within(starts: Grid | Cloud) -> str:
    return f"[{starts.left:g}, {starts.right:g}] × [{starts.bottom:g}, {starts.top:g}]"


Starts = Points | Grid | Cloud
STARTS: dict[str, type] = {"points": Points, "grid": Grid, "cloud": Cloud}
