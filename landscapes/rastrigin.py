"""Rastrigin: a bowl under many ripples."""

import numpy as np

from landscapes.elementary import cos, sin
from landscapes.landscape import Landscape
from landscapes.stationary import isolated

TAU = 2.0 * np.pi


def value(x, y):
    """ℓ = 20 + x² - 10 cos 2πx + y² - 10 cos 2πy."""
    return 20.0 + x * x - 10.0 * cos(TAU * x) + y * y - 10.0 * cos(TAU * y)


def gradient(x, y):
    """∇ℓ = (2x + 20π sin 2πx, 2y + 20π sin 2πy)."""
    return 2.0 * x + 10.0 * TAU * sin(TAU * x), 2.0 * y + 10.0 * TAU * sin(TAU * y)


def hessian(x, y):
    """∂²ℓ = (2 + 40π² cos 2πx, 0, 2 + 40π² cos 2πy)."""
    return 2.0 + 10.0 * TAU**2 * cos(TAU * x), 0.0 * x + 0.0 * y, 2.0 + 10.0 * TAU**2 * cos(TAU * y)


def _slice_roots(guesses: np.ndarray) -> np.ndarray:
    for _ in range(20):
        slope, curvature = (
            2.0 * guesses + 10.0 * TAU * np.sin(TAU * guesses),
            2.0 + 10.0 * TAU**2 * np.cos(TAU * guesses),
        )
        guesses = guesses - slope / curvature
    return guesses


def _pairs(first: np.ndarray, second: np.ndarray) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x in first for y in second]


_valleys = _slice_roots(np.arange(-3.0, 4.0))
_crests = _slice_roots(np.arange(-2.5, 3.0))

rastrigin = Landscape(
    value,
    gradient,
    hessian,
    key="rastrigin",
    name="Rastrigin",
    formula=r"\sum_{i=1}^{2} (10 + \theta_i^2 - 10\cos 2\pi\theta_i)",
    domain=((-2.75, 2.75), (-2.75, 2.75)),
    start=(1.7, -1.3),
    learning_rate=0.002,
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(
        isolated("minimum", *_pairs(_valleys, _valleys)),
        isolated("saddle", *_pairs(_valleys, _crests), *_pairs(_crests, _valleys)),
        isolated("maximum", *_pairs(_crests, _crests)),
    ),
    about="A bowl with ripples of period 1; the lowest minimum is at the origin.",
    lesson="Monge SAM ends at a minimum from most starts, SAM from less than a tenth.",
    reference="Rastrigin (1974), Systems of Extremal Control, Nauka, Moscow",
)
