"""Starts that try all of arithmetic, and equality to the last bit."""

import numpy as np

EDGE = np.array(
    [0.0, -0.0, 5e-324, -1e-310, 1e-8, 0.5, -1.0, 1.0, 2.0, -3.0, 1e8, -1e100, 1e308, np.inf, -np.inf, np.nan]
)
FAR = np.array([a.ravel() for a in np.meshgrid(EDGE, EDGE)])


def starts(count: int) -> np.ndarray:
    """So many random points, and all pairs of numbers at arithmetic's edges."""
    return np.hstack([np.random.default_rng(1).uniform(-2, 2, (2, count)), FAR])


def components(found, shape: tuple[int, ...]) -> np.ndarray:
    """What a function returned, one number or several, each for the whole batch."""
    parts = found if isinstance(found, tuple) else (found,)
    return np.array([np.broadcast_to(part, shape) for part in parts], float)


def same_bits(here, there) -> None:
    """Equal to the last bit, the signs of zeros included; NaN is NaN."""
    here, there = np.asarray(here, float), np.asarray(there, float)
    np.testing.assert_array_equal(here, there)
    zero = here == 0
    np.testing.assert_array_equal(np.signbit(here[zero]), np.signbit(there[zero]))
