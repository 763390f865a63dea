"""The same bits without exception: NumPy and kernels, a batch and its points one by one, numbers and arrays."""

from functools import partial

import autograd.numpy as anp
import numpy as np
import pytest

from landscapes import Landscape, elementary
from landscapes.elementary import cos, power, sin
from optimizers import SAM, FisherSAM, MongeSAM, compiled, run
from tests.bits import same_bits, starts
from tests.catalogue import every_landscape, every_rule, rule
from tests.formulas import ALL, random_losses


def engines_agree(losses, rules, points, steps: int) -> int:
    """Runs all rules on all losses by NumPy, by kernels and point by point, and counts the numbers compared."""
    pairs = compiled.warm(rules, losses)
    assert all(pair.kernel is not None for pair in pairs)
    few = np.random.default_rng(2).integers(points.shape[1], size=3)
    compared = 0
    for chosen in rules:
        for loss in losses:
            settings = {"learning_rate": 0.01, "steps": steps}
            kernel = run(chosen, loss, points, **settings).positions
            with compiled.numpy_only():
                same_bits(run(chosen, loss, points, **settings).positions, kernel)
                for index in few:
                    same_bits(run(chosen, loss, points[:, index], **settings).positions, kernel[:, :, index])
            compared += kernel.size
    return compared


def alone(function, points) -> None:
    """A function of a batch gives what it gives for its points, as arrays of one, NumPy's and Python's numbers."""
    whole = np.array(function(*points))
    for index in range(0, points.shape[1], 7):
        x, y = points[:, index]
        for one in (points[:, [index]], (x, y), (float(x), float(y))):
            same_bits(np.array(function(*one)).reshape(whole.shape[:-1]), whole[..., index])
    same_bits(function(*points[:, ::-1]), whole[..., ::-1])  # at another place, and not contiguous


def test_powers_with_any_exponent_have_the_same_bits_in_both_engines():
    loss = Landscape.from_formula("(x^2+0.1)^(y^2) + abs(x)^1.7 - cos(3x) + sign(-x)*y")
    engines_agree([loss], [SAM(0.1)], starts(1000), 20)


@pytest.mark.parametrize("text", ALL)
def test_a_batch_of_a_formula_is_its_points_one_by_one(text):
    loss = Landscape.from_formula(text)
    for function in (loss.value, loss.gradient, loss.hessian):
        alone(function, starts(60))


@every_landscape
def test_a_batch_of_a_landscape_is_its_points_one_by_one(landscape):
    for function in (landscape.value, landscape.gradient, landscape.hessian):
        alone(function, starts(60))


@pytest.mark.parametrize("name", sorted(set(elementary.__all__) - {"where", "abs", "sqrt"}))
def test_an_elementary_function_of_an_array_is_that_of_its_numbers(name):
    function = getattr(elementary, name)
    two = name in ("hypot", "maximum", "minimum", "power")
    alone(function if two else lambda x, y: function(x), starts(200))


def powers(x, y):
    whole = x**3 + anp.sin(x) ** 2 * 2.0**y + x**66 / 66
    return whole + y**2.5 + x**1.5 / 1.5 + anp.log(x) + pow(x, 2.7)


def powers_gradient(x, y):
    doubled = anp.sin(x) ** 2 * 2**y * np.log(2.0)
    slope = 3.0 * x**2 + 2.0 * anp.sin(x) * anp.cos(x) * 2**y + x**65
    y **= 1.5
    return slope + x**0.5 + x**-1 + 2.7 * pow(x, 1.7), 2.5 * y + doubled


def test_powers_in_a_closed_form_have_the_same_bits_however_it_is_called():
    loss = Landscape(powers, powers_gradient)
    engines_agree([loss], [MongeSAM(0.1)], starts(1000), 10)
    alone(loss.value, starts(60))
    alone(loss.gradient, starts(60))
    points = starts(100)
    here = run(SAM(0.0), loss, points, learning_rate=1.0, steps=1)
    with np.errstate(all="ignore"):
        same_bits(here.final, points - np.array(loss.gradient(*(points + 0.0))))  # δ = 0 is added to -0.0 too


def test_a_loss_given_by_its_value_has_the_same_bits_however_it_is_called():
    loss = Landscape(lambda x, y: x**2.5 * y + power(x, y) - sin(x) ** 3)
    engines_agree([loss], [FisherSAM(0.1)], starts(500), 10)
    for function in (loss.value, loss.gradient, loss.hessian):
        alone(function, starts(60))


def folded(x, y):  # no formula: it branches
    branch = anp.exp(y) ** x + y**3 / anp.hypot(x, y) + anp.maximum(x, y)
    return anp.where(x > y, anp.abs(x) ** 1.7 * anp.tanh(y), branch)


def looped(x, y):  # nor can this be written down as text
    return sum(anp.sin(x) ** order * 2.0**y + anp.abs(y) ** 0.5 + cos(y) ** 1.3 for order in (1, 2.5, 3))


@pytest.mark.parametrize("function", [folded, looped, partial(looped)])
def test_what_autograd_differentiates_has_the_same_bits_however_it_is_called(function):
    loss = Landscape(function)
    assert loss.derivatives.source is None
    for part in (loss.value, loss.gradient, loss.hessian):
        alone(part, starts(60)[:, ::4])


@pytest.mark.parametrize(
    ("loss", "value", "slope"),
    [
        (lambda x, y: [x**2.5][0], lambda x: power(x, 2.5), lambda x: 2.5 * power(x, 1.5)),
        (lambda x, y: [x**5][0], lambda x: x * x * (x * x) * x, lambda x: 5.0 * (x * x * (x * x))),
        (lambda x, y: [y**x][0], lambda x: power(x, x), lambda x: elementary.log(x) * power(x, x)),
        (lambda x, y: [anp.log1p(x)][0], elementary.log1p, lambda x: 1.0 / (1.0 + x)),
        (
            lambda x, y: [np.sin(x) ** -1][0],
            lambda x: 1.0 / sin(x),
            lambda x: -1.0 / (sin(x) * sin(x)) * cos(x),
        ),
    ],
)
def test_autograd_computes_in_the_projects_arithmetic(loss, value, slope):
    x = np.random.default_rng(0).uniform(0.1, 9.0, 10_000)
    landscape = Landscape(loss)
    assert landscape.derivatives.source is None
    same_bits(landscape.value(x, x), value(x))
    same_bits(landscape.gradient(x, x)[0], slope(x))


def test_a_loss_is_warned_of_functions_that_the_project_does_not_have(caplog):
    loss = Landscape(lambda x, y: anp.arctan2(y, x) * x)
    with caplog.at_level("WARNING", "samscape"):
        loss.gradient(*starts(3))
    assert "calls arctan2, which NumPy or its library rounds in its own way" in caplog.text
    assert "landscapes.elementary" in caplog.text


@pytest.mark.verify
@every_rule
def test_random_formulas_have_the_same_bits_in_both_engines(key, sweep):
    losses = [Landscape.from_formula(text) for text in ALL] + random_losses(sum(map(ord, key)), 20)
    compared = engines_agree(losses, [rule(key, 0.1)], starts(1000), 100)
    sweep.report(f"NumPy, kernels and single runs give the same bits: {key}, random formulas", compared, "none differs")


def test_random_formulas_of_a_batch_are_their_points_one_by_one(sweep):
    losses = random_losses(7, sweep.count(5, 300))
    for loss in losses:
        for function in (loss.value, loss.gradient, loss.hessian):
            alone(function, starts(sweep.count(30, 300)))
    sweep.report(
        "a batch gives the bits of its points: random formulas and their derivatives", len(losses), "none differs"
    )
