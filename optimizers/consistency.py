"""Whether a gradient or a Hessian that was given is the derivative it should be: if not, one sentence.

A run would descend along a gradient of another loss, and its own loss would be shown beside it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from landscapes import Landscape

CANDIDATES = 64  # points of the domain that are tried for places where the loss is defined
PLACES = 12  # of them, at which derivatives are compared
STEPS = 10.0 ** -np.arange(2, 9)[:, None]  # of the side, over which differences are taken
WITHIN = 1e-4  # share of a derivative's size by which it may be off
CLEAR = 20  # times the scatter of the differences, by which a wrong derivative is off
WRONG = 2  # points at least, where so many are defined: one may be a kink
ROUNDING = 8 * float(np.finfo(float).eps)
PLASTIC = 1.324717957244746  # multiples of its inverse powers fill a square evenly, and off its lines of symmetry

Function = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Slopes(NamedTuple):
    """Differences of a function along x and y.

    Attributes:
        values: shape (2, steps, points).
        noise: what may be rounding in them, shape (steps, points).
    """

    values: np.ndarray
    noise: np.ndarray

    def sure(self, off: np.ndarray) -> np.ndarray:
        """Whether differences so far off, shape (steps, points), agree with those over neighbouring steps.

        Those of a function that no longer changes over small steps, because it is rounded, say nothing.
        """
        scatter = np.abs(np.diff(self.values, axis=1)).max(axis=0)
        agree = np.zeros(off.shape, bool)
        agree[1:-1] = CLEAR * np.maximum(scatter[:-1], scatter[1:]) <= off[1:-1]
        changes = (self.values != 0).any(axis=0)
        return agree & (changes | ~np.logical_or.accumulate(changes, axis=0))


def check_derivatives(landscape: Landscape, *, hessian: bool) -> None:
    """Makes sure that a given gradient is the derivative of the value, and a given Hessian that of the gradient.

    At points of the domain where all is finite, differences are taken over ever smaller steps. A derivative is wrong
    only where none of them is like it although they agree among themselves, so that neither kinks nor rounding nor
    undefined places count as mistakes.

    Args:
        landscape: whose gradient was given.
        hessian: whether its Hessian was, too.

    Raises:
        ValueError: for a derivative of something else.
    """
    x, y = _places(landscape)
    with np.errstate(all="ignore"):
        _compare(landscape, "gradient", "value", landscape.value, landscape.gradient(x, y), x, y)
        if hessian:
            xx, xy, yy = landscape.hessian(x, y)
            for number, row in enumerate(((xx, xy), (xy, yy))):
                _compare(landscape, "hessian", "gradient", _component(landscape, number), row, x, y)


def _component(landscape: Landscape, number: int) -> Function:
    return lambda x, y: landscape.gradient(x, y)[number]


def _places(landscape: Landscape) -> tuple[np.ndarray, np.ndarray]:
    """The first of the tried points at which value and gradient are finite."""
    (left, right), (bottom, top) = landscape.domain
    u, v = np.arange(1, CANDIDATES + 1) * PLASTIC ** np.array([[-1.0], [-2.0]]) % 1.0
    x, y = left + u * (right - left), bottom + v * (top - bottom)
    with np.errstate(all="ignore"):
        parts = [np.broadcast_to(part, x.shape) for part in (landscape.value(x, y), *landscape.gradient(x, y))]
    defined = np.isfinite(parts).all(axis=0)
    return x[defined][:PLACES], y[defined][:PLACES]


def _compare(
    landscape: Landscape, what: str, of: str, function: Function, given: Sequence, x: np.ndarray, y: np.ndarray
) -> None:
    stated = np.array([np.broadcast_to(part, x.shape) for part in given], float)
    slopes = _slopes(function, x, y, landscape.side)
    off = np.abs(slopes.values - stated[:, None]).max(axis=0)
    size = np.maximum(np.abs(stated).max(axis=0), np.abs(slopes.values).max(axis=0))
    sure = slopes.sure(off)
    wrong = sure.any(axis=0) & ~(off <= WITHIN * size + slopes.noise).any(axis=0)
    if np.count_nonzero(wrong) < max(min(WRONG, x.size), 1):
        return
    at = wrong.argmax()
    found = slopes.values[:, sure[:, at].argmax(), at]
    raise ValueError(
        f"the {what} of the landscape {landscape.name!r} is not the derivative of its {of}: at ({x[at]:.4g}, "
        f"{y[at]:.4g}) it is {_pair(stated[:, at])}, but differences of the {of} give {_pair(found)}; "
        f"correct one of them, or leave out the {what}, which then follows from the {of}"
    )


def _slopes(function: Function, x: np.ndarray, y: np.ndarray, side: float) -> Slopes:
    shape = len(STEPS), x.size
    h = np.broadcast_to(STEPS * side, shape)
    values, noise = [], []
    for right, up in ((h, 0 * h), (0 * h, h)):
        ahead, behind = (
            np.broadcast_to(np.asarray(function((x + way * right).ravel(), (y + way * up).ravel()), float), h.size)
            for way in (1.0, -1.0)
        )
        values.append(((ahead - behind).reshape(shape)) / (2.0 * h))
        noise.append(np.maximum(np.abs(ahead), np.abs(behind)).reshape(shape) * ROUNDING / h)
    return Slopes(np.array(values), np.max(noise, axis=0))


def _pair(numbers: np.ndarray) -> str:
    return f"({numbers[0]:.4g}, {numbers[1]:.4g})"
