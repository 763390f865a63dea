"""What came of a batch of runs: where each is, whether it still moves, and how the ends are distributed.

Where a run is and whether it moves are two questions: SAM ends Figure 1 at the saddle on a 2-cycle, Monge SAM hovers
round the flat minimum. Both are at a place, neither is at rest.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.checkpoint import checkpoint
from landscapes.raster import Raster, rasterise
from landscapes.stationary import first_within
from optimizers.engine import step
from optimizers.trajectory import Trajectory

OUTCOMES = ("flat minimum", "minimum", "saddle", "maximum", "elsewhere", "diverged")
MOTIONS = ("settled", "cycling", "moving")

AT = 0.1  # distance within which a run is at a stationary set
SETTLED = 0.01  # effective gradient ‖Δθ‖ / α below which a run has settled
CYCLING = 0.05  # share of the last update that a 2-cycle may fail to return by
NORMAL_975 = 1.959963984540054  # the 97.5 % point of the normal distribution
BLOCK = 1 << 15  # kernels that are evaluated at a time, so that they stay in the cache
MANY = 4096  # points from which a raster pays; it gives the same answers


def outcome(landscape: Landscape, points: np.ndarray) -> np.ndarray:
    """Where points are: within 0.1 of one of the landscape's stationary sets, elsewhere, or diverged (not finite).

    Args:
        landscape: whose stationary sets count, in their order of precedence.
        points: shape (2, *batch).

    Returns:
        int8, shape (*batch): indices into OUTCOMES.
    """
    x, y = np.asarray(points, float)
    kinds = [stationary.kind for stationary in landscape.stationary]
    codes = np.array([OUTCOMES.index(kind) for kind in (*kinds, "elsewhere")], np.int8)
    if x.size < MANY:
        found = first_within(landscape.stationary, x, y, AT)
    else:
        found = _raster(landscape).first_within(x.ravel(), y.ravel()).reshape(x.shape)
    return np.where(np.isfinite(x) & np.isfinite(y), codes[found], np.int8(OUTCOMES.index("diverged")))


@lru_cache(maxsize=16)
def _raster(landscape: Landscape) -> Raster:
    return rasterise(landscape.stationary, AT, landscape.domain)


def motion(trajectory: Trajectory) -> np.ndarray:
    """Whether runs still move, judged by their last update and the one that would follow.

    Settled: the effective gradient ‖Δθ‖ / α is at most 0.01. Cycling: not settled, and two updates lead back to
    within 5 % of an update (a 2-cycle). Moving: all others, those that diverged among them.

    Returns:
        int8, shape (*batch): indices into MOTIONS.
    """
    rule, learning_rate = trajectory.rule, np.asarray(trajectory.learning_rate, float)
    rho, *others = ({"rho": 0.0} | rule.hyperparameters).values()
    before, here = trajectory.previous, trajectory.final
    with np.errstate(all="ignore"):
        after = np.stack(step(trajectory.landscape.gradient, rule.ascent, *here, learning_rate, rho, *others))
        update, back = np.hypot(*(after - here)), np.hypot(*(after - before))
        settled = update <= SETTLED * learning_rate
        cycling = back <= CYCLING * update
    return np.where(settled, 0, np.where(cycling, 1, 2)).astype(np.int8)


def shares(codes: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    """The fraction of runs of each code; the fractions add up to 1."""
    counts = np.bincount(np.ravel(codes), minlength=len(names))
    return dict(zip(names, (counts / max(counts.sum(), 1)).tolist(), strict=True))


def interval(count: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share of which `count` out of `total` were seen.

    Reference: Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Raises:
        ValueError: for a count that is not among the total.
    """
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
    at = np.asarray(at, float)
    values = np.ravel(values)
    values = values[np.isfinite(values)]
    if values.size < 2 or np.ptp(values) <= 1e-12 * max(1.0, np.abs(values).max()):
        return np.zeros(at.shape)
    # summed directly, because SciPy's estimate calls BLAS, whose threads fight over busy cores
    bandwidth = 0.5 * values.size**-0.2 * values.std(ddof=1)
    offsets = values / bandwidth
    heights = np.empty(at.size)
    block = max(BLOCK // values.size, 1)
    for first in range(0, at.size, block):
        checkpoint()
        abscissas = at.ravel()[first : first + block, None]
        heights[first : first + block] = np.exp(-0.5 * (abscissas / bandwidth - offsets) ** 2).mean(axis=1)
    return heights.reshape(at.shape) / (np.sqrt(2.0 * np.pi) * bandwidth)
