"""Paths thinned to what the screen can show."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

FAR = 1e4  # view widths beyond which a position is not drawn


def thinned(positions: np.ndarray, cell: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The x and y coordinates of each path.

    A position is left out when it falls into the cell of the position before or, as on a 2-cycle, of the one before
    that, and the next one does too: the line drawn is then the same to within a cell.

    Args:
        positions: shape (steps + 1, 2, n).
        cell: side of a cell, about a pixel.

    Returns:
        n arrays each, float32; what is not finite or too far off to be drawn is NaN, a gap.
    """
    length, _, number = positions.shape
    with np.errstate(invalid="ignore", over="ignore"):
        cells = np.full((length + 2, 2, number), np.nan)  # before the first position are none
        cells[2:] = cell_at(positions, cell)
        x, y = cells[:, 0], cells[:, 1]
        keep = is_new(x[2:], y[2:], x[1:-1], y[1:-1], x[:-2], y[:-2])
        near = is_near(positions[:, 0], positions[:, 1], cell)
    keep[:-1] |= keep[1:].copy()
    keep[-1] = True
    drawn = np.where(near[:, None], positions, np.nan).astype(np.float32).transpose(1, 2, 0)
    ends = np.cumsum(keep.sum(axis=0)).tolist()
    xs, ys = ([flat[first:last] for first, last in pairwise([0, *ends])] for flat in (axis[keep.T] for axis in drawn))
    return xs, ys


def cell_at(coordinate, cell):
    """The number of the cell that a coordinate falls into."""
    return np.rint(coordinate / cell)


def is_new(x, y, last_x, last_y, earlier_x, earlier_y):
    """Whether a cell is neither the last one nor the one before that."""
    return ((x != last_x) | (y != last_y)) & ((x != earlier_x) | (y != earlier_y))


def is_near(x, y, cell):
    """Whether a position is near enough to be drawn."""
    return (abs(x) < 1000 * FAR * cell) & (abs(y) < 1000 * FAR * cell)


# for a page that thins paths by itself
FORMULAS: dict[str, Callable] = {"cell_at": cell_at, "is_new": is_new, "is_near": is_near}
