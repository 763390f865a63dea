"""`python -m benchmarks.rules [ROUNDS]`: 10,000 starts × 200 steps of every rule and base optimizer on the banana.

All take turns, so that a busy moment of the machine meets all of them. The table has the median and the least time.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import fields

import numpy as np

from benchmarks.engine import shown, starts
from benchmarks.machine import machine
from landscapes import LANDSCAPES
from optimizers import BASES, OPTIMIZERS, SAM, compiled, run
from optimizers.bases import PLAIN
from optimizers.cost import update_operations
from optimizers.rules import Rule

SIZE, STEPS, RATE, RHO = 10_000, 200, 0.01, 0.5
banana = LANDSCAPES["banana"]


def main(rounds: int = 9) -> None:
    """Prints the table."""
    pairs = [(form, PLAIN) for form in OPTIMIZERS.values()]
    pairs += [(SAM, form()) for form in BASES.values() if form is not type(PLAIN)]
    points, times = starts(SIZE), {}
    works = {}
    for form, base in pairs:
        (pair,) = compiled.warm([form], [banana], base)
        assert pair.kernel is not None, pair.reason
        chosen = form(rho=RHO) if any(item.name == "rho" for item in fields(form)) else form()
        name = chosen.name if base == PLAIN else f"{chosen.name} under {base.name}"
        works[f"{name} | {update_operations(form, banana, base)}"] = _work(chosen, points, base)
    for turn in range(rounds + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if turn:
                times.setdefault(name, []).append(time.perf_counter() - began)
    print(machine(("numpy", "numba"), "python -m benchmarks.rules"))
    print(f"\n| {SIZE:,} starts × {STEPS} steps on the banana | operations | median | least |")
    print("|:--|--:|--:|--:|")
    for name, taken in times.items():
        print(f"| {name} | {shown(float(np.median(taken)))} | {shown(min(taken))} |")


def _work(chosen: Rule, points: np.ndarray, base) -> Callable[[], object]:
    return lambda: run(chosen, banana, points, learning_rate=RATE, steps=STEPS, keep="final", base=base)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
