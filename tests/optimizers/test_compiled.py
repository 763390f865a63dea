"""The compiled engine: it says what NumPy says, it is vector code, and nobody waits for it."""

import json
import os
import platform
import re
import subprocess
import sys
import time

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape, elementary
from landscapes.elementary import sin, sqrt, where
from landscapes.saddle import family
from landscapes.vector_math import trigonometric
from optimizers import GD, OPTIMIZERS, SAM, compiled, run
from optimizers.bases import Plain
from optimizers.compiled import Pair, worker
from optimizers.engine import advance
from optimizers.rules import PAPER
from optimizers.step import step_of
from tests.catalogue import every_landscape, every_rule, rule
from tests.paths import ROOT

banana = LANDSCAPES["banana"]


@pytest.fixture(scope="session")
def kernels():
    """Every rule of the paper on every landscape, compiled and loaded."""
    compiled.warm(PAPER, LANDSCAPES.values())


def starts(landscape: Landscape) -> np.ndarray:
    """Random starts, stationary points, points on the axes and far out, and numbers that are none."""
    (left, right), (bottom, top) = landscape.domain
    inside = np.random.default_rng(3).uniform([[left], [bottom]], [[right], [top]], (2, 500))
    stationary = np.hstack([found.points for found in landscape.stationary])
    axis = np.array([0.0, -0.0, 5e-324, 1e-170, 0.5, -1.0, 2.0, 1e8, -1e100, np.inf, np.nan])
    zero = np.zeros_like(axis)
    far = np.random.default_rng(4).standard_normal((2, 100)) * 10.0 ** np.linspace(1, 300, 100)
    return np.hstack([inside, stationary, [axis, zero], [zero, axis], [axis, axis[::-1]], far])


def both(chosen, landscape, points, **settings):
    """The same run by NumPy and by the compiled engine."""
    with compiled.numpy_only():
        reference = run(chosen, landscape, points, **settings)
    (pair,) = compiled.warm([chosen], [landscape])
    assert pair.kernel is not None
    return reference, run(chosen, landscape, points, **settings)


@every_rule
@every_landscape
def test_engines_agree_to_the_last_bit(kernels, key, landscape):
    points = starts(landscape)
    reference, kernel = both(rule(key), landscape, points, learning_rate=0.01, steps=20)
    np.testing.assert_array_equal(kernel.positions, reference.positions)
    np.testing.assert_array_equal(kernel.final, reference.final)
    np.testing.assert_array_equal(kernel.previous, reference.previous)


@pytest.mark.parametrize("start", [(0.5, 0.3), ([0.5], [0.3])])
def test_one_start_serves_a_whole_sweep(start):
    """Figure 3 runs one start at two learning rates."""
    rates = np.linspace(0.1, 0.7, 300)
    reference, kernel = both(SAM(0.3), LANDSCAPES["paraboloid"], start, learning_rate=rates, steps=11)
    np.testing.assert_array_equal(kernel.positions, reference.positions)
    np.testing.assert_array_equal(kernel.final, reference.final)


@every_rule
@every_landscape
def test_kernels_follow_the_gradient_as_it_is_called(kernels, key, landscape):
    """Every step of a run, computed from public functions: the landscape's gradient and the rule's ascent."""
    chosen, points = rule(key, 0.05), starts(landscape)
    positions = run(chosen, landscape, points, learning_rate=1e-3, steps=20).positions
    here = positions[:-1].transpose(1, 0, 2).reshape(2, -1)
    after, _ = ends = np.empty_like(here), np.empty_like(here)
    values = [np.array([float(value)]) for value in chosen.hyperparameters.values()]

    def step(x, y, *values):
        return Plain.update(x, y, *chosen.direction(landscape, x, y, *values), np.array([1e-3]))

    advance(step, [*here], values, 1, *ends, np.empty((0, 2, 0)))
    np.testing.assert_array_equal(positions[1:], after.reshape(2, 20, -1).transpose(1, 0, 2))


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="reads the instructions of x86-64")
@pytest.mark.parametrize("key", ["banana", "sinc", "rastrigin", "sharp-flat"])
def test_kernels_are_vector_code(tmp_path, monkeypatch, key):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))  # only what was compiled just now can be looked at
    form = SAM if key == "banana" else OPTIMIZERS["asam"]
    name = Pair(step_of(form), LANDSCAPES[key]).write()
    monkeypatch.delitem(sys.modules, name, raising=False)
    assert_vector_code(worker.execute(tmp_path, name).kernel)


