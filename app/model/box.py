"""A box: a part of the plane, (left, right, bottom, top)."""

import numpy as np

from landscapes.landscape import Domain

Box = tuple[float, float, float, float]  # left, right, bottom, top

MAX_COORDINATE = 1e9  # beyond it a plot's axes lose their digits


def finite(box: Box) -> bool:
    """Whether a box that a browser named can be drawn."""
    left, right, bottom, top = box
    return bool(np.isfinite(box).all() and right > left and top > bottom and np.abs(box).max() < MAX_COORDINATE)


def pixels(box: Box, across: int) -> tuple[int, int]:
    """(columns, rows) of square pixels over a box, about as many as in a square of `across` × `across`."""
    left, right, bottom, top = box
    ratio = ((right - left) / (top - bottom)) ** 0.5
    return max(round(across * ratio), 2), max(round(across / ratio), 2)


def domain(box: Box) -> Domain:
    """A box as the engine takes it."""
    left, right, bottom, top = box
    return (left, right), (bottom, top)
