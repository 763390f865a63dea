"""The anatomy of steps in JavaScript: NumPy's numbers, to the last bit."""

import json

import numpy as np
import pytest
import quickjs

from landscapes import LANDSCAPES, Landscape
from landscapes.code.read import Unsupported
from optimizers import OPTIMIZERS
from optimizers.anatomy import anatomy
from optimizers.compiled.dissection import dissection
from tests.bits import same_bits
from tests.catalogue import rule
from tests.javascript import STATELESS

POINTS = np.array([[-1.5, 0.5], [0.3, -2.0], [0.0, 0.0], [0.0, 1.0]])
RATE = 0.01


def test_a_step_is_dissected_as_numpy_does_it(sweep):
    losses = [LANDSCAPES["banana"], Landscape.from_formula("sin(3x) + x^2 y")]
    for loss in [*LANDSCAPES.values(), *losses[1:]] if sweep.whole else losses:
        context = quickjs.Context()
        context.module(f"{dissection(map(OPTIMIZERS.get, STATELESS), loss)}\nglobalThis.dissect = dissect")
        for key in STATELESS:
            one = rule(key)
            for point in POINTS:
                given = json.dumps([*point, RATE, *one.hyperparameters.values()])
                found = json.loads(context.eval(f"JSON.stringify(dissect[{json.dumps(key)}](...{given}).map(String))"))
                seen = anatomy(one, loss, point, RATE)
                wanted = (seen.gradient, seen.ascent, seen.delta, seen.gradient_there, seen.next, seen.root)
                same_bits(np.array(found, float) + 0.0, np.concatenate([*wanted, seen.direction]) + 0.0)


@pytest.mark.parametrize("key", sorted(set(OPTIMIZERS) - set(STATELESS)))
def test_a_step_that_depends_on_a_state_is_not_dissected(key):
    with pytest.raises(Unsupported, match="has a state"):
        dissection([OPTIMIZERS[key]], LANDSCAPES["banana"])
