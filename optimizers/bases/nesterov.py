"""Nesterov's momentum."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.bases.base import Base
from optimizers.hyperparameters import hyperparameter


@dataclass(frozen=True)
class Nesterov(Base):
    """Nesterov's momentum: m ← μ m + d, θ ← θ - α (d + μ m), in the form of Sutskever et al. (2013), as PyTorch's."""

    momentum: ArrayLike = hyperparameter(
        0.9, high=1.0, symbol="μ", label="Momentum μ", about="Share of the last step that is kept."
    )
    key, name, equation = "nesterov", "Nesterov", r"m \leftarrow \mu m + d,\ \theta - \alpha (d + \mu m)"
    state = {"mx": 0.0, "my": 0.0}

    @staticmethod
    def update(x, y, dx, dy, mx, my, learning_rate, momentum):
        mx, my = momentum * mx + dx, momentum * my + dy
        return x - learning_rate * (dx + momentum * mx), y - learning_rate * (dy + momentum * my), mx, my
