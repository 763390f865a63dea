"""Curvature and the exact inner maximum of sharpness-aware minimization, against closed forms and brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES, Landscape
from optimizers.sharpness import sharpness, trace, worst_case
from tests.catalogue import every_landscape

every_ball = pytest.mark.parametrize("ball", ["euclidean", "monge"])

slope = Landscape(lambda x, y: 3.0 * x + 4.0 * y, lambda x, y: (3.0 + 0.0 * x, 4.0 + 0.0 * y))
bowl = Landscape.from_formula("2x^2 + y^2/2")
banana = LANDSCAPES["banana"]


def metric(landscape: Landscape, x: float, y: float, ball: str) -> np.ndarray:
    g = np.array(landscape.gradient(x, y))
    return np.eye(2) + (np.outer(g, g) if ball == "monge" else 0.0)


def highest_sample(landscape: Landscape, x: float, y: float, rho: float, ball: str, rings=60, around=4000) -> float:
    """The greatest rise over many points of the ball, its rim among them."""
    angle, radius = np.meshgrid(np.linspace(0, 2 * np.pi, around), np.linspace(0, 1, rings))
    disc = np.array([radius * np.cos(angle), radius * np.sin(angle)]).reshape(2, -1)
    root = np.linalg.cholesky(np.linalg.inv(metric(landscape, x, y, ball)))
    dx, dy = rho * root @ disc
    return float(np.max(landscape.value(x + dx, y + dy) - landscape.value(x, y)))


# Curvature


@pytest.mark.parametrize(("x", "y", "largest"), [(1.0, 1.0, 4.0), (0.0, 0.0, 2.0), (2.0, 0.5, 8.5), (0.5, 2.0, 8.5)])
def test_the_banana_is_flattest_at_1_1(x, y, largest):
    # on the valley xy = 1 the Hessian is 2 (y, x)ᵀ(y, x), so λ_max = 2 (x² + y²)
    assert_allclose(sharpness(banana, x, y), largest)
    assert_allclose(trace(banana, x, y), 2 * (x * x + y * y))


@every_landscape
def test_sharpness_is_the_largest_eigenvalue_and_the_trace_their_sum(landscape):
    x, y = np.random.default_rng(0).uniform(-1.5, 1.5, (2, 3, 5))
    hxx, hxy, hyy = landscape.hessian(x, y)
    both = np.linalg.eigvalsh(np.moveaxis(np.array([[hxx, hxy], [hxy, hyy]]), (0, 1), (-2, -1)))
    assert_allclose(sharpness(landscape, x, y), both[..., 1], rtol=1e-9, atol=1e-9)
    assert_allclose(trace(landscape, x, y), both.sum(axis=-1), rtol=1e-9, atol=1e-9)


# The exact worst case


def test_on_a_slope_the_first_order_step_is_the_worst_case():
    sam, monge = (worst_case(slope, 0.3, -2.0, 0.7, ball=ball) for ball in ("euclidean", "monge"))
    assert_allclose([sam.increase, sam.attained, sam.dx, sam.dy], [0.7 * 5, 1.0, 0.42, 0.56])
    assert_allclose([monge.increase, monge.attained], [0.7 * 5 / np.sqrt(26), 1.0])


def test_at_the_bottom_of_a_bowl_it_is_half_lambda_max_rho_squared_and_the_gradient_does_not_see_it():
    for ball in ("euclidean", "monge"):
        found = worst_case(bowl, 0.0, 0.0, 0.5, ball=ball)
        assert_allclose(found.increase, 0.5 * 4 * 0.5**2)
        assert_allclose(np.abs([found.dx, found.dy]), [0.5, 0.0], atol=1e-7)
        assert found.attained == 0.0


@given(x=st.floats(0.01, 2.0), rho=st.floats(0.01, 2.0))
@settings(max_examples=50)
def test_on_the_paraboloid_sam_takes_the_worst_case_exactly(x, rho):
    found = worst_case(LANDSCAPES["paraboloid"], x, 0.0, rho)
    assert_allclose(found.increase, 2 * rho * x + rho**2, rtol=1e-12)
    assert_allclose(found.attained, 1.0, rtol=1e-12)


def test_at_the_top_of_a_maximum_nothing_is_higher():
    found = worst_case(LANDSCAPES["sinc"], 0.0, 0.0, 1.0)
    assert found.increase == 0.0
    assert np.isnan(found.attained)


def test_a_peak_inside_the_ball_is_found():
    hill = Landscape.from_formula("-(x - 0.3)^2 - 3(y + 0.1)^2")
    found = worst_case(hill, 0.0, 0.0, 1.0)
    assert_allclose([found.increase, found.dx, found.dy], [0.12, 0.3, -0.1], rtol=1e-12)


def test_where_the_loss_curves_away_the_first_order_step_misses_most():
    # beside the sharp valley of the banana the loss rises most across the valley, whichever way the gradient points
    assert worst_case(banana, 0.0, 0.05, 1.0).attained < 0.8
    assert worst_case(LANDSCAPES["sinc"], 0.05, 0.0, 1.0).attained < 0


SHORT = 1e-4  # of the rise, which the docstring says the search falls short by at most


@every_ball
@every_landscape
def test_no_point_of_the_ball_is_higher(landscape, ball, sweep):
    """Over the domain and the slider of ρ, against brute force."""
    (left, right), (bottom, top) = landscape.domain
    number, around = sweep.count(2, 12), sweep.count(1000, 4000)
    unit = np.random.default_rng(1).random((2, number))
    x, y = left + (right - left) * unit[0], bottom + (top - bottom) * unit[1]
    worst, cases = 0.0, 0
    for rho in sweep.count((0.1, 1.0, 2.0, 5.0), (0.01, 0.03, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)):
        found = worst_case(landscape, x, y, rho, ball=ball).increase
        sampled = np.array(
            [highest_sample(landscape, *point, rho, ball, around=around) for point in zip(x, y, strict=True)]
        )
        worst, cases = (
            max(worst, float(((sampled - found) / sampled)[sampled > 0].max(initial=-np.inf))),
            cases + number,
        )
        assert np.all(found >= sampled * (1 - SHORT))
    sweep.report(f"worst rise in the {ball} ball, {landscape.name}", cases, f"{worst:.1e} too low")


@pytest.mark.parametrize(
    ("key", "x", "y", "rho", "highest"),
    [
        # by far the highest of many maxima in the ball, where a coarse search took another
        ("sinc-squared", 2.7, 2.7, 5.0, (0.0, 0.0)),
        ("sinc-squared", -1.2, 2.9, 5.0, (0.0, 0.0)),
        ("sinc", 3.0, 1.0, 5.0, (0.0, 0.0)),
    ],
)
def test_the_highest_of_many_peaks_is_found(key, x, y, rho, highest):
    landscape = LANDSCAPES[key]
    found = worst_case(landscape, x, y, rho)
    assert_allclose(found.increase, landscape.value(*highest) - landscape.value(x, y), rtol=1e-12)
    assert_allclose([x + found.dx, y + found.dy], highest, atol=1e-3)


@pytest.mark.parametrize("text", ["sin(40x) + cos(37y)", "1 - exp(-5*(x^2 + y^2))", "abs(x) - abs(y)"])
def test_the_search_has_a_bounded_cost(text):
    """However rugged or flat the loss is: so many of its values at most for all points together, and for each."""
    typed, values = Landscape.from_formula(text), []

    def counted(x, y):
        found = typed.value(x, y)
        values.append(np.size(found))
        return found

    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 3000))
    worst_case(Landscape(counted, typed.gradient, typed.hessian), x, y, 5.0)
    shared = 384**2 + (8 * 40 + 2) * 64**2
    assert sum(values) <= shared + (400 + 20) * x.size + 64**2 * 3


@every_ball
@every_landscape
def test_the_worst_case_is_attained_within_the_ball(landscape, ball):
    x, y = np.random.default_rng(2).uniform(-2, 2, (2, 30))
    found = worst_case(landscape, x, y, 0.8, ball=ball)
    here = landscape.value(x, y)
    assert_array_equal(landscape.value(x + found.dx, y + found.dy) - here, found.increase)
    for px, py, dx, dy in zip(x, y, found.dx, found.dy, strict=True):
        delta = np.array([dx, dy])
        assert delta @ metric(landscape, px, py, ball) @ delta <= 0.8**2 * (1 + 1e-9)
    assert np.all(found.increase >= 0)
    assert np.all(found.attained[found.increase > 0] <= 1)


def test_the_monge_ball_lies_in_sams_ball():
    x, y = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9))
    inner, outer = (worst_case(banana, x, y, 0.5, ball=ball).increase for ball in ("monge", "euclidean"))
    assert np.all(inner <= outer * (1 + 1e-9))
    assert np.any(inner < 0.5 * outer)


def test_it_grows_with_rho_and_is_zero_without():
    rho = np.linspace(0, 1, 6)
    increase = worst_case(banana, 1.2, 0.4, rho).increase
    assert increase[0] == 0
    assert np.all(np.diff(increase) > 0)


def test_a_grid_equals_its_points_one_by_one():
    x, y = np.meshgrid(np.linspace(-2, 2, 80), np.linspace(-1, 1, 70))
    whole = worst_case(banana, x, y, 0.5, ball="monge")
    assert whole.increase.shape == (70, 80)
    for index in [(0, 0), (13, 7), (69, 79), (60, 30)]:
        alone = worst_case(banana, x[index], y[index], 0.5, ball="monge")
        assert_allclose([part[index] for part in whole], alone, rtol=1e-9, atol=1e-12)


def test_points_without_a_number_are_left_out_and_none_is_invented():
    root = Landscape.from_formula("-sqrt(x)")
    found = worst_case(root, np.array([1.0, 0.25, -1.0]), np.zeros(3), 0.5)
    assert_allclose(found.increase[:2], [1 - np.sqrt(0.5), 0.5], rtol=0.15)
    assert np.isnan(found.increase[2])
    assert np.isnan(worst_case(banana, np.nan, 0.0, 0.5).increase)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match='ball must be "euclidean" or "monge", not \'fisher\''):
        worst_case(banana, 0.0, 0.0, 1.0, ball="fisher")
    with pytest.raises(ValueError, match="rho must be finite and at least 0"):
        worst_case(banana, 0.0, 0.0, -1.0)
