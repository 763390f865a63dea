"""Charts: every family against its textbook map, derivatives against mpmath's, and typed charts that are refused."""

import re

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from landscapes.charts import CHARTS, Chart, ChartError, domain_in, typed

VIEW = ((-3.0, 3.0), (-3.0, 3.0))
PLACES = np.random.default_rng(1).uniform(-3, 3, (2, 200))


def turned(u, v, t):
    a = mpmath.radians(t)
    return mpmath.cos(a) * u - mpmath.sin(a) * v, mpmath.sin(a) * u + mpmath.cos(a) * v


TEXTBOOK = {
    "rotation": turned,
    "scaling": lambda u, v, s: (s * u, s * v),
    "stretch": lambda u, v, s: (s * u, v / mpmath.mpf(s)),
    "shear": lambda u, v, c: (u + c * v, v),
    "sinh": lambda u, v, c: (mpmath.sinh(c * u) / c, mpmath.sinh(c * v) / c) if c else (u, v),
    "bend": lambda u, v, c: (u, v + c * u**2),
}
FORMULAS = {
    "2phi1 | phi2": lambda u, v: (2 * u, v),
    "phi1 + phi2^3/9 | phi2 - φ₁/2": lambda u, v: (u + v**3 / 9, v - u / 2),
    "sinh(phi_1) | phi2 + 0.5 phi1^2": lambda u, v: (mpmath.sinh(u), v + u**2 / 2),
    "phi1 + 0.9 sin(phi1) | y - 5": lambda u, v: (u + mpmath.mpf("0.9") * mpmath.sin(u), v - 5),
    "phi2 | -phi1": lambda u, v: (v, -u),
}
forms = pytest.mark.parametrize("form", CHARTS.values(), ids=CHARTS)


def amounts(form) -> list[float]:
    return [form.low, form.default, form.identity, form.high]


def check_against(chart: Chart, book, u: float, v: float) -> None:
    """Point, Jacobian and curvature at one point φ."""
    with mpmath.workdps(30):
        parts = [lambda a, b, n=n: book(a, b)[n] for n in (0, 1)]
        orders = ((1, 0), (0, 1)), ((2, 0), (1, 1), (0, 2))
        first, second = ([float(mpmath.diff(part, (u, v), n)) for part in parts for n in ns] for ns in orders)
        point = [float(part(mpmath.mpf(u), mpmath.mpf(v))) for part in parts]
    assert_allclose(chart.point([u, v]), point, rtol=1e-13, atol=1e-13)
    assert_allclose(chart.jacobian([u, v]).ravel(), first, rtol=1e-12, atol=1e-12)
    assert_allclose(np.ravel(chart.form.curvature(np.float64(u), np.float64(v), chart.amount)), second, atol=1e-10)


@forms
def test_a_chart_is_the_textbooks(form, sweep) -> None:
    for amount in amounts(form):
        for u, v in PLACES[:, : sweep.count(3, 60)].T:
            check_against(Chart(form, amount), lambda a, b, c=amount: TEXTBOOK[form.key](a, b, c), u, v)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_typed_chart_is_what_was_typed(text: str) -> None:
    chart = Chart(typed(*text.split(" | "), VIEW), 0.0)
    for u, v in PLACES[:, :3].T:
        check_against(chart, FORMULAS[text], u, v)
    assert_allclose(chart.point(chart.inverse(PLACES)), PLACES, atol=1e-8)
    near = 1.3 * PLACES  # outside of the view as well
    assert_allclose(chart.point(chart.inverse(near)), near, atol=1e-8)


@forms
@given(place=st.tuples(st.floats(-3, 3), st.floats(-3, 3)), share=st.floats(0, 1))
def test_a_chart_and_its_inverse_cancel(form, place, share) -> None:
    chart = Chart(form, form.low + share * (form.high - form.low))
    assert_allclose(chart.point(chart.inverse(place)), place, rtol=1e-12, atol=1e-12)
    phi = chart.inverse(place)
    assert_allclose(chart.inverse(chart.point(phi)), phi, rtol=1e-10, atol=1e-10)


