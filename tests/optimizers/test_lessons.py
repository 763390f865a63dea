"""What each landscape says it teaches, measured."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from landscapes import LANDSCAPES
from optimizers import GD, SAM, FisherSAM, MongeSAM, run
from optimizers.outcomes import OUTCOMES, outcome


def end(key: str, rule) -> np.ndarray:
    """After 200 steps from the start and with the learning rate that the landscape proposes."""
    landscape = LANDSCAPES[key]
    return run(rule, landscape, landscape.start, learning_rate=landscape.learning_rate, steps=200).final


@pytest.mark.parametrize(
    ("key", "rule", "expected"),
    [
        ("banana", GD(), "minimum"),
        ("banana", SAM(0.5), "flat minimum"),
        ("banana", SAM(1.0), "saddle"),
        ("sinc", GD(), "minimum"),
        ("sinc", SAM(1.0), "maximum"),
        ("sinc", MongeSAM(1.0), "minimum"),
        ("sharp-flat", GD(), "minimum"),
        ("saddle", SAM(0.5), "minimum"),
        ("saddle", MongeSAM(0.5), "minimum"),
        ("saddle", SAM(1.0), "saddle"),
        ("saddle", MongeSAM(1.0), "saddle"),
        ("rosenbrock", SAM(1.0), "diverged"),
        ("rosenbrock", MongeSAM(1.0), "elsewhere"),
        ("himmelblau", GD(), "minimum"),
        ("himmelblau", SAM(1.0), "maximum"),
        ("rastrigin", SAM(0.5), "maximum"),
        ("rastrigin", MongeSAM(1.0), "minimum"),
    ],
)
def test_place(key, rule, expected):
    assert OUTCOMES[outcome(LANDSCAPES[key], end(key, rule))] == expected


def test_beside_a_sharp_minimum_sam_rests_where_its_perturbed_point_touches_the_bottom():
    """∇ℓ(θ + δ) = 0 at a point that is not stationary: a fixed point of SAM a distance ρ from (1, 0)."""
    x, y = end("sharp-flat", SAM(1.0))
    assert_allclose((x, y), (0.0, 0.0), atol=1e-2)
    assert abs(LANDSCAPES["sharp-flat"].gradient(x, y)[0]) > 0.1


@pytest.mark.parametrize("rule", [SAM(0.2), MongeSAM(0.2), FisherSAM(0.2)])
def test_on_the_paraboloid_nobody_of_the_family_can_rest(rule):
    ends = run(rule, LANDSCAPES["paraboloid"], [0.5, 0.0], learning_rate=0.3, steps=300)
    assert_allclose(ends.final, -ends.previous, rtol=1e-9)
    assert np.hypot(*ends.final) > 0.01
