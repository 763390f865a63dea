"""Heavy ball."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.bases.base import Base
from optimizers.hyperparameters import hyperparameter


@dataclass(frozen=True)
class HeavyBall(Base):
    """Heavy ball: m ← μ m + d, θ ← θ - α m. Polyak (1964)."""

    momentum: ArrayLike = hyperparameter(
        0.9, high=1.0, symbol="μ", label="Momentum μ", about="Share of the last step that is kept."
    )
    key, name, equation = "heavy-ball", "Heavy ball", r"m \leftarrow \mu m + d,\ \theta - \alpha m"
    state = {"mx": 0.0, "my": 0.0}

    @staticmethod
    def update(x, y, dx, dy, mx, my, learning_rate, momentum):
        mx, my = momentum * mx + dx, momentum * my + dy
        return x - learning_rate * mx, y - learning_rate * my, mx, my