def assert_vector_code(kernel) -> None:
    code = "\n".join(kernel.inspect_asm().values())
    for operation in ("mul", "add", "sqrt", "div"):
        assert re.search(rf"\bv?{operation}pd\b", code), f"no vectors of {operation}"
        assert not re.search(rf"\bv?{operation}sd\b", code), f"{operation} of single numbers"
    assert not re.search(r"\bvfn?m(add|sub)", code), "contracted: it would round once where NumPy rounds twice"


FUNCTIONS = sorted(set(elementary.__all__) - {"where", "sqrt"})


OF_TWO = ("hypot", "maximum", "minimum", "power")


@pytest.mark.parametrize("names", [FUNCTIONS[at : at + 4] for at in range(0, len(FUNCTIONS), 4)], ids=" ".join)
def test_every_elementary_function_is_vector_code_with_the_same_bits(tmp_path, monkeypatch, names):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    terms = " + ".join(f"{name}(x, y)" if name in OF_TWO else f"{name}(x)" for name in names)
    body = f"return {terms}, sqrt(where(x < y, y, x) / y)"
    text = f"from landscapes.elementary import *\n\ndef gradient(x, y):\n    {body}\n"
    exec(text, namespace := {})
    pair = Pair(step_of(GD), Landscape(lambda x, y: x + y, namespace["gradient"], source=text))
    kernel = worker.execute(tmp_path, pair.write()).kernel
    if platform.machine() in ("x86_64", "AMD64"):
        assert_vector_code(kernel)
    points = np.hstack([np.random.default_rng(12).uniform(-3, 3, (2, 500)), starts(banana)])
    tile = [np.full(1, 0.01)]
    ours, reference = ([np.empty_like(points), np.empty_like(points), np.empty((6, *points.shape))] for _ in range(2))
    kernel(*points, *tile, 5, *ours, 0, points.shape[1])
    advance(pair.step, points, tile, 5, *reference)
    for got, want in zip(ours, reference, strict=True):
        np.testing.assert_array_equal(got, want)


def test_a_closure_over_numbers_is_compiled():
    steep = family(3.0)
    reference, kernel = both(SAM(0.5), steep, starts(steep), learning_rate=0.1, steps=20)
    np.testing.assert_array_equal(kernel.positions, reference.positions)
    assert not np.array_equal(kernel.positions, run(SAM(0.5), family(1.0), starts(steep), learning_rate=0.1, steps=20))


def test_a_landscape_made_while_running_is_compiled_from_its_source():
    text = "from landscapes.elementary import sin\n\ndef gradient(x, y):\n    return x**3 - sin(y), y / 2\n"
    made = Landscape(lambda x, y: x**4 / 4 + y**2 / 4, lambda x, y: (x**3 - sin(y), y / 2), source=text)
    points = np.random.default_rng(8).uniform(-2, 2, (2, 300))
    reference, kernel = both(SAM(0.5), made, points, learning_rate=0.1, steps=20)
    np.testing.assert_array_equal(kernel.positions, reference.positions)


HELD = 2.0


def held(x, y):
    return HELD * x, y


def test_a_changed_constant_is_noticed(monkeypatch):
    landscape = Landscape(lambda x, y: HELD * x * x / 2 + y * y / 2, held)
    assert run(OPTIMIZERS["gd"](), landscape, [1.0, 0.0], learning_rate=0.1, steps=1).final[0] == 1.0 - 0.1 * 2.0
    before = compiled.pair(SAM, landscape).write()
    monkeypatch.setattr(sys.modules[__name__], "HELD", 4.0)
    assert run(OPTIMIZERS["gd"](), landscape, [1.0, 0.0], learning_rate=0.1, steps=1).final[0] == 1.0 - 0.1 * 4.0
    assert compiled.pair(SAM, landscape).write() != before


def test_a_kernel_is_named_by_all_that_it_depends_on(monkeypatch):
    names = {
        compiled.pair(form, landscape).write() for form in OPTIMIZERS.values() for landscape in LANDSCAPES.values()
    }
    assert len(names) == len(LANDSCAPES) * len(OPTIMIZERS)
    with monkeypatch.context() as patch:
        patch.setattr(trigonometric, "TERMS", 7)
        assert compiled.pair(SAM, LANDSCAPES["sinc"]).write() not in names
        assert compiled.pair(SAM, banana).write() in names
    assert compiled.pair(SAM, LANDSCAPES["sinc"]).write() in names


