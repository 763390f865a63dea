"""What the loss is at a point, in words: its value, how steep it is, and how sharp."""

import numpy as np

from landscapes import Landscape
from optimizers.sharpness import sharpness

DIGITS = 3


def readout(landscape: Landscape, x: float, y: float) -> str:
    """θ, ℓ, ‖∇ℓ‖ and λ_max of the Hessian at a point.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> readout(LANDSCAPES["banana"], -1.5, 0.5)
        'θ = (−1.5, 0.5) · ℓ = 3.06 · ‖∇ℓ‖ = 5.53 · λ_max = 7.89'
    """
    at = np.array(x), np.array(y)
    with np.errstate(all="ignore"):
        loss, slope = float(landscape.value(*at)), float(np.hypot(*landscape.gradient(*at)))
    numbers = {"ℓ": loss, "‖∇ℓ‖": slope, "λ_max": float(sharpness(landscape, *at))}
    said = [f"θ = ({_written(x)}, {_written(y)})", *(f"{name} = {_written(one)}" for name, one in numbers.items())]
    return " · ".join(said)


def _written(number: float) -> str:
    return "undefined" if np.isnan(number) else f"{number:.{DIGITS}g}".replace("-", "−")
