"""Valleys and ridges: the loss followed along a line on which it is stationary in its strong direction.

At a distance t the loss there is φ(t), and the sign of φ'(t) tells of what kind a point is whose curvature vanishes in
the weak direction (x² + y³, x² - y⁴, (y - x²)(y - 2x²)). Where rounding hides it all around, the line is followed
farther: a curve of minima stays level to the border of the domain. Where the loss changes on the way, a stretch that
looks level is a minimum if it rises at both ends and a saddle if it falls at both; else it may be no stationary point
at all (y² + exp(-x) far out).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscapes.stationary import eigenvalues, eigenvector

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

MAX_RADIUS = 1 / 50  # of the side, the largest radius at which the loss is sampled; each further one is half as large
RADII = 8
ALIKE = 3  # the smallest decisive radii that have to agree
POLISH = 5  # Newton steps in the strong direction
FLAT = 1e-13  # of curvature times side, a slope that is rounding

STRIDE = 1 / 24  # of the side, in which a line is followed
STRIDES = 24
CORRECTIONS = 5  # Newton steps in the strong direction after each


class Line(NamedTuple):
    """Strong directions (wx, wy) of points, of the larger curvature, which stands here; (-wy, wx) are the weak ones."""

    wx: np.ndarray
    wy: np.ndarray
    curvature: np.ndarray


def along(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kind of points with one trusted curvature, and whether the loss stays the same in the weak direction."""
    line = strong(landscape, x, y)
    signs, zero = np.array([_sign(landscape, x, y, line, way) for way in (-1.0, 1.0)]).swapaxes(0, 1)
    level = (signs == 0).all(axis=0)
    faint = level & ~zero.all(axis=0)
    if faint.any():
        few = Line(*(part[faint] for part in line))
        signs[:, faint] = [_follow(landscape, x[faint], y[faint], few, way) for way in (-1.0, 1.0)]
    upward = np.where(line.curvature > 0, 1.0, -1.0)
    left, right = upward * signs
    # a stretch that looks level may be a slope that fades to one side
    decided = ~np.isnan(left + right) & (~level | (left == right))
    sides = np.where((left < 0) | (right < 0), "saddle", np.where(upward > 0, "minimum", "maximum"))
    return np.where(decided, sides, "degenerate"), level


def strong(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> Line:
    """The strong directions at points."""
    hxx, hxy, hyy = landscape.hessian(x, y)
    low, high = eigenvalues(hxx, hxy, hyy)
    cos, sin = eigenvector(hxx, hxy, hyy)
    upper = np.abs(high) >= np.abs(low)
    return Line(np.where(upper, cos, -sin), np.where(upper, sin, cos), np.where(upper, high, low))


def _polished(landscape: "Landscape", x: np.ndarray, y: np.ndarray, wx, wy, times: int):
    """The points moved along (wx, wy) to where the loss is stationary in that direction."""
    for _ in range(times):
        gx, gy = landscape.gradient(x, y)
        hxx, hxy, hyy = landscape.hessian(x, y)
        step = (gx * wx + gy * wy) / (hxx * wx * wx + 2.0 * hxy * wx * wy + hyy * wy * wy)
        step = np.where(np.isfinite(step), step, 0.0)
        x, y = x - step * wx, y - step * wy
    return x, y


def _sign(landscape: "Landscape", x: np.ndarray, y: np.ndarray, line: Line, way: float):
    """The sign of φ' away from the points, at small distances: 0 where rounding hides it, NaN where none is clear.

    And whether the gradient is exactly 0 at all of these distances, as on the floor of a loss in pieces.
    """
    wx, wy, curvature = line
    across, by_radius, zero = np.zeros(x.shape), [], np.ones(x.shape, bool)
    for index in reversed(range(RADII)):
        t = way * MAX_RADIUS * landscape.side / 2**index
        across = 4.0 * across  # a valley bends as t²
        bx, by = x - t * wy, y + t * wx
        px, py = _polished(landscape, bx + across * wx, by + across * wy, wx, wy, POLISH)
        across = (px - bx) * wx + (py - by) * wy
        gx, gy = landscape.gradient(px, py)
        slope = way * (gy * wx - gx * wy)
        zero &= (gx == 0) & (gy == 0)
        lost = ~np.isfinite(slope) | (np.abs(across) > 2.0 * np.abs(t))
        level = np.abs(slope) <= FLAT * np.abs(curvature) * landscape.side
        by_radius.append(np.where(lost, np.nan, np.where(level, 0.0, np.sign(slope))))
    return consistent(np.array(by_radius)), zero


def _follow(landscape: "Landscape", x: np.ndarray, y: np.ndarray, line: Line, way: float) -> np.ndarray:
    """The sign of φ' where the line first is no longer level, 0 where it is level as far as the domain goes."""
    (left, right), (bottom, top) = landscape.domain
    stride = STRIDE * landscape.side
    tx, ty, most = -way * line.wy, way * line.wx, np.abs(line.curvature)
    sign, before, going = np.zeros(x.shape), np.zeros(x.shape), np.ones(x.shape, bool)
    for _ in range(STRIDES):
        px, py = _polished(landscape, x + stride * tx, y + stride * ty, ty, -tx, CORRECTIONS)
        here = strong(landscape, px, py)
        turned = np.sign(here.wx * ty - here.wy * tx)
        gx, gy = landscape.gradient(px, py)
        slope = gx * tx + gy * ty
        going &= (left <= px) & (px <= right) & (bottom <= py) & (py <= top) & np.isfinite(slope)
        going &= np.hypot(px - x, py - y) <= 2.0 * stride
        most = np.where(going, np.maximum(most, np.abs(here.curvature)), most)
        now = np.where(np.abs(slope) <= FLAT * most * landscape.side, 0.0, np.sign(slope))
        sign = np.where(going & (sign == 0) & (now == before), now, sign)
        before = now
        going &= sign == 0
        if not going.any():
            break
        x, y = np.where(going, px, x), np.where(going, py, y)
        tx, ty = np.where(turned == 0, tx, -turned * here.wy), np.where(turned == 0, ty, turned * here.wx)
    return sign


def consistent(signs: np.ndarray) -> np.ndarray:
    """The sign at the smallest decisive radii, 0 where none is decisive, NaN where they do not agree.

    Args:
        signs: shape (radii, n) from small to large: 0 where rounding hides the sign, NaN where nothing can be decided.
    """
    decisive = ~(signs == 0)
    rank = np.cumsum(decisive, axis=0)
    first = np.where(decisive & (rank <= ALIKE), signs, 0.0)
    agree = np.nanmax(np.where(first == 0, -9.0, first), axis=0) == np.nanmin(np.where(first == 0, 9.0, first), axis=0)
    answer = np.nanmax(np.where(first == 0, -9.0, first), axis=0)
    missing = np.isnan(np.where(first == 0, 0.0, first)).any(axis=0)
    return np.where(~decisive.any(axis=0), 0.0, np.where(agree & ~missing, answer, np.nan))
