"""The inverse of a chart on a part of the plane, by continuation; and the place where there is none.

From the centre of the view the inverse is followed along straight lines to the nodes of a grid, in short steps of
Newton's method. It exists on the view just where none of these loses its way and the Jacobian's determinant keeps its
sign, and stays away from 0 also between the nodes, as far as points between them tell.
"""

from collections.abc import Callable

import numpy as np

from landscapes.charts.chart import ChartError
from landscapes.landscape import Domain

NODES = 31  # along each side of the view
PIECES = 30  # of the way from the centre to a node
NEWTON_STEPS = 4  # in each piece
LAST_STEPS = 12  # at its end
ARRIVED = 1e-9  # of the view's diagonal, how near ψ(φ) has to come to θ
SINGULAR = 1e-7  # of the median determinant in the view, what counts as 0
ZOOMS = 10  # each to a fifth, towards the least determinant
AROUND = 11  # points along each side of such a zoom
BETWEEN = 24  # points from a node to the next, where the sign is looked at
REACHES = (1.0, 3.0, 0.3, 10.0)  # in units of the view, how far from 0 a first point is looked for


def inverse_on(point: Callable, jacobian: Callable, view: Domain) -> Callable:
    """(x, y, amount) → φ for points on the view and near it, NaN where the way there is lost.

    Args:
        point, jacobian: as those of a `ChartForm`; their amount is not used.
        view: ((left, right), (bottom, top)).

    Raises:
        ChartError: with a place, where the chart has no smooth inverse on all of the view.
    """
    (left, right), (bottom, top) = view
    size = float(np.hypot(right - left, top - bottom))
    nodes = np.array(np.meshgrid(np.linspace(left, right, NODES), np.linspace(bottom, top, NODES))).reshape(2, -1)
    centre = np.array([[(left + right) / 2], [(bottom + top) / 2]])
    chart = _Continuation(point, jacobian, size)
    with np.errstate(all="ignore"):
        began = chart.first(centre, view)
        if not chart.solved(began, centre).all():
            raise _refused(centre[:, 0])
        sign = np.sign(chart.determinant(began))
        phi = chart.follow(np.repeat(began, nodes.shape[1], axis=1), centre, nodes, PIECES, sign)
        lost = np.flatnonzero(~chart.solved(phi, nodes))
        if lost.size:
            away = np.hypot(*(nodes[:, lost] - centre))
            raise _refused(nodes[:, lost[away.argmin()]])
        singular = chart.singular(phi)
        if singular is None:
            singular = chart.turned(phi, sign)
    if singular is not None:
        raise _refused(np.array(point(*singular, 0.0)), singular)

    def inverse(x, y, amount):
        theta = np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)))
        flat = theta.reshape(2, -1)
        column = np.clip(np.rint((flat[0] - left) / (right - left) * (NODES - 1)), 0, NODES - 1)
        row = np.clip(np.rint((flat[1] - bottom) / (top - bottom) * (NODES - 1)), 0, NODES - 1)
        with np.errstate(all="ignore"):
            known = np.isfinite(flat).all(axis=0)
            near = np.where(known, row * NODES + column, 0).astype(int)
            found = chart.follow(phi[:, near], nodes[:, near], flat, PIECES // 3, sign)
            found = np.where(known & chart.solved(found, flat), found, np.nan)
        return tuple(found.reshape(theta.shape))

    return inverse


class _Continuation:
    """Follows the inverse of a chart from points where it is known."""

    def __init__(self, point: Callable, jacobian: Callable, size: float) -> None:
        self._point, self._jacobian, self._size = point, jacobian, size

    def first(self, target: np.ndarray, view: Domain) -> np.ndarray:
        """A point of which the chart makes the target, shape (2, 1), where there is one that Newton's method finds."""
        found = np.full((2, 1), np.nan)
        for reach in REACHES:
            side = reach * max(abs(end) for ends in view for end in ends)
            grid = np.array(np.meshgrid(np.linspace(-side, side, 13), np.linspace(-side, side, 13))).reshape(2, -1)
            ends = grid
            for _ in range(60):
                ends = self._newton(ends, target)
            good = np.flatnonzero(self.solved(ends, target) & (np.abs(self.determinant(ends)) > 0))
            if good.size:
                nearest = good[np.hypot(*(ends[:, good] - target)).argmin()]
                return ends[:, nearest : nearest + 1]
        return found

    def follow(
        self, phi: np.ndarray, since: np.ndarray, until: np.ndarray, pieces: int, sign: np.ndarray
    ) -> np.ndarray:
        """The inverse along straight lines, shape (2, n); NaN where the determinant changes its sign."""
        for piece in range(1, pieces + 1):
            target = since + (until - since) * (piece / pieces)
            for _ in range(LAST_STEPS if piece == pieces else NEWTON_STEPS):
                phi = self._newton(phi, target)
            phi = np.where(np.sign(self.determinant(phi)) == sign, phi, np.nan)
        return phi

    def solved(self, phi: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """Whether ψ(φ) is θ, shape (n,)."""
        x, y = self._point(*phi, 0.0)
        return np.hypot(x - theta[0], y - theta[1]) <= ARRIVED * (self._size + np.hypot(*theta))

    def determinant(self, phi: np.ndarray) -> np.ndarray:
        """Of the Jacobian, shape (n,)."""
        xu, xv, yu, yv = self._jacobian(*phi, 0.0)
        return xu * yv - xv * yu + np.zeros(phi.shape[1])

    def singular(self, phi: np.ndarray) -> np.ndarray | None:
        """A point between these, on the view's grid, where the determinant is 0; None where none is found."""
        size = np.abs(self.determinant(phi))
        small, at = SINGULAR * np.median(size), size.argmin()
        grid, (row, column) = phi.reshape(2, NODES, NODES), divmod(int(at), NODES)
        around = grid[:, max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2].reshape(2, -1)
        low, high = around.min(axis=1), around.max(axis=1)
        best = phi[:, at]
        for _ in range(ZOOMS):
            places = np.array(np.meshgrid(*np.linspace(low, high, AROUND).T)).reshape(2, -1)
            size = np.abs(self.determinant(places))
            best = places[:, np.nanargmin(size)] if np.isfinite(size).any() else best
            if np.nanmin(size, initial=np.inf) <= small:
                return best
            half = (high - low) / 10
            low, high = best - half, best + half
        return None

    def turned(self, phi: np.ndarray, sign: np.ndarray) -> np.ndarray | None:
        """A point between neighbouring nodes where the determinant has the other sign; None where none is found."""
        grid = phi.reshape(2, NODES, NODES)
        share = np.linspace(0.0, 1.0, BETWEEN, endpoint=False)
        for before, after in ((grid[:, :, :-1], grid[:, :, 1:]), (grid[:, :-1], grid[:, 1:])):
            places = (before[..., None] + (after - before)[..., None] * share).reshape(2, -1)
            wrong = np.flatnonzero(self.determinant(places) * sign <= 0)
            if wrong.size:
                return places[:, wrong[0]]
        return None

    def _newton(self, phi: np.ndarray, target: np.ndarray) -> np.ndarray:
        x, y = self._point(*phi, 0.0)
        xu, xv, yu, yv = self._jacobian(*phi, 0.0)
        dx, dy, det = x - target[0], y - target[1], xu * yv - xv * yu
        return np.stack([phi[0] - (yv * dx - xv * dy) / det, phi[1] - (xu * dy - yu * dx) / det])


def _refused(theta: np.ndarray, phi: np.ndarray | None = None) -> ChartError:
    place = f"at θ = {_shown(theta)}" if phi is None else f"at θ = {_shown(theta)}, φ = {_shown(phi)}"
    return ChartError(
        f"the chart has no smooth inverse {place}: choose formulas that take each value of the view once, with a "
        "Jacobian that is nowhere singular"
    )


def _shown(place: np.ndarray) -> str:
    x, y = np.round(place, 9) + 0.0  # roundoff is 0, and 0 has no sign
    return f"({x:.3g}, {y:.3g})"
