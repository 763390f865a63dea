"""Outcomes of a batch of runs: where each is, whether it still moves, and how the ends are distributed.

Where a run is and whether it moves are two questions: SAM ends Figure 1 at the saddle on a 2-cycle, Monge SAM circles
round the flat minimum. Both are at a place, neither is at rest.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.checkpoint import checkpoint
from landscapes.near import near
from landscapes.raster import Raster, rasterise
from landscapes.search import newton
from landscapes.stationary import first_within
from optimizers import contract
from optimizers.motions import MOTIONS, Motion, follow, motion
from optimizers.refusal import quoted, refusal

__all__ = [
    "MOTIONS",
    "OUTCOMES",
    "Motion",
    "Nearest",
    "density",
    "follow",
    "interval",
    "listed",
    "motion",
    "nearest",
    "outcome",
    "shares",
]

OUTCOMES = ("flat minimum", "minimum", "saddle", "maximum", "degenerate", "elsewhere", "diverged")

NORMAL_975 = 1.959963984540054  # the 97.5 % point of the normal distribution
BLOCK = 1 << 15  # kernels that are evaluated at a time, so that they stay in the cache
MANY = 4096  # points from which a raster pays; it gives the same answers


def outcome(landscape: Landscape, ends: ArrayLike, tolerance: float | None = None) -> np.ndarray:
    """Where runs ended: at a stationary set of the landscape, elsewhere, or diverged (not finite).

    An end is at a set that is nowhere farther than the tolerance. Where no listed set is so near, Newton's method from
    the end looks for a stationary point, so that one outside the domain counts as well.

    Args:
        landscape: whose stationary sets count, in their order of precedence.
        ends: shape (2, *batch).
        tolerance: in the units of x and y, the landscape's where None.

    Returns:
        int8, shape (*batch): indices into OUTCOMES.

    Raises:
        TypeError, ValueError: for ends that are no such points.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> OUTCOMES[outcome(LANDSCAPES["rastrigin"], [4.97, -1.0])]
        'minimum'
    """
    x, y = contract.points("ends", ends)
    codes, tolerance = listed(landscape, ends, tolerance), landscape.tolerance if tolerance is None else tolerance
    unlisted = codes == OUTCOMES.index("elsewhere")
    if unlisted.any():
        code = {name: index for index, name in enumerate(OUTCOMES)}
        names, back = np.unique(near(landscape, x[unlisted], y[unlisted], tolerance), return_inverse=True)
        codes[unlisted] = np.array([code.get(name, code["elsewhere"]) for name in names], np.int8)[back]
    return codes


def listed(landscape: Landscape, ends: ArrayLike, tolerance: float | None = None) -> np.ndarray:
    """Where runs ended, as `outcome` tells, but from the listed sets alone: far cheaper, and "elsewhere" too often."""
    x, y = contract.points("ends", ends)
    tolerance = contract.tolerance(landscape, tolerance)
    kinds = [stationary.kind for stationary in landscape.stationary]
    codes = np.array([OUTCOMES.index(kind) for kind in (*kinds, "elsewhere")], np.int8)
    if x.size < MANY:
        found = first_within(landscape.stationary, x, y, tolerance)
    else:
        found = _raster(landscape, tolerance).first_within(x.ravel(), y.ravel()).reshape(x.shape)
    return np.where(np.isfinite(x) & np.isfinite(y), codes[found], np.int8(OUTCOMES.index("diverged")))


@lru_cache(maxsize=16)
def _raster(landscape: Landscape, tolerance: float) -> Raster:
    return rasterise(landscape.stationary, tolerance, landscape.domain)


class Nearest(NamedTuple):
    """The nearest stationary set.

    Attributes:
        kind: of the set.
        distance: to it.
    """

    kind: str
    distance: float


def nearest(landscape: Landscape, end: ArrayLike) -> Nearest | None:
    """The stationary set nearest to one end, shape (2,), of those listed and what Newton's method finds from there.

    None if there is none, or if the end is not finite.

    Raises:
        TypeError, ValueError: for an end that is no such point.
    """
    contract.check_a_landscape(landscape)
    x, y = contract.points("end", end)
    if x.ndim > 0:
        raise ValueError(f"end must be one point (x, y), not {x.size} of them")
    found = [Nearest(one.kind, float(one.distance(x, y))) for one in landscape.stationary]
    if np.isfinite([x, y]).all():
        radius = landscape.side / 2
        there = newton(landscape, x[None], y[None], reach=radius)
        distance = float(np.hypot(there.x[0] - x, there.y[0] - y))
        if there.converged[0] and (kind := str(near(landscape, there.x, there.y, radius)[0])) in OUTCOMES:
            found.append(Nearest(kind, distance))
    found = [one for one in found if np.isfinite(one.distance)]
    return min(found, key=lambda one: one.distance, default=None)


def shares(codes: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    """The fraction of runs of each code; the fractions add up to 1.

    Raises:
        TypeError: for codes that are no whole numbers.
        ValueError: for a code that stands for none of the names.
    """
    codes = np.asarray(codes)
    if codes.size == 0:
        codes = codes.astype(int)
    if codes.dtype.kind not in "iu":
        raise TypeError(f"codes must be whole numbers, such as outcome(…) returns, not {quoted(codes.tolist())}")
    if np.size(codes) and not 0 <= np.min(codes) <= np.max(codes) < len(names):
        raise ValueError(f"codes must be from 0 to {len(names) - 1}, as many as there are names, not {np.max(codes)}")
    counts = np.bincount(np.ravel(codes), minlength=len(names))
    return dict(zip(names, (counts / max(counts.sum(), 1)).tolist(), strict=True))


def interval(count: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share of which `count` out of `total` were seen.

    Reference: Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Raises:
        TypeError: for what is no whole number.
        ValueError: for a count that is not among the total.
    """
    for name, number in (("count", count), ("total", total)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise TypeError(refusal(name, "a whole number", quoted(number)))
    if not 0 <= count <= total or total == 0:
        raise ValueError(f"count must be from 0 to total, and total at least 1, not {count} out of {total}")
    share, weight = count / total, NORMAL_975**2 / total
    centre = share + weight / 2
    half = NORMAL_975 * ((share * (1 - share) + weight / 4) / total) ** 0.5
    return (centre - half) / (1 + weight), (centre + half) / (1 + weight)


def density(values: ArrayLike, at: ArrayLike) -> np.ndarray:
    """Kernel density of the finite values at the given abscissas, Gaussian, half of Scott's bandwidth (Fig. 5).

    Values without spread have no density to estimate: the result is then 0 everywhere.
    """
    abscissas = contract.real("at", at)
    sample = contract.real("values", values).ravel()
    sample = sample[np.isfinite(sample)]
    if sample.size < 2 or np.ptp(sample) <= 1e-12 * max(1.0, np.abs(sample).max()):
        return np.zeros(abscissas.shape)
    # summed directly, because SciPy's estimate calls BLAS, whose threads fight over busy cores
    width = bandwidth(sample.size, sample.std(ddof=1))
    offsets = sample / width
    heights = np.empty(abscissas.size)
    block = max(BLOCK // sample.size, 1)
    for first in range(0, abscissas.size, block):
        checkpoint()
        here = abscissas.ravel()[first : first + block, None]
        heights[first : first + block] = bump(here / width, offsets).mean(axis=1)
    return heights.reshape(abscissas.shape) / bump_area(width)


def bandwidth(number, deviation):
    """Half of Scott's, of so many values with a standard deviation."""
    return 0.5 * number**-0.2 * deviation


def bump(at, centre):
    """A Gaussian of height 1, in units of its width."""
    return np.exp(-0.5 * (at - centre) ** 2)


def bump_area(width):
    """The area below a Gaussian of height 1."""
    return np.sqrt(2.0 * np.pi) * width
