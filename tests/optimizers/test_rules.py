"""The rules against their published equations."""

import math
import pydoc
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES
from optimizers import ASAM, BASES, GD, OPTIMIZERS, SAM, FisherSAM, MongeSAM, Rule, run
from optimizers.hyperparameters import described
from optimizers.rules import perturbation
from tests.catalogue import every_landscape, every_perturbing_rule, every_rule, rule


@pytest.mark.parametrize("form", [*OPTIMIZERS.values(), *BASES.values()], ids=lambda form: form.__name__)
def test_help_explains_every_hyperparameter(form):
    shown = " ".join(pydoc.plain(pydoc.render_doc(form)).replace("|", " ").split())
    for name, limit in described(form).items():
        assert f"{name}: {limit.about}" in shown
        assert f"rom {limit.low:g} to {limit.high:.10g}." in shown


def test_help_says_what_a_field_of_a_rule_of_ones_own_may_be():
    @dataclass(frozen=True)
    class Mine(Rule):
        """A rule."""

        rho: float
        key, name, places = "mine", "Mine", 3

    assert Mine.__doc__ == "A rule.\n\nArgs:\n    rho: Radius of the ball, in units of θ. From 0 to 10."


coordinates = st.floats(-3, 3).filter(lambda value: value == 0 or abs(value) > 1e-3)
components = st.floats(-1e3, 1e3).filter(lambda value: value == 0 or abs(value) > 1e-9)
gradients = st.tuples(components, components).filter(lambda g: math.hypot(*g) > 1e-6)
radii = st.floats(1e-3, 10)


def delta(chosen, x, y, gx, gy):
    rho, *others = chosen.hyperparameters.values()
    return np.array(perturbation(gx, gy, *chosen.ascent(x, y, gx, gy, *others), rho))


def metric(chosen, x, y, gx, gy) -> np.ndarray:
    """G as the paper writes it, the oracle for the ascent directions."""
    g = np.array([gx, gy])
    match chosen:
        case MongeSAM():
            return np.eye(2) + np.outer(g, g)  # Eq. 6
        case FisherSAM():
            return np.diag(1 + chosen.eta * g**2)  # below Eq. 5
        case ASAM():
            return np.diag((np.abs([x, y]) + chosen.eta) ** -2.0)
    return np.eye(2)


@every_perturbing_rule
@given(x=coordinates, y=coordinates, g=gradients, rho=radii)
def test_perturbation_is_the_dual_norm_solution(key, x, y, g, rho):
    """δ = ρ G⁻¹g / √(gᵀG⁻¹g), Eq. 5."""
    chosen = rule(key, rho)
    v = np.linalg.solve(metric(chosen, x, y, *g), g)
    assert_allclose(delta(chosen, x, y, *g), rho * v / np.sqrt(g @ v), rtol=1e-6, atol=1e-12 * rho)


@every_perturbing_rule
@given(x=coordinates, y=coordinates, g=gradients, rho=radii)
def test_perturbation_lies_on_the_ellipse(key, x, y, g, rho):
    """δᵀGδ = ρ²."""
    chosen = rule(key, rho)
    d = delta(chosen, x, y, *g)
    # GD's metric plays no part; for M-SAM the term (gᵀδ)² is formed from two rounded products.
    assert_allclose(d @ metric(chosen, x, y, *g) @ d, rho**2, rtol=1e-9)


@given(x=coordinates, y=coordinates, g=gradients, rho=radii)
def test_sam_steps_out_by_rho(x, y, g, rho):
    assert_allclose(math.hypot(*delta(SAM(rho), x, y, *g)), rho, rtol=1e-14)


@given(x=coordinates, y=coordinates, g=gradients, rho=radii)
def test_monge_sam_steps_out_by_less(x, y, g, rho):
    """Eq. 9: δ_M-SAM = δ_SAM / √(1 + ‖g‖²), "conservative"."""
    monge, sam = delta(MongeSAM(rho), x, y, *g), delta(SAM(rho), x, y, *g)
    assert math.hypot(*monge) <= rho
    assert_allclose(monge, sam / math.sqrt(1 + g[0] ** 2 + g[1] ** 2), rtol=1e-13)


@given(x=coordinates, y=coordinates, g=gradients, rho=radii)
def test_asam_without_eta_is_scale_invariant(x, y, g, rho):
    """Kwon et al.: with T = diag|θ|, scaling θ by c and g by 1/c scales δ by c."""
    c = 7.0
    assert_allclose(
        delta(ASAM(rho, eta=0.0), c * x, c * y, g[0] / c, g[1] / c),
        c * delta(ASAM(rho, eta=0.0), x, y, *g),
        rtol=1e-12,
        atol=1e-300,
    )


