"""A page without a server computes what the app does: ends to the last bit, the same table, sentence and curves."""

import json

import numpy as np
import pytest
import quickjs
from numpy.testing import assert_allclose, assert_array_equal

from app.browser.javascript import module
from app.compute.outcome_summary import sentence, table
from app.compute.runs import runs_of
from app.export.handout import handout
from app.export.live import picture
from app.export.live.code import page_code
from app.export.live.offer import lineup
from app.export.live.setup import formulas, setup
from app.layers.loss_curve import quantiles
from app.layers.step_anatomy import COLUMNS, dissected
from app.layers.step_slice import sliced
from app.model.state import State
from app.theme import LIGHT
from optimizers import GSAM, Adam, LookSAM, MomentumSAM, compiled

LIVE = picture.HERE
SLICE = LIVE.parents[1] / "widgets" / "step_slice.mjs"
STATES = {
    "one start": {},
    "a grid": {"mode": "grid", "size": 4, "optimizers": ["sam", "asam"], "rho": 0.3},
    "a cloud": {"mode": "cloud", "count": 5, "seed": 3, "steps": 30},
    "rings": {"landscape": "sinc", "x": 2.0, "y": 1.0, "learning_rate": 0.05, "added": (GSAM(0.2),)},
    "a state": {"mode": "grid", "size": 3, "optimizers": [], "added": (LookSAM(0.5), MomentumSAM(0.5)), "steps": 60},
    "divergence": {"learning_rate": 10.0, "x": 3.0, "y": 3.0, "steps": 600},
    "no optimizer": {"optimizers": []},
}


STEP = 7  # whose slice is compared


def numbers(value):
    return value.tolist()


class Page:
    """The page's scripts, without its plots."""

    def __init__(self, state: State) -> None:
        offer, landscape = lineup(state), state.landscape_object
        self._context = context = quickjs.Context()
        context.eval(page_code({type(entry.rule) for entry in offer.entries}, landscape, formulas(landscape)))
        for name, exported in (("compute", "compute"), ("show", "described, dissected")):
            context.module(f"{module(LIVE / f'{name}.mjs')}\nObject.assign(globalThis, {{ {exported} }})")
        context.module(f"{module(SLICE)}\nObject.assign(globalThis, {{ lossesAlong }})")
        context.set("given", json.dumps(setup(state, offer), default=numbers))
        context.eval("const page = { setup: JSON.parse(given), program, dissect, words }, state = page.setup.state")
        context.eval("const runs = compute(state, 1, page)")

    def ask(self, expression: str):
        return json.loads(self._context.eval(f"JSON.stringify({expression}, {REPLACER})"))


REPLACER = "(_, v) => ArrayBuffer.isView(v) ? Array.from(v, (x) => Number.isFinite(x) ? x : null) : v"


def as_array(found) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in found])


@pytest.mark.parametrize("chosen", STATES.values(), ids=STATES)
def test_a_page_computes_what_the_app_does(chosen):
    state = State(**chosen)
    with compiled.numpy_only():
        runs = runs_of(state)
    page = Page(state)
    assert page.ask("described(runs, state, page)") == {
        "table": table(runs, LIGHT),
        "sentence": sentence(state, runs),
    }
    for n, run in enumerate(runs):
        assert_array_equal(as_array(page.ask(f"[...runs[{n}].x, ...runs[{n}].y]")), finite(run.final.ravel()))
        steps, *curves = page.ask(f"runs[{n}].heights")
        expected_steps, *expected = quantiles(run)
        assert_array_equal(steps, expected_steps)
        for curve, other in zip(curves, expected, strict=True):
            assert_allclose(as_array(curve), other, rtol=1e-6, atol=1e-6)


def finite(array: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(array), array, np.nan)


@pytest.mark.parametrize("chosen", [{"optimizers": ["gd", "asam"], "added": (GSAM(0.2), LookSAM(0.5)), "steps": 20}])
def test_a_page_dissects_steps_as_the_app_does(chosen):
    state = State(**chosen)
    page = Page(state)
    for n, run in enumerate(runs_of(state)):
        found = as_array(page.ask(f"dissected(runs[{n}], state, dissect, page.setup.quantities)"))
        assert_array_equal(found, dissected(run, 0).ravel())
        here = json.dumps(dict(zip(COLUMNS, found.reshape(len(COLUMNS), -1)[:, STEP], strict=True)))
        along = page.ask(f"lossesAlong(page.setup.times, {here}, program.value)")
        assert_array_equal(along, sliced(run, 0)[:, STEP])


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [({"base": Adam()}, "runs with Adam"), ({"added": (LookSAM(),)}, "")],
    ids=["a base optimizer", "a rule with a state"],
)
def test_a_handout_that_cannot_compute_says_why(chosen, reason):
    page = handout(State(steps=10, **chosen))
    assert reason in page
    assert ("This page does not compute" in page) == bool(reason) == ("<form" not in page)
    assert len(page.encode()) < 3_000_000
