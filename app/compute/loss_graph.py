"""The graph of the loss, a surface in space, with paths on it, as arrays to draw."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.model.box import Box
from figures.loss_colours import scale
from landscapes import Landscape

NODES = 51  # along each side of the surface
CUT = 0.6  # share of the nodes that are below the top
LIFT = 0.006  # of the height, by which a line lies above the surface, so as not to be hidden in it
FLOOR = 0.12  # of the height, by which the floor is below the least loss


class Graph(NamedTuple):
    """The loss over a box as a mesh of triangles, cut off at the top.

    Attributes:
        points: shape (4, n), the corners x, y, ℓ and a colour from 0 to 1 as on the plane.
        triangles: shape (3, m), indices of corners.
        low, high: losses between which the surface is drawn.
    """

    points: np.ndarray
    triangles: np.ndarray
    low: float
    high: float

    @property
    def floor(self) -> float:
        """The height at which the plane of θ lies below the surface."""
        return self.low - FLOOR * (self.high - self.low)

    @property
    def lift(self) -> float:
        """By how much lines are above the surface."""
        return LIFT * (self.high - self.low)


@lru_cache(maxsize=8)
def graph(landscape: Landscape, box: Box) -> Graph:
    """The loss on a grid over a box, drawn up to a quantile, because the rest would hide it."""
    left, right, bottom, top = box
    x, y = np.meshgrid(np.linspace(left, right, NODES), np.linspace(bottom, top, NODES))
    with np.errstate(all="ignore"):
        z = np.asarray(landscape.value(x, y), float)
    finite = z[np.isfinite(z)]
    low, high = (float(finite.min()), float(np.quantile(finite, CUT))) if finite.size else (0.0, 1.0)
    high = max(high, low + 1e-12 * (1 + abs(low)))
    at = np.arange(NODES * NODES).reshape(NODES, NODES)
    corners = [at[:-1, :-1], at[:-1, 1:], at[1:, :-1]], [at[:-1, 1:], at[1:, 1:], at[1:, :-1]]
    triangles = np.concatenate([np.stack([part.ravel() for part in three]) for three in corners], axis=1)
    triangles = triangles[:, np.isfinite(z.ravel()[triangles]).all(axis=0)]
    points, triangles = cut(np.stack([x.ravel(), y.ravel(), z.ravel()]), triangles, high)
    return Graph(np.vstack([points, scale(landscape, NODES).fraction(points[2])]), triangles, low, high)


def cut(points: np.ndarray, triangles: np.ndarray, high: float) -> tuple[np.ndarray, np.ndarray]:
    """What of a mesh is not above a height: points, shape (3, n), of which those in use are finite, and triangles."""
    below = points[2][triangles] <= high
    number = below.sum(axis=0)
    # the corner that is on the other side than the two others comes first
    alone = np.where(number == 1, below.argmax(axis=0), (~below).argmax(axis=0))
    turned = np.take_along_axis(triangles, (alone + np.arange(3)[:, None]) % 3, axis=0)
    kept: list[np.ndarray] = [triangles[:, number == 3]]
    pieces, made = [points], points.shape[1]
    for count in (1, 2):
        first, second, third = turned[:, number == count]
        crossings = []
        for other in (second, third):
            share = (high - points[2, first]) / (points[2, other] - points[2, first])
            pieces.append(points[:, first] + share * (points[:, other] - points[:, first]))
            crossings.append(made + np.arange(first.size))
            made += first.size
        one, two = crossings
        kept += (
            [np.stack([first, one, two])]
            if count == 1
            else [np.stack([one, second, third]), np.stack([one, third, two])]
        )
    used, back = np.unique(np.concatenate(kept, axis=1), return_inverse=True)
    return np.concatenate(pieces, axis=1)[:, used], back.reshape(3, -1)


def on_surface(landscape: Landscape, drawn: Graph, box: Box, points: np.ndarray) -> np.ndarray:
    """Points θ, shape (2, n), lifted to the surface: (3, n), NaN outside of what is drawn."""
    left, right, bottom, top = box
    x, y = points
    with np.errstate(all="ignore"):
        z = np.asarray(landscape.value(x, y), float) + drawn.lift
        seen = (x >= left) & (x <= right) & (y >= bottom) & (y <= top) & (z <= drawn.high)
    return np.where(seen, np.stack([x, y, z]), np.nan)
