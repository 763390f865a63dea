"""Whether runs still move, and how: settled, on a cycle, drifting, chaotic, or moving.

Further steps decide, by the rounds that they make (`optimizers.rounds`), in units of the landscape's tolerance τ.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes.checkpoint import checkpoint
from optimizers import contract
from optimizers.bases import Plain
from optimizers.engine import run
from optimizers.rounds import AHEAD, MAX_PERIOD, caught, closes, drifting, exact, near, shortest, stays_on
from optimizers.schedules import CONSTANT, Held
from optimizers.stability import jacobian
from optimizers.stability.step_jacobian import step_jacobian
from optimizers.trajectory import Trajectory

RUN = "run(SAM(rho=1.0), LANDSCAPES['banana'], [0.5, 0.5], learning_rate=0.01, steps=200)"
STAY = "for at least the next 1000 steps"
MOTIONS = ("settled", "2-cycle", "longer cycle", "drifting", "chaotic", "moving")
SETTLED, TWO, LONGER, DRIFTING, CHAOTIC, MOVING = range(len(MOTIONS))

BLOCK = 8192  # runs that stay in the processor's cache together
TOGETHER = 512  # runs that are followed together, so that their paths stay small
FOLLOWED = 2000  # steps over which the growth of small offsets is measured, after as many in which it settles
FEWEST_FOLLOWED, MOST_FOLLOWED = 16, 1000  # runs to follow, on the most expensive landscape and on any
JACOBIAN = 1000  # gradients that the Jacobian of a step takes in NumPy, in operations of a kernel
WORK = 1e11  # such operations that following a batch may take: they took a core some seconds
POSITIVE = 0.001  # per step, the least Lyapunov exponent that is called chaos: neighbours part by e in a thousand


class Motion(NamedTuple):
    """How runs move.

    Attributes:
        codes: int8, shape (*batch): indices into MOTIONS.
        period: int16, of cycles (1 of a run that has settled), 0 of others.
        exponent: largest Lyapunov exponent per step, measured where it decides, NaN elsewhere.
    """

    codes: np.ndarray
    period: np.ndarray
    exponent: np.ndarray


def motion(trajectory: Trajectory, tolerance: float | None = None) -> np.ndarray:
    """Whether runs still move, decided from five further steps: settled, 2-cycle, or else moving.

    Args:
        trajectory: its last two positions are used.
        tolerance: distance within which a run stays where it is, the landscape's where None.

    Returns:
        int8, shape (*batch): indices into MOTIONS. Runs that diverged are moving.
    """
    contract.instance("trajectory", trajectory, Trajectory, RUN)
    tolerance = contract.tolerance(trajectory.landscape, tolerance)
    batch = trajectory.final.shape[1:]
    further = _further(trajectory, 4)
    previous = trajectory.previous.reshape(1, 2, -1)
    codes = np.empty(further.shape[2], np.int8)
    with np.errstate(all="ignore"):
        for first in range(0, codes.size, BLOCK):
            block = slice(first, first + BLOCK)
            path = np.concatenate([previous[:, :, block], further[:, :, block]])
            hops = np.where(stays_on(path, 2, tolerance), np.int8(TWO), np.int8(MOVING))
            codes[block] = np.where(stays_on(path, 1, tolerance), np.int8(SETTLED), hops)
    return codes.reshape(batch)


def followable_runs(gradient: float) -> int:
    """How many runs it is reasonable to follow where a gradient takes so many operations."""
    return int(np.clip(WORK / (2 * FOLLOWED * JACOBIAN * max(gradient, 1.0)), FEWEST_FOLLOWED, MOST_FOLLOWED))


def follow(
    trajectory: Trajectory, tolerance: float | None = None, progress: Callable[[int, int], None] | None = None
) -> Motion:
    """Whether runs still move and how, decided from a thousand further steps or, if needed, four thousand.

    Settled, 2-cycle, longer cycle: at every n-th of the thousand steps, n = 1, 2, … 64, the run is within the tolerance
    of where it was, and at their end it is on an exact round of n steps, or comes closer to a stable one. Chaotic: a
    small offset grows exponentially (the Lyapunov exponent of the step's Jacobian is positive). Drifting: the run comes
    back nearly, but a little further on each time, or creeps. Moving: none of these.

    Args:
        trajectory: its last positions are used.
        tolerance: distance within which a run stays, the landscape's where None.
        progress: is called with the number of runs done and of all.
    """
    contract.instance("trajectory", trajectory, Trajectory, RUN)
    tolerance = contract.tolerance(trajectory.landscape, tolerance)
    batch = trajectory.final.shape[1:]
    number = math.prod(batch)
    blocks = []
    for first in range(0, max(number, 1), TOGETHER):
        last = min(first + TOGETHER, number)
        blocks.append(_followed(_part(trajectory, np.arange(first, last)), tolerance))
        if progress is not None:
            progress(last, number)
    return Motion(*(np.concatenate(parts).reshape(batch) for parts in zip(*blocks, strict=True)))


def _followed(trajectory: Trajectory, tolerance: float) -> Motion:
    """Of a flat batch."""
    on = further(trajectory, AHEAD, keep="states")
    assert on.states is not None  # they are kept
    path, states = on.positions, on.states
    codes, period = np.full(path.shape[2], MOVING, np.int8), np.zeros(path.shape[2], np.int16)
    exponent = np.full(codes.shape, np.nan)
    with np.errstate(all="ignore"):
        for p in range(1, MAX_PERIOD + 1):
            stays = np.flatnonzero((period == 0) & closes(path, p, tolerance))
            last = path[-p - 1 : -1], states[-p - 1 : -1]
            stays = stays[exact(path[:, :, stays], p, tolerance) | _stable(trajectory, stays, *last)]
            period[stays] = p
        period = shortest(path, period)
        for p in np.unique(period[period > 0]):  # every so many steps of a round says nothing of those between
            there = np.flatnonzero(period == p)
            period[there[~near(path[:, :, there], p, tolerance)]] = 0
        codes[period > 0] = np.select([period == 1, period == 2], [SETTLED, TWO], LONGER)[period > 0]
        bounded = np.flatnonzero((codes == MOVING) & np.isfinite(path[-1]).all(axis=0))
        if bounded.size:
            codes[bounded[drifting(path[:, :, bounded], tolerance)]] = DRIFTING
            exponent[bounded] = _lyapunov(trajectory, bounded)
            codes[bounded[exponent[bounded] > POSITIVE]] = CHAOTIC
    return Motion(codes, period, exponent)


def further(trajectory: Trajectory, steps: int, keep: Literal["all", "states", "final"] = "all") -> Trajectory:
    """The same runs, gone on with from their last position and state, with the factors of their last step."""
    return run(
        trajectory.rule,
        trajectory.landscape,
        trajectory.final,
        learning_rate=trajectory.learning_rate,
        steps=steps,
        keep=keep,
        base=trajectory.base,
        schedule=trajectory.schedule.after(trajectory.steps),
        noise=trajectory.noise,
        state=trajectory.state,
    )


def _further(trajectory: Trajectory, steps: int) -> np.ndarray:
    """Positions of the flattened batch from the last on, shape (steps + 1, 2, runs)."""
    return further(trajectory, steps).positions.reshape(steps + 1, 2, -1)


def _stable(trajectory: Trajectory, chosen: np.ndarray, path: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Whether offsets from the round of these positions, shape (p, 2, runs), shrink: |μ| < 1 for all multipliers.

    The multipliers are those of θ and the state, shape (p, components, runs), but for what of it is discrete.
    """
    if chosen.size == 0:
        return np.zeros(0, bool)
    product, *others = _steps(_part(trajectory, chosen), path[:, :, chosen], states[:, :, chosen])
    for matrix in others:
        product = matrix @ product
    if product.shape[-1] == 2:
        trace, determinant = product[:, 0, 0] + product[:, 1, 1], np.linalg.det(product)
        return (np.abs(determinant) < 1.0) & (np.abs(trace) < 1.0 + determinant)  # Jury's conditions
    fine = np.isfinite(product).all(axis=(-2, -1))
    found = np.linalg.eigvals(np.where(fine[:, None, None], product, 0.0))
    return fine & (np.abs(found).max(axis=-1) < 1.0)


def _steps(runs: Trajectory, path: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Jacobians of the steps from positions (n, 2, runs) and states, shape (n, runs, k, k), k of θ and the state."""
    rule, rate, base = runs.rule, np.asarray(runs.learning_rate), runs.base
    matrices = []
    rows = max(BLOCK // max(path.shape[2], 1), 1)
    for first in range(0, len(path), rows):
        checkpoint()
        block = slice(first, first + rows)
        x, y = np.moveaxis(path[block], 1, 0)
        if rule.ascent is not None and isinstance(base, Plain):
            (xx, xy, yx, yy), _ = jacobian(rule, runs.landscape, x, y)
            entries = 1.0 - rate * xx, -rate * xy, -rate * yx, 1.0 - rate * yy
            matrices.append(np.stack(entries, axis=-1).reshape(*x.shape, 2, 2))
        else:
            state = np.moveaxis(states[block], 1, 0)
            matrices.append(step_jacobian(rule, runs.landscape, x, y, rate, base, _without_noise(runs, state))[0])
    return np.concatenate(matrices)


def _without_noise(runs: Trajectory, state: np.ndarray) -> np.ndarray:
    """The state of the rule and the base; noise is added, and plays no part in a derivative."""
    if runs.noise is None:
        return state
    count = len(runs.rule.state)
    return np.concatenate([state[:count], state[count + len(runs.noise.state) :]])


def _lyapunov(trajectory: Trajectory, chosen: np.ndarray) -> np.ndarray:
    """The largest Lyapunov exponent per step of some runs of the flattened batch, over their further steps.

    It is the growth of log ‖A_n … A_1‖ with A = I - αJ from n = T to n = 2T, so that what grows at first only, or as
    slowly as n, does not count as chaos. A run that is caught on an unstable point or cycle has no positive one.
    """
    runs = _part(trajectory, chosen)
    on = further(runs, 2 * FOLLOWED, keep="states")
    assert on.states is not None  # they are kept
    path, landscape = on.positions[:-1], trajectory.landscape
    halves = zip(np.split(path, 2), np.split(on.states[:-1], 2), strict=True)
    first, second = (_product(_steps(runs, *half)) for half in halves)
    both = second[0] @ first[0]
    growth = (second[1] + np.log(_norm(both)) - np.log(_norm(first[0]))) / FOLLOWED
    return np.where(caught(path, landscape.tolerance), np.minimum(growth, 0.0), growth)


def _part(trajectory: Trajectory, chosen: np.ndarray) -> Trajectory:
    """Some runs of the flattened batch, with their own hyperparameters, and the factors of their last step in these."""
    batch = trajectory.final.shape[1:]

    def of(value: ArrayLike) -> np.ndarray:
        return np.broadcast_to(np.asarray(value, float), batch).ravel()[chosen]

    def some(part: Any) -> Any:
        return replace(part, **{name: of(value) for name, value in part.hyperparameters.items()})

    rule, rate, held = some(trajectory.rule), of(trajectory.learning_rate), trajectory.schedule.after(trajectory.steps)
    if isinstance(held, Held):
        rate = rate * held.learning_rate
        rule = replace(rule, rho=rule.rho * held.rho) if "rho" in rule.hyperparameters else rule
    assert trajectory.state is not None  # every run has one, if of no components
    ends = trajectory.final, trajectory.previous, trajectory.state
    flat = [part.reshape(len(part), math.prod(batch))[:, chosen] for part in ends]
    return replace(
        trajectory,
        final=flat[0],
        previous=flat[1],
        state=flat[2],
        kept=None,
        states=None,
        rule=rule,
        learning_rate=rate,
        base=some(trajectory.base),
        noise=trajectory.noise and some(trajectory.noise),
        schedule=CONSTANT,
    )


def _product(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """M and s with A_n … A_1 = exp(s) M and M of size 1, of matrices (n, runs, 2, 2), multiplied pair by pair."""
    scales = np.zeros(matrices.shape[:2])
    while len(matrices) > 1:
        if len(matrices) % 2:
            identity = np.broadcast_to(np.eye(matrices.shape[-1]), matrices[:1].shape)
            matrices, scales = np.concatenate([matrices, identity]), np.concatenate([scales, 0.0 * scales[:1]])
        matrices, scales = matrices[1::2] @ matrices[::2], scales[1::2] + scales[::2]
        size = np.abs(matrices).max(axis=(-2, -1))
        matrices, scales = matrices / size[..., None, None], scales + np.log(size)
    return matrices[0], scales[0]


def _norm(matrices: np.ndarray) -> np.ndarray:
    return np.sqrt((matrices**2).sum(axis=(-2, -1)))
