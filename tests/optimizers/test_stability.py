"""A_ρ and the exact Jacobian, and what the paper claims with them."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import ArrayLike

from landscapes import LANDSCAPES, Landscape
from optimizers import ASAM, GD, OPTIMIZERS, SAM, FisherSAM, MongeSAM, Rule
from optimizers.stability import (
    Matrix,
    contraction,
    eigenvalues,
    exact_stability,
    flow_matrix,
    follows_gradient,
    jacobian,
    stability,
)
from tests.catalogue import every_landscape, every_perturbing_rule, every_rule, rule

banana = LANDSCAPES["banana"]
finite = st.floats(-1e3, 1e3)
X, Y = np.random.default_rng(0).uniform(-1.9, 1.9, (2, 60))


@given(finite, finite, finite, finite)
def test_eigenvalues_equal_numpys(a, b, c, d):
    smaller, larger, imaginary = eigenvalues(Matrix(*map(np.float64, (a, b, c, d))))
    expected = np.linalg.eigvals(np.array([[a, b], [c, d]]))
    size = max(1.0, *np.abs([a, b, c, d]))
    # Near a double root both sides lose half the digits.
    assert_allclose([smaller, larger], sorted(expected.real), atol=1e-6 * size)
    assert_allclose(imaginary, np.abs(expected.imag).max(), atol=1e-6 * size)


def test_smaller_eigenvalue_keeps_its_digits():
    """diag(1e8, 1e-8) turned by 45°: the difference of the two terms of the quadratic formula has no digits left."""
    half = (1e8 + 1e-8) / 2
    smaller, larger, _ = eigenvalues(Matrix(*map(np.float64, (1e8, 0.0, 1.0, 1e-8))))
    assert (smaller, larger) == (1e-8, 1e8)
    assert half + np.sqrt(half**2 - 1.0) == 1e8


@pytest.mark.parametrize("form", [SAM, MongeSAM])
@every_landscape
def test_flow_matrix_is_equation_10(form, landscape):
    """A_ρ = ∇²ℓ(θ + δ)(I + ρ̃ ∇²ℓ(θ)), one point at a time with matrices."""
    rho = 0.4
    for x, y in zip(X[:20], Y[:20], strict=True):
        g = np.array(landscape.gradient(x, y))
        norm = np.hypot(*g)
        effective = rho / norm if form is SAM else rho / (norm * np.sqrt(1 + norm**2))
        xx, xy, yy = landscape.hessian(x, y)
        pxx, pxy, pyy = landscape.hessian(*(np.array([x, y]) + effective * g))
        expected = np.array([[pxx, pxy], [pxy, pyy]]) @ (np.eye(2) + effective * np.array([[xx, xy], [xy, yy]]))
        actual, singular = flow_matrix(form(rho), landscape, x, y)
        assert_allclose(np.array(actual).reshape(2, 2), expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
        assert not singular


INVERSE = np.array([[2.0, -1.0], [-1.0, 2.0]]) / 3.0  # of G = [[2, 1], [1, 2]]


@dataclass(frozen=True)
class Tilted(Rule):
    """G = [[2, 1], [1, 2]] everywhere."""

    rho: ArrayLike
    key, name, metric = "tilted", "Tilted", "G"

    @staticmethod
    def ascent(x, y, gx, gy):
        return (2.0 * gx - gy) / 3.0, (2.0 * gy - gx) / 3.0


@dataclass(frozen=True)
class TiltedByRoot(Rule):
    """G⁻¹ = (1 + g_x²)⁻² [[2, 1], [1, 2]]², which its root tells and its ascent does not."""

    rho: ArrayLike
    key, name, metric = "tilted-root", "Tilted by its root", "G"

    @staticmethod
    def ascent(x, y, gx, gy):
        shrink = 1.0 / (1.0 + gx * gx) ** 2
        return shrink * (5.0 * gx + 4.0 * gy), shrink * (4.0 * gx + 5.0 * gy)

    @staticmethod
    def inverse_root(x, y, gx, gy):
        shrink = 1.0 / (1.0 + gx * gx)
        return 2.0 * shrink, shrink, 2.0 * shrink


@dataclass(frozen=True)
class Untold(Rule):
    """Its v depends on g otherwise than by one number, and it has no root."""

    rho: ArrayLike
    key, name, metric = "untold", "Untold", "G"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx / (1.0 + gx * gx), (2.0 * gy - gx) / 3.0


def by_definition(landscape, x, y, rho, inverse) -> np.ndarray:
    """∇²ℓ(θ + δ)(I + ρ̃ G⁻¹∇²ℓ(θ)) with matrices."""
    g = np.array(landscape.gradient(x, y))
    scale = rho / np.sqrt(g @ inverse @ g)
    hessians = [
        np.array([[xx, xy], [xy, yy]])
        for xx, xy, yy in (landscape.hessian(x, y), landscape.hessian(*(np.array([x, y]) + scale * inverse @ g)))
    ]
    return hessians[1] @ (np.eye(2) + scale * inverse @ hessians[0])


@every_landscape
def test_a_metric_that_is_not_diagonal_is_held_fixed_whole(landscape):
    for x, y in zip(X[:20], Y[:20], strict=True):
        gx = float(landscape.gradient(x, y)[0])
        root = np.array([[2.0, 1.0], [1.0, 2.0]]) / (1 + gx**2)
        for one, inverse in ((Tilted(0.4), INVERSE), (TiltedByRoot(0.4), root @ root)):
            actual, _ = flow_matrix(one, landscape, x, y)
            expected = by_definition(landscape, x, y, 0.4, inverse)
            assert_allclose(
                np.array(actual).reshape(2, 2), expected, rtol=1e-9, atol=1e-9 * max(1, np.abs(expected).max())
            )


def test_the_larger_eigenvalue_of_a_tilted_metric():
    expected = np.linalg.eigvals(by_definition(banana, 0.3, 0.4, 0.1, INVERSE)).max()
    assert_allclose(stability(Tilted(0.1), banana, 0.3, 0.4).larger, expected, rtol=1e-12)
    assert round(float(expected), 3) == 2.464


def test_a_rule_that_does_not_tell_its_metric_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"^A_ρ of Untold needs its G⁻¹, which ascent alone does not determine: give"):
        stability(Untold(0.1), banana, 0.3, 0.4)


def test_which_rules_follow_the_gradient():
    found = {key for key in OPTIMIZERS if follows_gradient(rule(key))}
    assert found == {"gd", "sam", "m-sam"}
    assert follows_gradient(FisherSAM(0.5, eta=0.0))
    assert not follows_gradient(FisherSAM(0.5, eta=np.array([0.0, 1.0])))


@every_landscape
def test_a_kink_of_delta_is_flagged_and_has_no_value(landscape):
    """On an axis ASAM's |θᵢ| has two one-sided derivatives; autograd would give their mean."""
    x, y = np.array([0.0, 0.7, 0.7, 0.0]), np.array([0.7, 0.0, 0.6, 0.0])
    g = np.array(landscape.gradient(x, y))
    sides = [exact_stability(ASAM(0.5), landscape, x + h * (x == 0), y + h * (y == 0)).smaller for h in (-1e-9, 1e-9)]
    found = exact_stability(ASAM(0.5), landscape, x, y)
    expected = ((x == 0) & (g[0] != 0) | (y == 0) & (g[1] != 0)) & (np.abs(g).sum(axis=0) > 0)
    assert_array_equal(found.kink, expected)
    assert np.isnan(found.smaller[found.kink]).all()
    assert np.isfinite(found.smaller[~found.kink]).all()
    assert (np.abs(sides[1] - sides[0])[found.kink] > 1e-6).all()
    assert not stability(ASAM(0.5), landscape, x, y).kink.any()


