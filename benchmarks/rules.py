"""`python -m benchmarks.rules [ROUNDS]`: every rule and base optimizer on the banana, how exact and how fast it is.

The table has the largest distance from the rule's textbook loop (tests/optimizers/textbook.py), whether its kernel
gives NumPy's bits, and the median and the least time of 10,000 starts × 200 steps. All take turns, so that a busy
moment of the machine meets all of them.
"""

import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.engine import shown, starts
from benchmarks.machine import machine
from landscapes import LANDSCAPES
from optimizers import BASES, OPTIMIZERS, SAM, compiled, run
from optimizers.bases import PLAIN, Base
from optimizers.cost import update_operations
from optimizers.rules import Rule
from optimizers.spelling import made
from tests.optimizers import textbook

SIZE, STEPS, RATE, RHO = 10_000, 200, 0.01, 0.5
COMPARED, FEW_STEPS, SLOW, MAX_SIZE = 100, 12, RATE / 5, 100.0  # with the loops: before rounding is blown up
banana = LANDSCAPES["banana"]


def main(rounds: int = 9) -> None:
    """Prints the table."""
    pairs: list[tuple[type[Rule], Base]] = [(form, PLAIN) for form in OPTIMIZERS.values()]
    pairs += [(SAM, form()) for form in BASES.values() if form is not type(PLAIN)]
    points, times, rows = starts(SIZE), {}, {}
    works: dict[str, Callable[[], object]] = {}
    for form, base in pairs:
        (pair,) = compiled.warm([form], [banana], base)
        chosen = made(form, {"rho": RHO})
        name = chosen.name if base == PLAIN else f"{chosen.name} under {base.name}"
        rows[name] = (
            str(update_operations(form, banana, base)),
            f"{off_the_loop(chosen, base, points[:, :COMPARED]):.0e}",
            "equal" if same_bits(chosen, base, points) else f"none: {pair.reason}" if pair.reason else "differ",
        )
        works[name] = partial(run, chosen, banana, points, learning_rate=RATE, steps=STEPS, keep="final", base=base)
    for turn in range(rounds + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if turn:
                times.setdefault(name, []).append(time.perf_counter() - began)
    print(machine(("numpy", "numba"), "python -m benchmarks.rules"))
    what = f"{SIZE:,} starts × {STEPS} steps on the banana"
    print(f"\n| {what} | operations of a step | off its loop | bits | median | least |")
    print("|:--|--:|--:|:--|--:|--:|")
    for name, taken in times.items():
        print(f"| {name} | {' | '.join(rows[name])} | {shown(float(np.median(taken)))} | {shown(min(taken))} |")


def off_the_loop(chosen: Rule, base: Base, points: np.ndarray) -> float:
    """The largest distance from a textbook loop within a few steps, in units of 1 + the size of θ."""
    loop = textbook.LOOPS[chosen.key]
    path = run(chosen, banana, points, learning_rate=SLOW, steps=FEW_STEPS, base=base).positions
    worst = 0.0
    near = np.abs(path).max(axis=(0, 1)) < MAX_SIZE  # a run that diverges has no digits to compare
    for index, start in zip(np.flatnonzero(near), points.T[near], strict=True):
        if base == PLAIN:
            want = loop(banana, start, SLOW, FEW_STEPS, **chosen.hyperparameters)
        else:
            want = textbook.bases(banana, start, SLOW, FEW_STEPS, base.key, direction(chosen), **base.hyperparameters)
        off = np.abs(path[:, :, index] - np.array(want)) / (1.0 + np.abs(want))
        worst = max(worst, float(off.max()))
    return worst


def direction(chosen: Rule) -> Callable[[np.ndarray], np.ndarray]:
    """What the textbook loop of a rule without a state descends along."""
    loop = textbook.LOOPS[chosen.key]
    return lambda p: p - loop(banana, p, 1.0, 1, **chosen.hyperparameters)[1]


def same_bits(chosen: Rule, base: Base, points: np.ndarray) -> bool:
    """Whether kernel and NumPy agree to the last bit."""
    settings = {"learning_rate": RATE, "steps": STEPS, "keep": "final", "base": base}
    kernel = run(chosen, banana, points, **settings).final
    with compiled.numpy_only():
        return run(chosen, banana, points, **settings).final.tobytes() == kernel.tobytes()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
