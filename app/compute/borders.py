"""Lines over maps: the border of a region, and the stationary points of a landscape."""

import numpy as np
from contourpy import LineType, contour_generator

from app.model.box import Box
from landscapes import Landscape
from optimizers.maps import cell_centres


def outline(inside: np.ndarray, box: Box) -> dict[str, np.ndarray]:
    """The border of a region given by its pixels, shape (rows, columns), as one line with gaps."""
    rows, columns = inside.shape
    left, right, bottom, top = box
    x, y = cell_centres(left, right, columns), cell_centres(bottom, top, rows)
    lines = contour_generator(x, y, inside.astype(float), line_type=LineType.Separate).lines(0.5)
    pieces = [piece for line in lines for piece in (line, np.full((1, 2), np.nan))]
    points = np.concatenate([np.empty((0, 2)), *pieces]).astype(np.float32)
    return {"x": points[:, 0], "y": points[:, 1]}


def outlined(landscape: Landscape) -> str:
    """The outcome whose border is worth seeing: the saddle's, else a maximum's, else the flat minima's."""
    kinds = {stationary.kind for stationary in landscape.stationary}
    return next((kind for kind in ("saddle", "maximum", "flat minimum") if kind in kinds), "elsewhere")


def stationary(landscape: Landscape, connected: bool) -> dict[str, np.ndarray]:
    """The isolated stationary points, or the curves of them as one line with gaps."""
    pieces = [found.points for found in landscape.stationary if found.connected == connected]
    gap = np.full((2, 1), np.nan)
    x, y = np.concatenate([np.empty((2, 0)), *(part for piece in pieces for part in (piece, gap))], axis=1)
    return {"x": x, "y": y}