@every_landscape
@every_rule
def test_exact_jacobian_is_the_derivative_of_the_update(key, landscape):
    """One update is θ - αF(θ) and ∂F/∂θ = J, by central differences of the engine's own step."""
    chosen, h = rule(key, 0.3), 1e-6

    def field(x, y):
        return np.array(chosen.direction(landscape, x, y, *chosen.hyperparameters.values()))

    along_x = (field(X + h, Y) - field(X - h, Y)) / (2 * h)
    along_y = (field(X, Y + h) - field(X, Y - h)) / (2 * h)
    actual, _ = jacobian(chosen, landscape, X, Y)
    for part, numeric in zip(actual, (along_x[0], along_y[0], along_x[1], along_y[1]), strict=True):
        assert_allclose(part, numeric, rtol=2e-4, atol=2e-5 * np.abs(numeric).max())


@every_landscape
def test_without_radius_all_of_it_is_the_hessian(landscape):
    xx, xy, yy = landscape.hessian(X, Y)
    for chosen in (GD(), SAM(0.0), FisherSAM(0.0)):
        for matrix, singular in (flow_matrix(chosen, landscape, X, Y), jacobian(chosen, landscape, X, Y)):
            for part, expected in zip(matrix, (xx, xy, xy, yy), strict=True):
                assert_allclose(part, expected, rtol=1e-12, atol=1e-12)
            assert not singular.any()


