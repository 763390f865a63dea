"""Rounds of a run: whether a path comes back to where it was after so many steps, and how nearly.

Over a round of p steps a run comes back to within d of where it was. If that continues, a thousand steps move it by
1000 d / p; if d shrinks by the factor q from one round to the next, by d / (1 - q) in all, however many steps there
are. Paths have the shape (n, 2, *batch).
"""

import numpy as np

from landscapes.elementary import abs, sqrt, where

AHEAD = 1000  # steps in which a run that stays must not leave its place
MAX_PERIOD = 64  # steps of the longest cycle that is searched for
ROUNDS = 4  # the last ones, each of which must come closer
CLOSED = 0.001  # share of a round's longest update by which a cycle may still have to close
RETURN = 0.05  # share of the longest update that a round of a drifting run may fail to return by
ROUNDING = 8 * float(np.finfo(float).eps)  # of tolerance and coordinates, a way that is none
ALIKE = 1e-9  # share of the longest update by which equal rounds may differ
CAUGHT = 1e-6  # share of the longest update: a run that returns so closely is on a cycle, be it an unstable one


def stays_on(path: np.ndarray, p: int, tolerance: float) -> np.ndarray:
    """Whether runs stay on a round of p steps, judged by the last two rounds of their path, shape (n, 2, *batch)."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = path[-1], path[-1 - p], path[-1 - 2 * p], path[-2]
    return stays(ax, ay, bx, by, cx, cy, dx, dy, p, tolerance)


def stays(ax, ay, bx, by, cx, cy, dx, dy, p, tolerance):
    """Whether a run stays on a round of p steps.

    It is at a now, was at b and at c one and two rounds before, and at d one step before. A cycle has less left to
    close than a share of its last update, so that a slow drift of a run that jumps to and fro is none.
    """
    way = sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by))
    earlier = sqrt((bx - cx) * (bx - cx) + (by - cy) * (by - cy))
    left = way / (1.0 - way / earlier)
    hop = sqrt((ax - dx) * (ax - dx) + (ay - dy) * (ay - dy))
    little = where((p > 1) & (CLOSED * hop < tolerance), CLOSED * hop, tolerance)
    shrinks = (way < earlier) & (way * (AHEAD / p) <= tolerance) & (left <= little)
    closed = way <= ROUNDING * (tolerance + where(abs(ax) > abs(ay), abs(ax), abs(ay)))
    return closed | shrinks


def lengths(vectors: np.ndarray) -> np.ndarray:
    """Of vectors (n, 2, *batch), shape (n, *batch); NumPy's hypot takes five times as long."""
    x, y = vectors[:, 0], vectors[:, 1]
    return np.sqrt(x * x + y * y)


def ways(path: np.ndarray, p: int, rounds: int) -> np.ndarray:
    """By how much the last rounds of p steps fail to close, the last first, shape (rounds, *batch)."""
    corners = path[-1 - np.arange(rounds + 1) * p]
    return lengths(corners[:-1] - corners[1:])


def exact(path: np.ndarray, p: int, tolerance: float) -> np.ndarray:
    """Whether the last round closes but for rounding."""
    return ways(path, p, 1)[0] <= ROUNDING * (tolerance + np.abs(path[-1]).max(axis=0))


def closes(path: np.ndarray, p: int, tolerance: float) -> np.ndarray:
    """Whether every p-th position is within the tolerance of the first, and the rounds are closed or close up."""
    gaps = ways(path, p, ROUNDS)
    shrinking = (gaps[:-1] < gaps[1:]).all(axis=0)
    left = gaps[0] / (1.0 - (gaps[0] / gaps[-1]) ** (1 / (ROUNDS - 1)))
    little = tolerance if p == 1 else np.minimum(CLOSED * longest(path[-p - 1 :]), tolerance)
    return near(path, p, tolerance) & (exact(path, p, tolerance) | (shrinking & (left <= little)))


def near(path: np.ndarray, p: int, tolerance: float) -> np.ndarray:
    """Whether every p-th position is within the tolerance of the first."""
    within: np.ndarray = np.all(lengths(path[::p] - path[0]) <= tolerance, axis=0)
    return within


def shortest(path: np.ndarray, period: np.ndarray) -> np.ndarray:
    """The periods, divided where a round is several equal ones, which differ in their last bits."""
    least, close = period.copy(), ALIKE * longest(path[-MAX_PERIOD - 1 :])
    for p in range(MAX_PERIOD // 2, 0, -1):
        least[(period % p == 0) & (period > p) & (ways(path, p, 1)[0] <= close)] = p
    return least


def longest(path: np.ndarray) -> np.ndarray:
    """The longest update of a path (n, 2, *batch)."""
    return lengths(np.diff(path, axis=0)).max(axis=0)


def caught(path: np.ndarray, tolerance: float) -> np.ndarray:
    """Whether the end of a path comes back to itself after some steps, on a cycle that may be unstable."""
    close = CAUGHT * longest(path[-MAX_PERIOD - 1 :])
    return np.any(
        [exact(path, p, tolerance) | (ways(path, p, 1)[0] <= close) for p in range(1, MAX_PERIOD + 1)], axis=0
    )


def drifting(path: np.ndarray, tolerance: float) -> np.ndarray:
    """Whether runs come back nearly after some steps, or creep."""
    update = longest(path)
    drifts = update * AHEAD <= tolerance
    for p in range(2, MAX_PERIOD + 1):
        rounds = path[p::p] - path[:-p:p]
        drifts |= lengths(rounds).max(axis=0) <= RETURN * update
    return drifts
