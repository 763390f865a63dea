"""The anatomy of steps in JavaScript: NumPy's numbers and states, to the last bit."""

import json

import numpy as np
import quickjs

from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, compiled, run
from optimizers.anatomy import anatomy
from optimizers.compiled.dissection import dissection
from tests.bits import same_bits
from tests.catalogue import rule
from tests.javascript import KEYS

POINTS = np.array([[-1.5, 0.5], [0.3, -2.0], [0.0, 0.0], [0.0, 1.0]])
RATE = 0.01
ASK = """(key, x, y, state, ...given) => {
    const found = dissect[key].step(x, y, state, ...given)
    return JSON.stringify([dissect[key].begin, found.numbers, found.state].map((part) => part.map(String)))
}"""


def test_a_step_is_dissected_as_numpy_does_it(sweep):
    losses = [LANDSCAPES["banana"], Landscape.from_formula("sin(3x) + x^2 y")]
    steps = sweep.count(2, 7)  # LookSAM looks anew at the fifth
    for loss in [*LANDSCAPES.values(), *losses[1:]] if sweep.whole else losses:
        context = quickjs.Context()
        context.module(f"{dissection(map(OPTIMIZERS.get, KEYS), loss)}\nglobalThis.dissect = dissect")
        for key in KEYS:
            one = rule(key)
            for point in POINTS:
                with compiled.numpy_only():
                    whole = run(one, loss, point, learning_rate=RATE, steps=steps, keep="states")
                for step in range(steps):
                    here, state = whole.positions[step], whole.states[step]
                    given = json.dumps([key, *here, state.tolist(), RATE, *one.hyperparameters.values()])
                    begin, found, after = json.loads(context.eval(f"({ASK})(...{given})"))
                    seen = anatomy(one, loss, here, RATE, state)
                    wanted = (seen.gradient, seen.ascent, seen.delta, seen.gradient_there, seen.next, seen.root)
                    same_bits(np.array(found, float) + 0.0, np.concatenate([*wanted, seen.direction]) + 0.0)
                    same_bits(np.array(after, float) + 0.0, whole.states[step + 1] + 0.0)
                    assert list(map(float, begin)) == [*one.state.values()]
