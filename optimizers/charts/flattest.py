"""Which minima are the flattest ones in φ: their curvature is that of ℓ(ψ(φ)), which the chart changes."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import Polynomial

from landscapes import Landscape
from landscapes.charts import Chart
from landscapes.search import FLATTER, SAME_POINT, apart, distinct
from landscapes.stationary import eigenvalues, eigenvector

BEYOND = 1.5  # half-sides of the domain from its centre, within which minima are compared
NEIGHBOURS = 5  # samples of a curve of minima through which a polynomial is laid
EQUAL = 1e-6  # share of the least λ_max by which that of others may be larger: bottoms of curves are that exact
SAME = 1e-3  # of the side, within which two points are one


class Minima(NamedTuple):
    """The listed minima θ in and near a landscape's domain.

    Attributes:
        isolated: shape (2, n).
        curves: samples of curves of minima, shape (2, m).
        neighbours: of each sample the nearest ones, itself the first, shape (m, k).
    """

    isolated: np.ndarray
    curves: np.ndarray
    neighbours: np.ndarray


def flattest_in(landscape: Landscape, chart: Chart) -> np.ndarray:
    """The minima θ with the least λ_max of the Hessian in φ, shape (2, n); none where the minima do not differ in it.

    At a minimum g = 0, so that this Hessian is JᵀHJ. Along a curve of minima its λ_max is followed by polynomials
    through the samples of the curve.

    Args:
        landscape: the loss of θ, whose listed minima in and near its domain are compared.
        chart: the coordinates.
    """
    minima = _minima(landscape)
    isolated, on_curves = (sharpness_in(landscape, chart, points) for points in minima[:2])
    known = np.concatenate([isolated, on_curves])
    known = known[np.isfinite(known)]
    if not known.size or known.max() <= FLATTER * known.min():
        return np.empty((2, 0))
    candidates = np.concatenate([minima.isolated, *_bottoms(landscape, minima, on_curves)], axis=1)
    sharpness = sharpness_in(landscape, chart, candidates)
    order = np.argsort(sharpness)
    flat = candidates[:, order[sharpness[order] <= np.nanmin(sharpness) * (1 + EQUAL)]]
    return apart(flat, SAME * landscape.side)


def sharpness_in(landscape: Landscape, chart: Chart, minima: np.ndarray) -> np.ndarray:
    """λ_max of JᵀHJ, the Hessian in φ, at minima θ, shape (n,)."""
    with np.errstate(all="ignore"):
        (xu, xv), (yu, yv) = chart.jacobian(chart.inverse(minima))
        xx, xy, yy = landscape.hessian(*minima)
        uu = xu * (xx * xu + xy * yu) + yu * (xy * xu + yy * yu)
        uv = xv * (xx * xu + xy * yu) + yv * (xy * xu + yy * yu)
        vv = xv * (xx * xv + xy * yv) + yv * (xy * xv + yy * yv)
        return eigenvalues(uu, uv, vv)[1]


@lru_cache(maxsize=8)
def _minima(landscape: Landscape) -> Minima:
    """Kept, because they are the same in all charts."""
    from scipy.spatial import KDTree  # most programs need none and never load it

    none = np.empty((2, 0))
    isolated, curves = (
        np.concatenate(
            [
                none,
                *(one.points for one in landscape.stationary if "minimum" in one.kind and one.connected == connected),
            ],
            axis=1,
        )
        for connected in (False, True)
    )
    curves = distinct(curves[:, np.isfinite(curves).all(axis=0)], SAME_POINT * landscape.side)
    isolated, curves = (points[:, _near_domain(landscape, points)] for points in (isolated, curves))
    return Minima(isolated, curves, KDTree(curves.T).query(curves.T, NEIGHBOURS)[1])


def _near_domain(landscape: Landscape, points: np.ndarray) -> np.ndarray:
    ends = np.array(landscape.domain)
    centre, half = ends.mean(axis=1)[:, None], np.ptp(ends, axis=1)[:, None] / 2
    return np.hypot(*((points - centre) / half)) <= BEYOND


def _bottoms(landscape: Landscape, minima: Minima, sharpness: np.ndarray) -> list[np.ndarray]:
    """Where λ_max is least along curves of minima, near each sample that is the least of those around it."""
    points = minima.curves
    if points.shape[1] < NEIGHBOURS:
        return [points]
    around = sharpness[minima.neighbours]
    found = []
    for near in minima.neighbours[sharpness == around.min(axis=1)]:
        place = points[:, near[0]]
        cos, sin = eigenvector(*landscape.hessian(*place))
        along = -sin * (points[0, near] - place[0]) + cos * (points[1, near] - place[1])
        level = Polynomial.fit(along, sharpness[near], NEIGHBOURS - 1)
        roots = level.deriv().roots()
        inside = roots[(roots.imag == 0) & (roots.real >= along.min()) & (roots.real <= along.max())].real
        at = inside[level.deriv(2)(inside) > 0]
        found.append(np.array([Polynomial.fit(along, part[near], NEIGHBOURS - 1)(at) for part in points]))
    return found
