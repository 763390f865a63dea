"""Adam."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import sqrt
from optimizers.bases.base import Base
from optimizers.hyperparameters import hyperparameter


@dataclass(frozen=True)
class Adam(Base):
    """Adam: θ ← θ - α m̂/(√q̂ + ε) with means m and q of d and d², freed of their bias. Kingma and Ba (2015)."""

    memory: ArrayLike = hyperparameter(
        0.9, high=0.9999, symbol="β₁", label="Memory β₁", about="Share of the mean that is kept."
    )
    square_memory: ArrayLike = hyperparameter(
        0.999, high=0.99999, symbol="β₂", label="Memory β₂", about="Share of the mean square that is kept."
    )
    floor: ArrayLike = hyperparameter(
        1e-8, high=1.0, symbol="ε", label="Floor ε", about="Added to the root mean square."
    )
    key, name = "adam", "Adam"
    equation = r"\theta - \alpha\,\hat m/(\sqrt{\hat q} + \varepsilon)"
    state = {"mx": 0.0, "my": 0.0, "qx": 0.0, "qy": 0.0, "fade": 1.0, "square_fade": 1.0}
    discrete = ("fade", "square_fade")

    @staticmethod
    def update(x, y, dx, dy, mx, my, qx, qy, fade, square_fade, learning_rate, memory, square_memory, floor):
        mx, my = memory * mx + (1.0 - memory) * dx, memory * my + (1.0 - memory) * dy
        qx = square_memory * qx + (1.0 - square_memory) * dx * dx
        qy = square_memory * qy + (1.0 - square_memory) * dy * dy
        fade, square_fade = memory * fade, square_memory * square_fade  # the powers of β₁ and β₂
        bias, square_bias = 1.0 - fade, 1.0 - square_fade
        x = x - learning_rate * (mx / bias) / (sqrt(qx / square_bias) + floor)
        y = y - learning_rate * (my / bias) / (sqrt(qy / square_bias) + floor)
        return x, y, mx, my, qx, qy, fade, square_fade