@every_perturbing_rule
@pytest.mark.parametrize("form", [stability, exact_stability])
def test_a_zero_gradient_shows_the_hessian_and_is_flagged(form, key):
    found = form(rule(key), banana, np.array([0.0, 1.0, 0.5]), np.array([0.0, 1.0, 0.5]))
    assert_array_equal(found.singular, [True, True, False])
    assert_allclose([found.smaller[0], found.larger[0]], [-2.0, 2.0])  # the saddle
    assert_allclose([found.smaller[1], found.larger[1]], [0.0, 4.0], atol=1e-12)  # the flattest minimum


@pytest.mark.parametrize(("effective", "attracts"), [(0.35, True), (0.33, False)])
def test_criterion_of_equation_11(effective, attracts):
    """Attraction iff ρ̃ > -1/λ; the paper's example is ρ̃ = 0.35 at a saddle with eigenvalues {-3, 3}."""
    saddle = Landscape(lambda x, y: 1.5 * (y**2 - x**2))
    x, y = 0.3, 0.4
    rho = effective * np.hypot(*saddle.gradient(x, y))
    found = stability(SAM(rho), saddle, x, y)
    assert (found.smaller > 0) == attracts
    assert_allclose([found.smaller, found.larger], [-3 + 9 * effective, 3 + 9 * effective], rtol=1e-12)


def test_at_radius_1_a_rho_calls_the_flat_minima_unstable():
    """The limit stated beside Figure 4: most runs end there all the same."""
    near = np.array([1.02, 0.99, 1.0]), np.array([1.0, 0.97, 1.03])
    assert (stability(SAM(1.0), banana, *near).smaller < 0).all()


def updates(chosen, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """I - αJ at many points of the banana's plane, shape (n, 2, 2), and where `contraction` is positive."""
    points = np.random.default_rng(1).uniform((-3.0, -2.0), (3.0, 2.0), (1000, 2)).T
    matrix, _ = jacobian(chosen, banana, *points)
    update = np.eye(2) - alpha * np.moveaxis(np.array(matrix), 0, -1)[:, [[0, 1], [2, 3]]]
    return update, contraction(exact_stability(chosen, banana, *points), alpha) > 0


@every_perturbing_rule
def test_contraction_is_positive_just_where_repeated_updates_shrink_every_offset(key):
    update, shrinks = updates(rule(key, 0.2), 0.02)
    with np.errstate(all="ignore"):  # the offsets that grow overflow
        many = np.linalg.matrix_power(update, 2**14)
    assert_array_equal(np.abs(many).max(axis=(1, 2)) < 1, shrinks)
    assert shrinks.any()


def test_one_update_may_lengthen_an_offset_that_vanishes_in_the_end():
    update, shrinks = updates(MongeSAM(1.0), 0.01)
    assert np.mean(np.linalg.norm(update, 2, axis=(1, 2))[shrinks] > 1) > 0.5
