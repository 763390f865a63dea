"""Paths as one line: joined by gaps, and thinned to what the screen can show."""

import numpy as np

FAR = 1e4  # view widths beyond which a position is not drawn


def joined(positions: np.ndarray, cell: float) -> tuple[np.ndarray, np.ndarray]:
    """All paths as one line with gaps.

    A position is left out when it falls into the cell of the position before or, as on a 2-cycle, of the one before
    that, and the next one does too: the line drawn is then the same to within a cell.

    Args:
        positions: shape (steps + 1, 2, n).
        cell: side of a cell, about a pixel.

    Returns:
        x and y, float32, a NaN after each path; what is not finite or too far off to be drawn is a gap too.
    """
    length, _, number = positions.shape
    with np.errstate(invalid="ignore", over="ignore"):
        cells = np.rint(positions / cell)
        new = np.ones((length + 1, number), bool)
        new[1:length] = (cells[1:] != cells[:-1]).any(axis=1)
        new[2:length] &= (cells[2:] != cells[:-2]).any(axis=1)
        near = (np.abs(positions) < FAR * 1000 * cell).all(axis=1)
    keep = new.copy()
    keep[: length - 1] |= new[1:length]
    keep[length - 1 :] = True
    lines = np.full((2, number, length + 1), np.nan, np.float32)
    lines[:, :, :length] = np.where(near[:, None], positions, np.nan).transpose(1, 2, 0)
    keep = keep.T
    return lines[0][keep], lines[1][keep]