@forms
def test_the_identity_is_the_identity(form) -> None:
    chart = Chart(form, form.identity)
    assert chart.is_identity
    assert not Chart(form, form.default).is_identity
    assert_array_equal(chart.point(PLACES), PLACES)
    assert_array_equal(chart.inverse(PLACES), PLACES)


@forms
def test_an_affine_chart_has_one_jacobian(form) -> None:
    jacobian = Chart(form, form.default).jacobian(PLACES)
    assert (np.ptp(jacobian, axis=2).max() < 1e-15) == form.affine


@pytest.mark.parametrize(
    ("first", "affine"), [("2phi1 - phi2 + 1", True), ("phi1 + abs(phi1)/3", False), ("phi1 + phi2^2/8", False)]
)
def test_a_typed_chart_is_affine_where_its_formulas_are(first: str, affine: bool) -> None:
    assert typed(first, "phi2", VIEW).affine == affine


def test_the_inverse_takes_and_gives_any_shape() -> None:
    chart = Chart(typed("2phi1", "phi2", VIEW), 0.0)
    assert chart.inverse([2.0, 1.0]).shape == (2,)
    assert_allclose(chart.inverse(PLACES.reshape(2, 10, 20)), PLACES.reshape(2, 10, 20) / [[[2.0]], [[1.0]]])
    assert np.isnan(chart.inverse([np.nan, 1.0])).all()


def test_a_view_of_phi_holds_that_of_theta() -> None:
    assert domain_in(Chart(CHARTS["stretch"], 2.0), VIEW) == ((-1.5, 1.5), (-6.0, 6.0))
    (left, right), (bottom, top) = domain_in(Chart(CHARTS["bend"], 1.0), VIEW)
    assert (left, right, bottom, top) == (-3.0, 3.0, -12.0, 3.0)


REFUSED = [
    ("phi1^2", "phi2", "no smooth inverse at θ = (-0.2, 0)"),
    ("(phi1 - 0.013)^3", "phi2", "φ = (0.013,"),
    ("sin(phi1)", "phi2", "no smooth inverse at θ = (-1.2, 0)"),
    ("exp(phi1) cos(phi2)", "exp(phi1) sin(phi2)", "no smooth inverse at θ = (0, "),
    ("phi1 + phi2", "phi1 + phi2", "no smooth inverse at θ = (0, 0)"),
    ("phi1^3 - phi1", "phi2", "no smooth inverse at θ = (-0.4, 0)"),
    ("tanh(phi1)", "phi2", "no smooth inverse at θ = (-1, 0)"),
    ("phi1", "0 phi2", "no smooth inverse at θ = (0, 0)"),
    ("phi1 - 0.02 tanh(200 (phi1 - 0.51))", "phi2", "no smooth inverse at θ = (0.5"),  # a fold between two nodes
    ("phi1", "sin(" * 30 + "phi2" + ")" * 30, "operations with their derivatives, but at most 4000 are taken"),
    ("phi1", "sqrt(phi2)", "no smooth inverse at θ = (0, 0)"),  # undefined where it is asked whether it is affine
    ("phi1 +", "phi2", "θ₁ of the chart: the formula ends too early at character 7"),
    ("phi1", "phi2 + foo", "θ₂ of the chart: unknown name 'foo' at character 8: use φ₁, φ₂"),
    ("__import__('os')", "phi2", "θ₁ of the chart: unknown name"),
    ("phi1 + 1e308 * 10", "phi2", "θ₁ of the chart: the result is too large"),
]


@pytest.mark.parametrize(("first", "second", "reason"), REFUSED)
def test_a_chart_that_cannot_be_used_is_refused_with_the_place(first: str, second: str, reason: str) -> None:
    with pytest.raises(ChartError, match=re.escape(reason)):
        typed(first, second, VIEW)


def test_an_amount_out_of_range_is_refused() -> None:
    with pytest.raises(ChartError, match=re.escape("Stretch s must be from 0.25 to 4, not 0.0")):
        Chart(CHARTS["stretch"], 0.0)
