"""run(): whole batches of starts under one rule on one landscape.

The batch is flattened and cut into tiles that stay in the processor's cache through all their steps; tiles run on
threads, because NumPy releases the interpreter's lock. Results do not depend on the tiling.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from os import cpu_count
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers.rules import Rule, perturbation
from optimizers.trajectory import Trajectory

TILE = 8192


def step(gradient: Callable, ascent: Callable, x, y, learning_rate, rho, *others):
    """One update θ ← θ - α ∇ℓ(θ + δ) of the components x, y."""
    gx, gy = gradient(x, y)
    vx, vy = ascent(x, y, gx, gy, *others)
    dx, dy = perturbation(gx, gy, vx, vy, rho)
    px, py = gradient(x + dx, y + dy)
    return x - learning_rate * px, y - learning_rate * py


def run(
    rule: Rule,
    landscape: Landscape,
    starts: ArrayLike,
    *,
    learning_rate: ArrayLike,
    steps: int,
    keep: Literal["all", "final"] = "all",
) -> Trajectory:
    """Runs a rule from every start: θ ← θ - α ∇ℓ(θ + δ(θ)), `steps` times.

    Args:
        rule: with its hyperparameters, each a number or an array that broadcasts with the batch.
        landscape: the loss.
        starts: shape (2, *batch), the components x and y of the starts.
        learning_rate: α, a number or an array that broadcasts with the batch.
        steps: number of updates.
        keep: "all" keeps every position, "final" only the last two.

    Returns:
        The trajectory, float64. The batch is the broadcast of starts.shape[1:] with every hyperparameter. Runs that
        leave the finite numbers stay non-finite; nothing is clipped and no warning is given.

    Raises:
        ValueError: when the shapes do not fit, a hyperparameter is not finite or negative, or steps is no count.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> from optimizers import SAM, run
        >>> run(SAM(rho=1.0), LANDSCAPES["banana"], [-1.5, 0.5], learning_rate=0.01, steps=200).final.round(7)
        array([-0.0037459, -0.0027761])
    """
    starts = _starts(starts)
    steps = _count(steps)
    if keep not in ("all", "final"):
        raise ValueError(f'keep must be "all" or "final", not {keep!r}')
    names = {"learning_rate": learning_rate} | ({"rho": 0.0} | rule.hyperparameters)
    hyperparameters = [_hyperparameter(name, value) for name, value in names.items()]
    batch = _batch_shape(starts, dict(zip(names, hyperparameters, strict=True)))
    size = int(np.prod(batch, dtype=int))
    x, y = (np.broadcast_to(component, batch).reshape(-1) for component in starts)
    flat = [h if h.ndim == 0 else np.broadcast_to(h, batch).reshape(-1) for h in hyperparameters]

    final, previous = np.empty((2, size)), np.empty((2, size))
    positions = np.empty((steps + 1, 2, size)) if keep == "all" else None

    def advance_tile(tile: slice) -> None:
        path = None if positions is None else positions[:, :, tile]
        local = [h if h.ndim == 0 else h[tile] for h in flat]
        advance(
            landscape.gradient, rule.ascent, x[tile], y[tile], local, steps, final[:, tile], previous[:, tile], path
        )

    tiles = [slice(first, first + TILE) for first in range(0, size, TILE)]
    if len(tiles) > 1:
        list(_threads().map(advance_tile, tiles))
    else:
        for tile in tiles:
            advance_tile(tile)
    return Trajectory(
        final.reshape(2, *batch),
        previous.reshape(2, *batch),
        None if positions is None else positions.reshape(steps + 1, 2, *batch),
        rule,
        landscape,
        learning_rate,
        steps,
    )


def advance(gradient, ascent, x, y, hyperparameters, steps, final, previous, path) -> None:
    """Steps one tile with NumPy, writing into final, previous (2, n) and, unless None, path (steps + 1, 2, n)."""
    before = x, y
    if path is not None:
        path[0] = x, y
    with np.errstate(all="ignore"):
        for index in range(steps):
            before = x, y
            x, y = step(gradient, ascent, x, y, *hyperparameters)
            if path is not None:
                path[index + 1] = x, y
    final[:], previous[:] = (x, y), before


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cpu_count(), thread_name_prefix="tiles")


def _starts(starts: ArrayLike) -> np.ndarray:
    starts = np.asarray(starts, dtype=float)
    if starts.ndim == 0 or starts.shape[0] != 2:
        raise ValueError(
            f"starts must have shape (2, *batch), x and y first, not {starts.shape}; transpose (N, 2) points"
        )
    return starts


def _count(steps: int) -> int:
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(f"steps must be a whole number of at least 0, not {steps!r}")
    return int(steps)


def _hyperparameter(name: str, value: ArrayLike) -> np.ndarray:
    array = np.asarray(value, dtype=float)
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise ValueError(f"{name} must be finite and at least 0, not {value!r}")
    return array


def _batch_shape(starts: np.ndarray, hyperparameters: dict[str, np.ndarray]) -> tuple[int, ...]:
    shapes = {"starts": starts.shape[1:]} | {name: array.shape for name, array in hyperparameters.items()}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these batch shapes do not broadcast together: {listed}") from None
