"""A_ρ and the exact Jacobian, and what the paper claims with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES, Landscape
from optimizers import GD, SAM, FisherSAM, MongeSAM
from optimizers.engine import step
from optimizers.stability import Matrix, eigenvalues, exact_stability, flow_matrix, jacobian, stability
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


@every_landscape
@every_rule
def test_exact_jacobian_is_the_derivative_of_the_update(key, landscape):
    """One update is θ - αF(θ) and ∂F/∂θ = J, by central differences of the engine's own step."""
    chosen, h = rule(key, 0.3), 1e-6
    hyperparameters = list(({"rho": 0.0} | chosen.hyperparameters).values())

    def field(x, y):
        moved = np.array(step(landscape.gradient, chosen.ascent, x, y, 1.0, *hyperparameters))
        return np.array([x, y]) - moved

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
