"""The cost of a run is known before it is done, in operations."""

from dataclasses import dataclass

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape
from landscapes.code.count import WEIGHTS, text_operations
from landscapes.elementary import sin
from optimizers import SAM, Rule
from optimizers.cost import (
    CALL,
    DERIVED,
    NUMPY,
    gradient_operations,
    operations,
    update_operations,
)
from tests.catalogue import every_landscape, every_rule, rule


def test_the_operations_of_a_gradient_are_those_one_counts():
    assert gradient_operations(LANDSCAPES["paraboloid"]) == 2  # 2x, 2y
    assert gradient_operations(LANDSCAPES["banana"]) == 5  # 2 (xy - 1), times y, times x
    cubic, square = (gradient_operations(Landscape.from_formula(text)) for text in ("x^3 + y", "x^2 + y"))
    assert cubic - square == 1  # 3 (x x) for 2 x


def test_definitions_loops_and_weights_are_counted():
    body = """
def inner(x):
    return x / 2.0 + sqrt(x)

def outer(x):
    total = -x
    for n in range(1, 8):
        total = total * inner(x)
    return where(total > 1.0, abs(total), 0.5)
"""
    each = WEIGHTS["sqrt"] + next(weight for kind, weight in WEIGHTS.items() if getattr(kind, "__name__", "") == "Div")
    assert text_operations(body) == {"inner": 1 + each, "outer": 1 + 7 * (1 + 1 + each) + 3}


def test_a_sine_costs_what_its_polynomial_does():
    plain, waves = Landscape.from_formula("x^2 + y^2"), Landscape.from_formula("x^2 + y^2 + sin(x)")
    assert 30 < gradient_operations(waves) - gradient_operations(plain) < 150


@every_rule
@every_landscape
def test_cost_is_proportional_to_runs_and_steps_and_knows_no_hyperparameter(key, landscape):
    one = operations(rule(key), landscape, 1, 1)
    assert (
        one
        == update_operations(type(rule(key, 3.0)), landscape)
        > (1 if key == "gd" else 2) * gradient_operations(landscape)
    )
    assert operations(rule(key), landscape, 100, 2000) == 200_000 * one
    assert operations(rule(key), landscape, 0, 10) == 0


def test_a_long_formula_costs_more_in_proportion_to_its_length():
    short, long = (gradient_operations(Landscape.from_formula("xy" * times)) for times in (15, 150))
    assert 5 * short < long < 20 * short


unreadable = np.zeros(1)


def test_what_numpy_runs_costs_more_than_what_is_compiled():
    derived = Landscape(lambda x, y: 1.0 - np.exp(-x * x - 2.0 * y * y) + unreadable)
    assert gradient_operations(derived) == DERIVED["gradient"] * CALL * len(
        ["-", "x", "2", "y", "-", "exp", "1 -", "+"]
    )
    typed = Landscape.from_formula("1 - exp(-x^2 - 2y^2)")
    assert operations(SAM, derived, 1, 1) > NUMPY * gradient_operations(typed)


def test_a_rule_that_cannot_be_read_is_observed():
    @dataclass(frozen=True)
    class Own(Rule):
        rho: float
        key, name, metric = "own", "Own", "I"

        @staticmethod
        def ascent(x, y, gx, gy):
            return gx * sin(x) + unreadable, gy

    banana = LANDSCAPES["banana"]
    assert update_operations(Own, banana) > NUMPY * 2 * gradient_operations(banana)


@pytest.mark.parametrize("text", ["(1 - x*y)^2", "x^2.5 + y^x", "tan(x) + arctan(y)"])
def test_counting_runs_nothing(text, monkeypatch):
    landscape = Landscape.from_formula(text)
    for name in ("value", "gradient", "hessian"):
        object.__setattr__(landscape, name, None)
    assert operations(SAM, landscape, 10**6, 10**6) > 10**13