@every_rule
@given(x=coordinates, y=coordinates)
def test_zero_gradient_gives_exactly_no_perturbation(key, x, y):
    chosen = rule(key)
    rho, *others = ({"rho": 0.0} | chosen.hyperparameters).values()
    assert_array_equal(perturbation(0.0, 0.0, *chosen.ascent(x, y, 0.0, 0.0, *others), rho), (0.0, 0.0))


def test_asam_on_an_axis_without_eta_has_no_perturbation_along_the_missing_component():
    """gᵀv = 0 with g ≠ 0: T vanishes in the only direction in which g points."""
    assert_array_equal(delta(ASAM(1.0, eta=0.0), 0.0, 2.0, 3.0, 0.0), (0.0, 0.0))


@every_landscape
@every_perturbing_rule
def test_no_radius_is_gradient_descent_to_the_last_bit(key, landscape):
    rng = np.random.default_rng(1)
    starts = np.hstack([rng.uniform(-3, 3, (2, 50)), rng.uniform(-1e3, 1e3, (2, 20)), [[0.0, 1.0], [0.0, 0.0]]])
    descent = run(GD(), landscape, starts, learning_rate=0.01, steps=30).positions
    without = run(rule(key, 0.0), landscape, starts, learning_rate=0.01, steps=30).positions
    assert_array_equal(without[np.isfinite(descent)], descent[np.isfinite(descent)])
    assert_array_equal(np.isfinite(without), np.isfinite(descent))


@every_perturbing_rule
@given(alpha=st.floats(0.01, 0.9), rho=st.floats(0.0, 1.0), start=st.floats(-2, 2))
def test_first_step_on_the_paraboloid_has_a_closed_form(key, alpha, rho, start):
    """θ₁ = θ₀ - 2α(θ₀ + δ) on ℓ = θ², with |δ| from the rule's equation."""
    chosen = rule(key, rho)
    g = 2 * start
    size = {
        "sam": rho,
        "m-sam": rho / math.sqrt(1 + g * g),
        "fisher-sam": rho / math.sqrt(1 + g * g),  # in one dimension the diagonal is the whole metric
        "asam": rho * (abs(start) + 0.01),
    }[key]
    offset = math.copysign(size, g) if abs(g) > 1e-100 else 0.0
    end = run(chosen, LANDSCAPES["paraboloid"], [start, 0.0], learning_rate=alpha, steps=1).final[0]
    if abs(g) > 1e-100:
        assert_allclose(end, start - 2 * alpha * (start + offset), rtol=1e-12, atol=1e-14)


@given(alpha=st.floats(0.01, 0.45), start=st.floats(-2, 2))
def test_gradient_descent_on_the_paraboloid_has_closed_form_iterates(alpha, start):
    """θₜ = (1 - 2α)ᵗ θ₀."""
    path = run(GD(), LANDSCAPES["paraboloid"], [start, -start], learning_rate=alpha, steps=20).positions
    factor = (1 - 2 * alpha) ** np.arange(21)
    assert_allclose(path, factor[:, None] * np.array([start, -start]), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("alpha", [0.66, 0.74])
def test_sam_on_the_paraboloid_ends_on_the_two_cycle_of_its_closed_form(alpha):
    """|θ| = αρ / (1 - α), facts of Figure 3."""
    rho = 0.3
    end = run(SAM(rho), LANDSCAPES["paraboloid"], [0.5, 0.0], learning_rate=alpha, steps=400)
    assert_allclose(np.abs(end.final[0]), alpha * rho / (1 - alpha), rtol=1e-12)
    assert_allclose(end.previous[0], -end.final[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("chosen", "end"),
    [
        (GD(), (-1.5458682, -0.6468637)),
        (SAM(1.0), (-0.0037459, -0.0027761)),
        (MongeSAM(1.0), (-0.9454185, -0.9413082)),
    ],
)
def test_figure_1_ends(chosen, end):
    """Jacobsen and Arvanitidis, Fig. 1: 200 steps from (-3/2, 1/2), ρ = 1, α = 0.01."""
    final = run(chosen, LANDSCAPES["banana"], [-1.5, 0.5], learning_rate=0.01, steps=200).final
    assert_allclose(final, end, atol=1e-6)