table = np.arange(3.0)


@pytest.mark.parametrize(
    ("slope", "gradient"),
    [
        (0.0, lambda x, y, k=1.0: (k * x, y)),
        (1.0, lambda x, y: (x + np.fft.fft(np.ones(1)).real, y)),
        (3.0, lambda x, y: (x + table.sum(), y)),
        (0.0, lambda x, y: tuple(part for part in (x, y))),
    ],
    ids=["default", "function of NumPy's", "array", "generator"],
)
def test_what_cannot_be_compiled_runs_with_numpy(slope, gradient):
    landscape = Landscape(lambda x, y: (x * x + y * y) / 2 + slope * x, gradient)
    (pair,) = compiled.warm([SAM], [landscape])
    assert pair.kernel is None
    assert np.isfinite(run(SAM(0.1), landscape, [1.0, 2.0], learning_rate=0.1, steps=5).final).all()


def test_a_loss_that_autograd_differentiates_runs_with_numpy():
    landscape = Landscape(lambda x, y: where(x < y, x * x, y * y))
    (pair,) = compiled.warm([SAM], [landscape])
    assert pair.kernel is None
    assert np.isfinite(run(SAM(0.1), landscape, [1.0, 2.0], learning_rate=0.1, steps=5).final).all()


def crossed(x, y):
    return x + ceil_of_nothing(y), y


def ceil_of_nothing(y):
    z = 0.0 if y is None else 0.0 * sqrt(y * y)  # compares types, which Numba takes and NumPy's arrays too
    return z + len((1.0, 2.0)) + "".__len__()


def untyped(x, y):
    pair = (x, y)
    for part in range(len(pair)):
        pair = (pair[part], "text")  # no type for the compiler
    return x, y


@pytest.mark.parametrize(("slope", "gradient"), [(2.0, crossed), (0.0, untyped)])
def test_what_the_compiler_refuses_runs_with_numpy_for_good(slope, gradient):
    landscape = Landscape(lambda x, y: (x * x + y * y) / 2 + slope * x, gradient)
    (pair,) = compiled.warm([SAM], [landscape])
    assert pair.kernel is None
    assert np.isfinite(run(SAM(0.1), landscape, [1.0, 2.0], learning_rate=0.1, steps=5).final).all()


FRESH = """
import json, sys, time
import numpy as np
from landscapes import LANDSCAPES
from optimizers import SAM, compiled, run
points = np.random.default_rng(9).uniform(-3, 3, (2, 1000))
answers, numba = [], []
while not compiled.pair(SAM, LANDSCAPES["banana"]).kernel or len(answers) < 2:
    answers.append(run(SAM(0.5), LANDSCAPES["banana"], points, learning_rate=0.01, steps=200).final.tolist())
    numba.append("numba" in sys.modules)
    assert time.perf_counter() < float(sys.argv[1]), "no kernel"
    time.sleep(0.1)  # and leaves the processor to the compiler
answers.append(run(SAM(0.5), LANDSCAPES["banana"], points, learning_rate=0.01, steps=200).final.tolist())
print(json.dumps([numba[0], all(answer == answers[0] for answer in answers), answers[0]]))
"""


def test_a_fresh_process_answers_with_numpy_until_its_kernel_is_there(tmp_path):
    """An empty cache and two processes at once, which compile the kernel once."""
    environment = os.environ | {"SAMSCAPE_CACHE": str(tmp_path)}
    command = [sys.executable, "-W", "error", "-c", FRESH, str(time.perf_counter() + 100)]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    points = np.random.default_rng(9).uniform(-3, 3, (2, 1000))
    here = run(SAM(0.5), banana, points, learning_rate=0.01, steps=200)
    for process in processes:
        out, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints
        assert complaints == ""
        compiler_loaded_for_the_first_answer, always_the_same, answer = json.loads(out)
        assert not compiler_loaded_for_the_first_answer
        assert always_the_same
        np.testing.assert_array_equal(answer, here.final)
    assert len(list(tmp_path.glob("*.done"))) == 1
    assert len(list(tmp_path.rglob("*.nbc"))) == 1
    assert not list(tmp_path.rglob("*.draft"))


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path / "file"))
    pair = Pair(step_of(SAM), banana)
    pair.make()
    assert pair.kernel is not None
