"""The cells and pixels of a window, by their centres."""

import numpy as np

from landscapes.landscape import Domain


def cell_centres(low: float, high: float, count: int) -> np.ndarray:
    """Centres of `count` equal cells between low and high."""
    return low + (np.arange(count) + 0.5) * ((high - low) / count)


def pixel_centres(window: Domain, columns: int, rows: int) -> np.ndarray:
    """The starts of a map, shape (2, rows, columns).

    Raises:
        ValueError: for a window that is empty or not finite.
    """
    try:
        (left, right), (bottom, top) = window
        fine = bool(np.isfinite([left, right, bottom, top]).all() and left < right and bottom < top)
    except (TypeError, ValueError):
        fine = False
    if not fine:
        raise ValueError(f"a window is ((left, right), (bottom, top)) with left < right, bottom < top, not {window!r}")
    return np.array(np.meshgrid(*(cell_centres(*side, n) for side, n in zip(window, (columns, rows), strict=True))))


def resolution_pair(resolution: int | tuple[int, int]) -> tuple[int, int]:
    """(columns, rows) from a number for both or from the pair.

    Raises:
        ValueError: for anything else.
    """
    both = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    if len(both) != 2 or not all(isinstance(n, (int, np.integer)) and n > 0 for n in both):
        raise ValueError(f"resolution must be a positive whole number or (columns, rows), not {resolution!r}")
    return both
