"""RMSProp."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import sqrt
from optimizers.bases.base import Base
from optimizers.hyperparameters import hyperparameter


@dataclass(frozen=True)
class RMSProp(Base):
    """RMSProp: q ← β q + (1 - β) d², θ ← θ - α d/(√q + ε), each component alone. Tieleman and Hinton (2012)."""

    memory: ArrayLike = hyperparameter(
        0.99, high=1.0, symbol="β", label="Memory β", about="Share of the mean square that is kept."
    )
    floor: ArrayLike = hyperparameter(
        1e-8, high=1.0, symbol="ε", label="Floor ε", about="Added to the root mean square."
    )
    key, name = "rmsprop", "RMSProp"
    equation = r"q \leftarrow \beta q + (1 - \beta) d^2,\ \theta - \alpha d/(\sqrt{q} + \varepsilon)"
    state = {"qx": 0.0, "qy": 0.0}

    @staticmethod
    def update(x, y, dx, dy, qx, qy, learning_rate, memory, floor):
        qx, qy = memory * qx + (1.0 - memory) * dx * dx, memory * qy + (1.0 - memory) * dy * dy
        return x - learning_rate * dx / (sqrt(qx) + floor), y - learning_rate * dy / (sqrt(qy) + floor), qx, qy
