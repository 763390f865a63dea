"""What JavaScript computes from the text of rules and landscapes: NumPy's numbers, to the last bit."""

import re

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape, elementary, vector_math
from landscapes.code.javascript import FLOAT, Program
from landscapes.code.read import Unsupported
from landscapes.code.text import ATOMS, ON_BITS, write
from landscapes.elementary import abs, sqrt, where
from optimizers import OPTIMIZERS, compiled, run
from optimizers.compiled.javascript import program
from tests.bits import EDGE, FAR, same_bits, starts
from tests.catalogue import every_landscape, rule
from tests.formulas import ALL, random_losses
from tests.javascript import Engine, QuickJS, deno

RATE, RHO = 0.01, 0.5
OF_TWO = ("hypot", "maximum", "minimum", "power")


@pytest.fixture
def engine(sweep, tmp_path):
    """QuickJS; V8 for whole sweeps, which is faster by far."""
    if not sweep.whole:
        yield QuickJS()
    else:
        with deno(tmp_path) as found:
            yield found


def agrees(engine: Engine, landscape: Landscape, points: np.ndarray, steps: int) -> int:
    """Runs all rules on a landscape, evaluates it where they went, and counts the numbers compared."""
    engine.load(program(OPTIMIZERS.values(), landscape))
    compared = 0
    for key in OPTIMIZERS:
        chosen = rule(key, RHO)
        with compiled.numpy_only():
            reference = run(chosen, landscape, points, learning_rate=RATE, steps=steps)
        values = [RATE, *chosen.hyperparameters.values()]
        same_bits(engine.run(key, points, values, steps), reference.positions)
        ends = engine.run(key, points, values, steps, "ends")
        same_bits(ends, [reference.previous, reference.final])
        compared += reference.positions.size + ends.size
    for name in ("value", "gradient"):
        here = np.atleast_2d(getattr(landscape, name)(*points))
        same_bits(engine.each(name, *points).T, here)
        compared += here.size
    return compared


@every_landscape
def test_runs_have_the_bits_of_numpy(engine, landscape, sweep):
    compared = agrees(engine, landscape, starts(sweep.count(50, 1000)), sweep.count(10, 200))
    sweep.report(f"JavaScript gives NumPy's bits: every rule on {landscape.key}", compared, "none differs")


def test_random_formulas_have_the_bits_of_numpy(engine, sweep):
    losses = [Landscape.from_formula(text) for text in ALL] + random_losses(15, sweep.count(10, 200))
    points = starts(sweep.count(0, 1000))
    compared = sum(agrees(engine, loss, points, sweep.count(3, 200)) for loss in losses)
    sweep.report("JavaScript gives NumPy's bits: every rule on random formulas", compared, "none differs")
