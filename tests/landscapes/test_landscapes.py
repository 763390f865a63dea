"""Every landscape in the catalogue: value, gradient, Hessian and stationary points against independent oracles."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd.test_util import check_grads
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import spherical_jn

from landscapes import LANDSCAPES, Landscape
from landscapes.search import find
from landscapes.spherical_bessel import j0, j1_over_z, j2_over_z2
from landscapes.stationary import eigenvalues

every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)

# Where textbook formulas are 0/0, branches meet, or symmetry makes derivatives vanish.
AWKWARD = {
    "origin": (0.0, 0.0),
    "x axis": (1.3, 0.0),
    "y axis": (0.0, -0.7),
    "diagonal": (0.8, 0.8),
    "minimum of the banana": (1.0, 1.0),
    "beside the origin": (1e-9, -1e-9),
    "series meets formula, sinc": (np.sqrt(2.0), np.sqrt(2.0)),
    "series meets formula, sinc of r²": (1.0, 1.0),
}


def inside(landscape: Landscape, count: int = 200) -> np.ndarray:
    (left, right), (bottom, top) = landscape.domain
    unit = np.random.default_rng(0).random((2, count))
    random = np.array([[left], [bottom]]) + unit * np.array([[right - left], [top - bottom]])
    return np.hstack([random, np.array(list(AWKWARD.values())).T])


def scale(parts) -> float:
    return max(1.0, float(np.max(np.abs(parts))))


@every_landscape
def test_closed_forms_equal_autograd(landscape):
    x, y = inside(landscape)
    automatic = Landscape(landscape.value)
    for closed, derived in ((landscape.gradient, automatic.gradient), (landscape.hessian, automatic.hessian)):
        expected = np.array(derived(x, y))
        assert_allclose(np.array(closed(x, y)), expected, rtol=1e-11, atol=1e-13 * scale(expected))


@every_landscape
def test_hessian_is_the_derivative_of_the_closed_gradient(landscape):
    x, y = inside(landscape)
    expected = np.array(Landscape(landscape.value, landscape.gradient).hessian(x, y))
    assert_allclose(np.array(landscape.hessian(x, y)), expected, rtol=1e-11, atol=1e-13 * scale(expected))


@every_landscape
@pytest.mark.parametrize("point", AWKWARD.values(), ids=AWKWARD)
def test_derivatives_equal_finite_differences_to_order_2(landscape, point):
    check_grads(lambda point: landscape.value(point[0], point[1]), modes=["rev"], order=2)(anp.array(point))


@every_landscape
def test_gradient_equals_finite_differences(landscape):
    x, y = inside(landscape)
    h = 1e-6
    numeric = np.array(
        [
            (landscape.value(x + h, y) - landscape.value(x - h, y)) / (2 * h),
            (landscape.value(x, y + h) - landscape.value(x, y - h)) / (2 * h),
        ]
    )
    assert_allclose(np.array(landscape.gradient(x, y)), numeric, rtol=1e-5, atol=1e-7 * scale(landscape.value(x, y)))


@every_landscape
def test_hessian_equals_finite_differences_of_the_gradient(landscape):
    x, y = inside(landscape)
    h = 1e-6
    along_x = (np.array(landscape.gradient(x + h, y)) - np.array(landscape.gradient(x - h, y))) / (2 * h)
    along_y = (np.array(landscape.gradient(x, y + h)) - np.array(landscape.gradient(x, y - h))) / (2 * h)
    hxx, hxy, hyy = landscape.hessian(x, y)
    for closed, numeric in ((hxx, along_x[0]), (hxy, along_x[1]), (hxy, along_y[0]), (hyy, along_y[1])):
        assert_allclose(closed, numeric, rtol=1e-5, atol=1e-8 * scale(landscape.gradient(x, y)))


@every_landscape
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,)])
def test_parts_have_the_shape_of_the_batch(landscape, shape):
    x, y = np.full(shape, 0.3), np.full(shape, -0.4)
    for part in (landscape.value(x, y), *landscape.gradient(x, y), *landscape.hessian(x, y)):
        assert np.shape(part) == shape
        assert np.asarray(part).dtype == np.float64


@every_landscape
def test_listed_sets_are_stationary_and_of_their_kind(landscape):
    for stationary in landscape.stationary:
        x, y = stationary.points[:, np.isfinite(stationary.points).all(axis=0)]
        low, high = eigenvalues(*landscape.hessian(x, y))
        sharpness = np.maximum(np.abs(low), np.abs(high))
        # A gradient this small means the listed point is within 1e-11 of the true one.
        assert (np.hypot(*landscape.gradient(x, y)) <= 1e-11 * np.maximum(sharpness, 1.0)).all()
        zero = 1e-9 * sharpness
        if stationary.kind == "saddle":
            assert ((low < 0) & (high > 0)).all()
        elif stationary.kind == "maximum":
            assert (high <= zero).all()
            assert (landscape.value(x + 0.05, y) < landscape.value(x, y)).any()
        else:
            assert ((high > 0) & (low >= -zero)).all()
        assert_allclose(stationary.distance(x, y), 0.0, atol=1e-9)


def test_flat_top_of_sinc_squared_is_a_maximum_with_a_zero_hessian():
    # φ'(0) = 0 in s = r²: the caption's formula is flat to fourth order at the origin.
    landscape = LANDSCAPES["sinc-squared"]
    assert landscape.hessian(0.0, 0.0) == (0.0, 0.0, 0.0)
    assert landscape.value(0.0, 0.0) == 5.0


@every_landscape
def test_minimum_is_the_value_at_the_deepest_listed_minimum(landscape):
    minima = [s.points for s in landscape.stationary if "minimum" in s.kind]
    values = np.concatenate([landscape.value(*points) for points in minima])
    assert_allclose(np.nanmin(values), landscape.minimum, atol=1e-12)
    assert (landscape.value(*inside(landscape, 5000)) >= landscape.minimum - 1e-12).all()


@every_landscape
def test_flat_minima_are_those_of_least_sharpness(landscape):
    flat = [s for s in landscape.stationary if s.kind == "flat minimum"]
    minima = [s.points for s in landscape.stationary if s.kind == "minimum"]
    sharpness = np.concatenate([eigenvalues(*landscape.hessian(*points))[1] for points in minima])
    if flat:
        least = eigenvalues(*landscape.hessian(*flat[0].points))[1]
        assert_allclose(least, least[0])
        assert (sharpness[np.isfinite(sharpness)] >= least[0] - 1e-9).all()


@every_landscape
def test_search_finds_the_listed_isolated_points(landscape):
    """Newton's method knows nothing of the list."""
    (left, right), (bottom, top) = landscape.domain
    found = {
        kind: [s for s in find(landscape) if s.kind == kind]
        for kind in ("flat minimum", "minimum", "saddle", "maximum")
    }
    for stationary in landscape.stationary:
        if stationary.connected or landscape.key == "sinc-squared":
            continue
        x, y = stationary.points
        inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
        for point in stationary.points[:, inside].T:
            distance = [s.distance(*point) for s in found[stationary.kind]]
            assert min(distance, default=np.inf) < 1e-6, (stationary.kind, point)


