"""Paths thinned to what the screen can show."""

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
        cells = np.rint(positions / cell)
        new = np.ones((length, number), bool)
        new[1:] = (cells[1:] != cells[:-1]).any(axis=1)
        new[2:] &= (cells[2:] != cells[:-2]).any(axis=1)
        near = (np.abs(positions) < FAR * 1000 * cell).all(axis=1)
    keep = new.copy()
    keep[:-1] |= new[1:]
    keep[-1] = True
    drawn = np.where(near[:, None], positions, np.nan).astype(np.float32).transpose(1, 2, 0)
    ends = np.cumsum(keep.sum(axis=0)).tolist()
    xs, ys = ([flat[first:last] for first, last in pairwise([0, *ends])] for flat in (axis[keep.T] for axis in drawn))
    return xs, ys
