"""The plain step."""

from dataclasses import dataclass

from optimizers.bases.base import Base


@dataclass(frozen=True)
class Plain(Base):
    """The plain step of gradient descent: θ ← θ - α d."""

    key, name, equation = "gd", "Gradient descent", r"\theta - \alpha d"

    @staticmethod
    def update(x, y, dx, dy, learning_rate):
        return x - learning_rate * dx, y - learning_rate * dy