@given(st.floats(0.0, 40.0))
def test_sinc_functions_equal_scipys_spherical_bessel_functions(z):
    z2 = z * z
    expected = [
        spherical_jn(0, z),
        *(spherical_jn(n, z) / z**n if z > 1e-2 else [1 / 3, 1 / 15][n - 1] for n in (1, 2)),
    ]
    tolerance = 1e-14 if z > 1e-2 else 1e-4
    assert_allclose(j0(z2), expected[0], rtol=1e-14, atol=1e-15)
    assert_allclose([j1_over_z(z2), j2_over_z2(z2)], expected[1:], rtol=tolerance, atol=1e-14 / max(1.0, z))


@pytest.mark.parametrize(("function", "limit"), [(j0, 1.0), (j1_over_z, 1 / 3), (j2_over_z2, 1 / 15)])
def test_sinc_functions_are_exact_at_the_origin(function, limit):
    assert function(0.0) == limit
    assert function(1e-300) == limit


@pytest.mark.parametrize("radius", [4.493409457909064])  # first positive root of tan z = z, DLMF
def test_ring_of_minima_of_sinc_lies_where_the_paper_draws_it(radius):
    ring = next(s for s in LANDSCAPES["sinc"].stationary if s.connected)
    assert ring.kind == "minimum"
    assert_allclose(np.hypot(*ring.points), radius, rtol=1e-15)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_distance_to_the_hyperbola_is_exact_where_it_decides(x, y):
    hyperbola = next(s for s in LANDSCAPES["banana"].stationary if s.connected)
    t = np.concatenate([sign * np.geomspace(1e-2, 1e2, 40_001) for sign in (-1, 1)])
    nearest = np.hypot(x - t, y - 1 / t).min()  # brute force, an upper bound within 1e-6 of the truth near the curve
    distance = hyperbola.distance(x, y)
    assert distance >= nearest - 1e-4
    if nearest <= 0.15:
        assert abs(distance - nearest) < 1e-4


def test_autograd_serves_a_loss_that_depends_on_one_component_only():
    trough = Landscape(lambda x, y: y**2)
    assert [float(g) for g in trough.gradient(3.0, 2.0)] == [0.0, 4.0]
    assert [float(h) for h in trough.hessian(3.0, 2.0)] == [0.0, 0.0, 2.0]


def test_curve_of_minima_is_found_with_its_flattest_points():
    """The banana typed without its list: the search gives the same three kinds."""
    sets = {s.kind: s for s in Landscape(LANDSCAPES["banana"].value, domain=((-3, 3), (-2, 2))).stationary}
    assert set(sets) == {"flat minimum", "minimum", "saddle"}
    assert sets["minimum"].connected
    assert_allclose(sets["minimum"].points[0] * sets["minimum"].points[1], 1.0, atol=1e-9)
    assert_allclose(sets["saddle"].points, 0.0, atol=1e-9)
    assert sets["flat minimum"].distance(1.0, 1.0) < 0.03
    assert sets["flat minimum"].distance(-1.0, -1.0) < 0.03


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (lambda x, y: x**4 + y**4, "minimum"),
        (lambda x, y: -(x**4) - y**4, "maximum"),
        (lambda x, y: x**3 - 3 * x * y**2, "saddle"),  # the monkey saddle
    ],
)
def test_degenerate_points_are_classified_by_the_loss_around_them(value, kind):
    sets = Landscape(value, domain=((-1, 1), (-1, 1))).stationary
    assert kind in {s.kind for s in sets}


def test_family_of_saddles_refuses_a_curvature_that_makes_no_pass():
    from landscapes.saddle import family

    with pytest.raises(ValueError, match="curvature across the pass must be positive, not 0"):
        family(0)
    assert eigenvalues(*family(3.0).hessian(0.0, 0.0)) == (-1.0, 3.0)
