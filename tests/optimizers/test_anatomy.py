"""One step taken apart, against the run that takes it and the paper's Figure 1."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from figures.figure1 import START, compute
from landscapes import LANDSCAPES, Landscape
from landscapes.elementary import exp, where
from optimizers import OPTIMIZERS, SAM, MongeSAM, run
from optimizers.anatomy import anatomy
from optimizers.rules import FAMILY
from tests.catalogue import RHO, every_landscape, every_perturbing_rule, every_rule, rule

ANGLES = np.linspace(0.0, 2.0 * np.pi, 181)
DIRECTIONS = np.stack([np.cos(ANGLES), np.sin(ANGLES)])
POINTS = np.random.default_rng(3).uniform(-3, 3, (2, 40))


@every_perturbing_rule
@every_landscape
def test_the_root_is_the_root_of_the_inverse_metric(landscape, key):
    """(G^(-1/2))² g = v, the rule's own ascent direction."""
    taken = anatomy(rule(key, 1.0), landscape, POINTS, 0.1)
    xx, xy, yy = taken.root
    gx, gy = taken.gradient
    once = np.stack([xx * gx + xy * gy, xy * gx + yy * gy])
    twice = np.stack([xx * once[0] + xy * once[1], xy * once[0] + yy * once[1]])
    assert_allclose(twice, taken.ascent, rtol=1e-9, atol=1e-12)


@every_perturbing_rule
@every_landscape
def test_the_perturbed_point_is_the_worst_of_the_linearised_loss_on_the_rim(landscape, key):
    """θ + δ lies on the rim, in the direction G^(-1/2)g, and gᵀδ is nowhere on it greater (Eq. 5)."""
    taken = anatomy(rule(key), landscape, POINTS, 0.1)
    xx, xy, yy = taken.root
    gx, gy = taken.gradient
    direction = np.stack([xx * gx + xy * gy, xy * gx + yy * gy])
    direction /= np.hypot(*direction)
    for i in range(POINTS.shape[1]):
        assert_allclose(taken.rim(direction[:, [i]])[:, 0, i], taken.perturbed[:, i], rtol=1e-8, atol=1e-8)
    gains = ((taken.rim(DIRECTIONS) - taken.point[:, None]) * taken.gradient[:, None]).sum(axis=0)
    attained = (taken.delta * taken.gradient).sum(axis=0)
    assert (gains.max(axis=0) <= attained * (1 + 1e-9)).all()
    assert (gains.max(axis=0) >= attained * 0.99).all()


TYPED = ["abs(x)^1.7 + y^2", "(x^2+0.1)^(y^2) + y^2 - cos(3x)", "x^y + 2^x", "tanh(x) - arctan(y)^3"]
SPECIAL = np.array([[0.0, -0.0, 1.0, 1e200, np.nan, 1.0], [0.0, 1.0, -0.0, 1e200, 1.0, -np.inf]])


@every_rule
@every_landscape
def test_the_next_point_is_the_run_s(landscape, key):
    same_as_the_run(landscape, key)


@every_rule
@pytest.mark.parametrize("text", TYPED)
def test_the_next_point_is_the_run_s_on_a_typed_loss(text, key):
    same_as_the_run(Landscape.from_formula(text), key)


@every_rule
def test_the_next_point_is_the_run_s_on_autograd_s_gradient(key):
    same_as_the_run(Landscape(lambda x, y: where(x < y, x**3, exp(x) * y)), key)


def same_as_the_run(landscape, key):
    """Bit for bit, the signs of zeros included, and for one point as for many."""
    points = np.hstack([POINTS, SPECIAL])
    positions = run(rule(key), landscape, points, learning_rate=0.01, steps=5).positions
    taken = anatomy(rule(key), landscape, positions[:-1].swapaxes(0, 1), 0.01)
    after = positions[1:].swapaxes(0, 1)
    assert_array_equal(taken.next, after)
    assert_array_equal(np.signbit(taken.next[after == 0]), np.signbit(after[after == 0]))
    assert_array_equal(anatomy(rule(key), landscape, points[:, 7], 0.01).next, positions[1, :, 7])


def test_the_circle_and_the_ellipse_are_those_of_figure_1():
    numbers = compute()
    for chosen in (SAM(1.0), MongeSAM(1.0)):
        taken = anatomy(chosen, LANDSCAPES["banana"], START, 0.01)
        assert_allclose(taken.rim(DIRECTIONS), numbers.sets[chosen.key], rtol=1e-13, atol=1e-13)
        assert_allclose(taken.perturbed, numbers.perturbed[chosen.key], rtol=1e-14)
        assert_allclose(-0.1 * taken.gradient_there, numbers.arrows[chosen.key], rtol=1e-14)


@every_rule
def test_at_the_saddle_a_rule_stays_and_its_set_is_still_there(key):
    """g = 0: δ = 0 exactly, and the rim is that of the metric at g = 0: a circle, for ASAM of radius ρη."""
    taken = anatomy(rule(key), LANDSCAPES["banana"], (0.0, 0.0), 0.01)
    assert_array_equal(taken.delta, (0.0, 0.0))
    assert_array_equal(taken.next, (0.0, 0.0))
    radius = {"gd": 0.0, "asam": 0.01 * RHO}.get(key, RHO)
    assert_allclose(np.hypot(*taken.rim(DIRECTIONS)), radius, rtol=1e-14)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_a_diverged_run_is_taken_apart_without_a_warning(value):
    for key in OPTIMIZERS:
        assert not np.isfinite(anatomy(rule(key), LANDSCAPES["banana"], (value, 1.0), 0.01).next).all()


@pytest.mark.parametrize("form", FAMILY, ids=[form.key for form in FAMILY])
def test_a_rule_without_a_metric_shows_what_it_has(form):
    """Its gradients where it took them, the farthest of these points, what it descends along; and no ellipse."""
    chosen, banana = form(), LANDSCAPES["banana"]
    path = run(chosen, banana, POINTS, learning_rate=0.01, steps=6, keep="states")
    for step in (0, 4):
        here, state = path.positions[step], path.states[step]
        taken = anatomy(chosen, banana, here, 0.01, state)
        assert_array_equal(taken.next, path.positions[step + 1])
        assert_allclose(taken.next, here - 0.01 * taken.direction, rtol=1e-12, atol=1e-12)
        assert np.isnan(taken.ascent).all()
        assert np.isnan(taken.root).all()
        assert taken.looked.shape == taken.gradients.shape
        for place, gradient in zip(taken.looked, taken.gradients, strict=True):
            assert_allclose(gradient, banana.gradient(*place), rtol=1e-12)
        distance = np.hypot(*(taken.looked - here).swapaxes(0, 1))
        assert_allclose(np.hypot(*taken.delta), distance.max(axis=0), rtol=1e-9)
        assert (distance.max(axis=0) > 0).any() or (form.key == "momentum-sam" and step == 0)
        assert_allclose(taken.gradient_there, banana.gradient(*taken.perturbed), rtol=1e-9, atol=1e-9)
