"""Stationary points near an end and their kinds, found anew by SciPy and by looking at the loss round them."""

import numpy as np
from scipy.optimize import root

from landscapes import Landscape

ANGLES = np.linspace(0, 2 * np.pi, 720, endpoint=False)


def found_near(loss: Landscape, end: np.ndarray) -> np.ndarray | None:
    """The nearest root of the gradient that SciPy finds from the end and from round it."""
    tolerance, roots = loss.tolerance, []
    round_it = end[:, None] + np.array([np.cos(ANGLES[::90]), np.sin(ANGLES[::90])]) * tolerance / 2
    for guess in (end, *round_it.T):
        with np.errstate(all="ignore"):
            result = root(lambda point: np.array(loss.gradient(*point)), guess, tol=1e-13)
        if np.hypot(*result.fun) < 1e-7:
            roots.append(result.x)
    return min(roots, key=lambda point: float(np.hypot(*(point - end))), default=None)


def kind_of(loss: Landscape, point: np.ndarray) -> str:
    """What the loss on circles round a stationary point is: above it, below it, both or neither."""
    for radius in (1e-4, 1e-3, 1e-2):
        rise = loss.value(point[0] + radius * np.cos(ANGLES), point[1] + radius * np.sin(ANGLES)) - loss.value(*point)
        rounding = 1e-14 * max(1.0, abs(float(loss.value(*point))))
        up, down = bool((rise > rounding).any()), bool((rise < -rounding).any())
        if up or down:
            return "saddle" if up and down else "minimum" if up else "maximum"
    return "degenerate"


def sharpness(loss: Landscape, points: np.ndarray) -> np.ndarray:
    """λ_max at points, shape (2, n)."""
    xx, xy, yy = (np.broadcast_to(part, points.shape[1:]) for part in loss.hessian(*points))
    return np.linalg.eigvalsh(np.array([[xx, xy], [xy, yy]]).transpose(2, 0, 1))[:, -1]


def flattest(loss: Landscape) -> np.ndarray | None:
    """The listed minima of least λ_max, shape (2, n), where those of the others are more than 5 % larger."""
    listed = [one.points for one in loss.stationary if "minimum" in one.kind]
    if not listed:
        return None
    points = np.concatenate(listed, axis=1)
    points = points[:, np.isfinite(points).all(axis=0)]  # gaps between pieces of curves
    sharp = sharpness(loss, points)
    return points[:, sharp <= sharp.min() * (1 + 1e-6)] if sharp.max() > 1.05 * sharp.min() else None
