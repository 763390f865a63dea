"""`python -m benchmarks.engine`: what a million runs cost, against peers, in one run on this machine.

Competitors take turns, so that a busy moment of the machine meets all of them; the table shows medians. Peers too slow
for the whole batch get fewer starts, and their time is scaled; the table says so.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import peers
from benchmarks.machine import machine
from landscapes import LANDSCAPES
from optimizers import SAM, compiled, run
from optimizers.bases import Plain

SIZES = 10_000, 1_000_000
# factory, and how many starts it gets at most
PEERS: tuple[tuple[Callable[[], peers.Peer], int], ...] = (
    (peers.python_loop, 2),
    (peers.torch_per_start, 2),
    (peers.torch_batched, 100_000),
    (peers.engine_with_autograd, 100_000),
    (peers.naive_numpy, 1_000_000),
    (peers.with_numexpr, 1_000_000),
    (peers.engine_with_numpy, 1_000_000),
    (peers.tuned_numpy, 1_000_000),
    (peers.with_jax, 1_000_000),
    (peers.with_c, 1_000_000),
    (peers.engine, 1_000_000),
)
FIRST_ANSWER = """
import sys, time
import numpy as np
from landscapes import LANDSCAPES
from optimizers import SAM, run
starts = np.random.default_rng(0).uniform(-3, 3, (2, 100))
began = time.perf_counter()
run(SAM(0.1), LANDSCAPES[sys.argv[1]], starts, learning_rate=0.01, steps=200)
print(time.perf_counter() - began)
"""


def starts(count: int) -> np.ndarray:
    """Starts over the banana's view."""
    return np.random.default_rng(0).uniform([-3.0, -2.0], [3.0, 2.0], (count, 2)).T.copy()


def medians(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each piece of work; they take turns after one turn that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if turn:
                times[name].append(time.perf_counter() - began)
    return {name: float(np.median(taken)) for name, taken in times.items()}


def table(size: int, rounds: int) -> str:
    """200 SAM steps on the banana, ends only, by each peer."""
    works, notes, factors, missing = {}, {}, {}, []
    for factory, most in PEERS:
        name = factory.__doc__.rstrip(".")
        try:
            peer = factory()
        except (ImportError, OSError, subprocess.CalledProcessError) as reason:
            missing.append(f"{name} ({str(reason).splitlines()[0]})")
            continue
        count = min(size, most)
        works[name] = partial(peer, starts(count))
        factors[name] = size / count
        notes[name] = f"{count:,} starts, scaled" if count < size else ""
    agreeing(works)
    seconds = {name: taken * factors[name] for name, taken in medians(works, rounds).items()}
    ours = seconds[peers.engine.__doc__.rstrip(".")]
    lines = [f"| {size:,} starts × {peers.STEPS} SAM steps on the banana | time | ÷ ours | |", "|:--|--:|--:|:--|"]
    lines += [f"| {name} | {shown(taken)} | {taken / ours:,.3g} | {notes[name]} |" for name, taken in seconds.items()]
    return "\n".join(lines + [f"\nMissing here: {name}" for name in missing])


def agreeing(works: dict[str, Callable[[], np.ndarray]]) -> None:
    """Makes sure that the peers do the same work: the first two starts end at the same places."""
    ends = {name: work()[:, :2] for name, work in works.items()}
    for name, end in ends.items():
        np.testing.assert_allclose(end, ends[peers.engine.__doc__.rstrip(".")], rtol=1e-6, err_msg=name)


def trajectories(size: int, rounds: int) -> str:
    """Whole trajectories against the time of writing as many bytes to new memory."""
    points, shape = starts(size), (peers.STEPS + 1, 2, size)

    def write() -> None:
        np.empty(shape).fill(1.0)

    def keep() -> None:
        run(SAM(peers.RHO), LANDSCAPES["banana"], points, learning_rate=peers.LEARNING_RATE, steps=peers.STEPS)

    taken = medians({"write": write, "keep": keep}, rounds)
    return (
        f"| {size:,} whole trajectories ({8 * np.prod(shape) / 1e6:,.0f} MB) | {shown(taken['keep'])} | "
        f"{taken['keep'] / taken['write']:.2f} × writing them ({shown(taken['write'])}) |"
    )


def transcendental(key: str, size: int, rounds: int) -> str:
    """A landscape of sines: the engine against NumPy with its own sin and cos, on the same threads."""
    landscape, points = LANDSCAPES[key], starts(size)
    (pair,) = compiled.warm([SAM], [landscape])
    settings = {"learning_rate": peers.LEARNING_RATE, "steps": peers.STEPS, "keep": "final"}

    def with_numpy() -> None:
        own, pair.step, kernel, pair.kernel = pair.step, step, pair.kernel, None
        try:
            run(SAM(peers.RHO), landscape, points, **settings)
        finally:
            pair.step, pair.kernel = own, kernel

    def step(x, y, rho, learning_rate):
        return Plain.update(x, y, *SAM.direction(landscape, x, y, rho), learning_rate)

    taken = medians({"numpy": with_numpy, "ours": lambda: run(SAM(peers.RHO), landscape, points, **settings)}, rounds)
    return (
        f"| {landscape.name}, {size:,} starts | {shown(taken['ours'])} | "
        f"NumPy with its own sin and cos: {shown(taken['numpy'])}, {taken['numpy'] / taken['ours']:.3g} × |"
    )


def first_answer(key: str) -> str:
    """The first run of a fresh process, 100 starts."""
    command = [sys.executable, "-c", FIRST_ANSWER, key]
    root = Path(__file__).parents[1]
    taken = [
        float(subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout) for _ in range(5)
    ]
    return f"| {LANDSCAPES[key].name}, first run of a fresh process, 100 starts | {shown(np.median(taken))} | |"


def shown(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:,.3g} {unit}" if seconds < 1000 else f"{seconds:,.0f} s"
    return f"{seconds * 1e6:.3g} µs"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description="Time the engine and its peers.")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each competitor (5)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of starts (10000 1000000)")
    parser.add_argument("--tables-only", action="store_true", help="leave out what is not a comparison of peers")
    options = parser.parse_args()
    print(machine(("numpy", "numba", "torch", "jax", "numexpr", "autograd"), "make bench"))
    for size in options.sizes:
        print(f"\n{table(size, options.rounds)}", flush=True)
    if options.tables_only:
        return
    print("\n| more | time | |\n|:--|--:|:--|")
    for size in (10_000, 100_000):
        print(trajectories(size, options.rounds), flush=True)
    for key in ("sinc", "sinc-squared", "rastrigin"):
        print(transcendental(key, 100_000, options.rounds), flush=True)
    for key in ("banana", "sinc"):
        print(first_answer(key), flush=True)


if __name__ == "__main__":
    main()
