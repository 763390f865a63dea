"""Rules in charts: against textbook loops over all charts and rules, and each theorem of invariance by measurement."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES, Landscape
from landscapes.charts import CHARTS, Chart, typed
from landscapes.elementary import where
from optimizers import ASAM, GD, OPTIMIZERS, SAM, FisherSAM, LookSAM, MongeSAM, run
from optimizers.charts import STEPS, flattest_in, in_chart, order, path_in, perturbation_in, pulled_back
from optimizers.compiled import warm
from optimizers.rules import PAPER

banana, sinc = LANDSCAPES["banana"], LANDSCAPES["sinc"]
VIEW = ((-3.0, 3.0), (-3.0, 3.0))
START = np.array([-1.5, 0.5])
DEFAULTS = {key: Chart(form, form.default) for key, form in CHARTS.items()}
TYPED = Chart(typed("phi1 + phi2^2/8", "phi2 - 0.2 phi1", VIEW), 0.0)
ALL = {**DEFAULTS, "typed": TYPED}
AFFINE = [key for key, chart in ALL.items() if chart.form.affine]
CURVED = [key for key, chart in ALL.items() if not chart.form.affine]
RULES = {"gd": GD(), "sam": SAM(0.7), "m-sam": MongeSAM(0.7), "fisher-sam": FisherSAM(0.7), "asam": ASAM(0.7, 0.01)}
starts = st.tuples(st.floats(-2.5, 2.5), st.floats(-2.5, 2.5))


# The textbook: plain loops over one point, with matrices, apart from the package


def maps(key: str, amount: float):
    """ψ and its Jacobian by central differences of ψ in extended precision."""
    a = np.deg2rad(np.longdouble(amount))
    psi = {
        "rotation": lambda p: np.array([np.cos(a) * p[0] - np.sin(a) * p[1], np.sin(a) * p[0] + np.cos(a) * p[1]]),
        "scaling": lambda p: amount * p,
        "stretch": lambda p: np.array([amount * p[0], p[1] / amount]),
        "shear": lambda p: np.array([p[0] + amount * p[1], p[1]]),
        "sinh": lambda p: np.sinh(amount * p) / amount,
        "bend": lambda p: np.array([p[0], p[1] + amount * p[0] ** 2]),
        "typed": lambda p: np.array([p[0] + p[1] ** 2 / 8, p[1] - p[0] / 5]),
    }[key]

    def jacobian(p):
        h, p = np.longdouble(2.0) ** -20, np.asarray(p, np.longdouble)
        columns = [(psi(p + h * e) - psi(p - h * e)) / (2 * h) for e in np.eye(2)]
        return np.array(columns, float).T

    return lambda p: np.array(psi(np.asarray(p, np.longdouble)), float), jacobian


def metric(key: str, point, g, eta: float) -> np.ndarray:
    if key == "m-sam":
        return np.eye(2) + np.outer(g, g)
    if key == "fisher-sam":
        return np.diag(1 + g**2)
    return np.diag((np.abs(point) + eta) ** -2.0) if key == "asam" else np.eye(2)


def loop(rule, landscape, key, amount, phi, carried, step, alpha, steps):
    """The path θ of a rule in a chart, and its first J δ_φ."""
    psi, jacobian = maps(key, amount)
    slope = lambda p: np.array([float(part) for part in landscape.gradient(*map(float, p))])  # noqa: E731
    path, moved = [psi(phi)], None
    rho, eta = getattr(rule, "rho", 0.0), getattr(rule, "eta", 0.0)
    for _ in range(steps):
        theta, j = psi(phi), jacobian(phi)
        g = slope(theta)
        there = j.T @ g
        inside = j.T @ metric(rule.key, theta, g, eta) @ j if carried else metric(rule.key, phi, there, eta)
        v = np.linalg.solve(inside, there)
        delta = rho * v / np.sqrt(there @ v)
        moved = j @ delta if moved is None else moved
        after = jacobian(phi + delta)
        d = after.T @ slope(psi(phi + delta))
        at = {"euclidean": np.eye(2), "carried": j, "carried there": after}[step]
        phi = phi - alpha * np.linalg.solve(at.T @ at, d)
        path.append(psi(phi))
    return np.array(path), moved


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_in_a_chart_is_the_textbooks(rule, key: str, sweep) -> None:
    chart = ALL[key]
    for landscape, theta in ((banana, START), (sinc, np.array([1.3, -0.8])))[: sweep.count(1, 2)]:
        for carried, step in product((False, True), STEPS):
            name = "carried" if carried else "native"
            path, moved = loop(
                rule, landscape, key, chart.amount, chart.inverse(theta), carried, step, 0.01, sweep.count(3, 20)
            )
            found = path_in(
                rule, landscape, chart, theta, learning_rate=0.01, steps=len(path) - 1, metric=name, step=step
            )
            assert_allclose(chart.point(found).T, path, rtol=1e-6, atol=1e-6)
            if rule.key != "gd":
                assert_allclose(perturbation_in(rule, landscape, chart, theta, name).carried, moved, rtol=1e-6)


def test_the_kernel_gives_numpys_bits() -> None:
    rule = in_chart(MongeSAM(0.7), DEFAULTS["bend"], metric="carried", step="carried there")
    phi = np.random.default_rng(0).uniform(-1, 1, (2, 50))
    before = run(rule, banana, phi, learning_rate=0.01, steps=20).positions
    (one,) = warm([type(rule)], [banana])
    assert one.kernel is not None, one.reason
    assert_array_equal(run(rule, banana, phi, learning_rate=0.01, steps=20).positions, before)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_identity_chart_gives_the_rule_itself(rule) -> None:
    for form in CHARTS.values():
        chart = Chart(form, form.identity)
        found = path_in(rule, banana, chart, START, learning_rate=0.01, steps=50)
        assert_array_equal(found.T, run(rule, banana, START, learning_rate=0.01, steps=50).positions)


@pytest.mark.parametrize("key", ALL)
def test_natively_is_the_rule_on_the_loss_of_phi(key: str) -> None:
    chart = ALL[key]
    there = pulled_back(banana, chart, VIEW)
    phi = chart.inverse(START)
    for rule in RULES.values():
        path = run(rule, there, phi, learning_rate=0.01, steps=10).positions
        assert_allclose(path_in(rule, banana, chart, START, learning_rate=0.01, steps=10).T, path, rtol=1e-8)
    u, v = np.random.default_rng(2).uniform(-1, 1, (2, 20))
    assert_allclose(there.value(u, v), banana.value(*chart.point([u, v])))
    numeric = Landscape(lambda a, b: there.value.__wrapped__(a, b)) if key != "typed" else None
    if numeric is not None:
        assert_allclose(there.gradient(u, v), numeric.gradient(u, v), rtol=1e-9, atol=1e-9)
        assert_allclose(there.hessian(u, v), numeric.hessian(u, v), rtol=1e-8, atol=1e-8)


def test_a_rule_without_a_metric_runs_natively_whatever_is_asked_for() -> None:
    chart, rule = DEFAULTS["stretch"], LookSAM(0.5)
    found = [
        path_in(rule, banana, chart, START, learning_rate=0.01, steps=8, metric=metric, step=step)
        for metric, step in (("native", "euclidean"), ("carried", "carried"))
    ]
    assert_array_equal(*found)
    there = run(rule, pulled_back(banana, chart, VIEW), chart.inverse(START), learning_rate=0.01, steps=8).positions
    assert_array_equal(found[0].T, there)
    with pytest.raises(ValueError, match="LookSAM has no metric"):
        in_chart(rule, chart)
    with pytest.raises(ValueError, match="has no metric"):
        perturbation_in(rule, banana, chart, START)


def test_a_loss_that_only_autograd_differentiates_runs_too() -> None:
    ramp = Landscape(lambda x, y: where(x > 0.0, x * x, x) + y * y)
    found = path_in(SAM(0.1), ramp, DEFAULTS["bend"], START, learning_rate=0.01, steps=3)
    assert np.isfinite(found).all()
    assert_allclose(pulled_back(ramp, DEFAULTS["bend"], VIEW).gradient(1.0, 2.0), (2 + 2 * 2.5, 5.0))


# What is true of invariance, measured over the charts


def distance(rule, chart, metric: str, step: str, steps: int = 60) -> float:
    """The largest distance of the path in a chart, mapped back, from that in θ."""
    path = chart.point(path_in(rule, banana, chart, START, learning_rate=0.01, steps=steps, metric=metric, step=step))
    return float(np.hypot(*(path.T - run(rule, banana, START, learning_rate=0.01, steps=steps).positions).T).max())


EXACT, APART = 1e-12, 1e-3
MOTIONS = {
    "rotation": Chart(CHARTS["rotation"], 30.0),
    "translation": Chart(typed("phi1 + 0.7", "phi2 - 0.4", VIEW), 0.0),
    "reflection": Chart(typed("0.6 phi1 + 0.8 phi2", "0.8 phi1 - 0.6 phi2", VIEW), 0.0),
    "signed permutation": Chart(typed("-phi2", "phi1", VIEW), 0.0),
}
UNCHANGED = {
    "gd": set(MOTIONS),
    "sam": set(MOTIONS),
    "m-sam": set(MOTIONS),
    "fisher-sam": {"translation", "signed permutation"},
    "asam": {"signed permutation"},
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_native_path_is_invariant_under_motions_alone(rule) -> None:
    unchanged = {name for name, chart in MOTIONS.items() if distance(rule, chart, "native", "euclidean") < EXACT}
    assert unchanged == UNCHANGED[rule.key]
    for key, chart in ALL.items():
        far = distance(rule, chart, "native", "euclidean")
        assert far > APART or (key == "rotation" and "rotation" in unchanged and far < EXACT)


@given(place=starts, s=st.floats(0.3, 4))
def test_asams_perturbation_is_invariant_under_every_scaling_of_the_axes(place, s: float) -> None:
    rule = ASAM(1.0, 0.0)
    for key in ("scaling", "stretch"):
        found = perturbation_in(rule, banana, Chart(CHARTS[key], s), place)
        assert_allclose(found.carried, found.delta, rtol=1e-9, atol=1e-12)


def test_monge_sams_perturbation_moves_by_1_783_of_its_length_under_stretch_2() -> None:
    assert perturbation_in(MongeSAM(1.0), banana, DEFAULTS["stretch"], START).defect == pytest.approx(1.783, abs=5e-4)


@given(place=starts, key=st.sampled_from([*DEFAULTS]), share=st.floats(0, 1), rho=st.floats(0.01, 5))
def test_monge_sams_first_order_rise_is_less_than_rho_in_every_chart(place, key, share, rho) -> None:
    form = CHARTS[key]
    chart = Chart(form, form.low + share * (form.high - form.low))
    monge, sam = (perturbation_in(rule(rho), banana, chart, place) for rule in (MongeSAM, SAM))
    size = np.hypot(*monge.gradient_there)
    assert_allclose(monge.rise, rho * size / np.sqrt(1 + size**2), rtol=1e-9, atol=1e-12)
    assert monge.rise < rho
    assert_allclose(sam.rise, rho * size, rtol=1e-9, atol=1e-12)


def test_sams_first_order_rise_has_no_bound() -> None:
    rises = [perturbation_in(SAM(1.0), banana, Chart(CHARTS["scaling"], s), START).rise for s in (1.0, 2.0, 4.0)]
    assert_allclose(rises, np.array([1, 2, 4]) * rises[0])


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize("rule", [one for one in RULES.values() if one.key != "gd"], ids=lambda one: one.key)
def test_a_carried_metric_gives_the_same_perturbation_and_a_point_to_second_order(rule, key: str) -> None:
    chart = ALL[key]
    native, carried = (perturbation_in(rule, banana, chart, START, metric) for metric in ("native", "carried"))
    assert carried.defect < EXACT
    fitted = order(rule, banana, chart, START, "carried")
    if chart.form.affine:
        assert carried.exact
        assert fitted is None
    else:
        assert not carried.exact
        assert fitted == pytest.approx(2.0, abs=0.02)
    same = key == "rotation" and rule.key in {"sam", "m-sam"}
    assert native.exact == same
    assert order(rule, banana, chart, START) == (None if same else pytest.approx(1.0, abs=0.02))
    doubled = perturbation_in(replace(rule, rho=2 * rule.rho), banana, chart, START)
    assert_allclose(doubled.defect, native.defect, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_carried_paths_coincide_where_the_step_is_carried_too_and_the_chart_is_affine(rule, key: str) -> None:
    chart = ALL[key]
    for step in ("carried", "carried there"):
        far = distance(rule, chart, "carried", step)
        assert far < 1e-9 if chart.form.affine else far > 1e-6
    if key != "rotation":  # it needs no carrying
        assert distance(rule, chart, "carried", "euclidean") > APART


@pytest.mark.parametrize("s", [0.25, 0.5, 1.0, 1.7, 3.0, 4.0])
def test_a_stretch_keeps_the_bananas_formula_and_moves_its_flattest_minima(s: float) -> None:
    chart = Chart(CHARTS["stretch"], s)
    there = pulled_back(banana, chart, VIEW)
    u, v = np.random.default_rng(3).uniform(-2, 2, (2, 50))
    assert_allclose(there.value(u, v), banana.value(u, v), atol=1e-12)
    found = flattest_in(banana, chart)
    assert_allclose(found[:, found[0].argsort()], np.array([[-s, s], [-1 / s, 1 / s]]), rtol=1e-5)


def test_flattest_minima_are_those_that_are_searched_for_in_phi() -> None:
    chart = Chart(CHARTS["bend"], 0.5)
    there = pulled_back(banana, chart, ((-2.0, 2.0), (-2.5, 2.0)))
    (flat,) = (one for one in there.stationary if one.kind == "flat minimum")
    assert_allclose(flattest_in(banana, chart), chart.point(flat.points), atol=2e-4)


@pytest.mark.parametrize(
    ("landscape", "number"), [("banana", 2), ("sinc", 0), ("paraboloid", 0), ("sharp-flat", 1), ("himmelblau", 1)]
)
def test_without_a_chart_the_flattest_minima_are_the_landscapes(landscape: str, number: int) -> None:
    found = flattest_in(LANDSCAPES[landscape], Chart(CHARTS["shear"], 0.0))
    assert found.shape == (2, number)
    listed = [one.points for one in LANDSCAPES[landscape].stationary if one.kind == "flat minimum"]
    assert not number or {*map(tuple, found.T)} == {*map(tuple, listed[0].T)}


def test_at_a_minimum_monges_ball_is_sams() -> None:
    for x, y in ((1.0, 1.0), (2.0, 0.5), (-0.5, -2.0)):
        g = banana.gradient(x, y)
        assert MongeSAM.inverse_root(x, y, *g) == SAM.inverse_root(x, y, *g)


@pytest.mark.parametrize("form", PAPER, ids=lambda form: form.key)
def test_a_rule_in_a_chart_keeps_what_its_fields_say(form) -> None:
    rule = RULES[form.key]
    there = in_chart(rule, DEFAULTS["shear"])
    assert OPTIMIZERS[there.key] is form
    assert there.hyperparameters.items() >= rule.hyperparameters.items()
    with pytest.raises(ValueError, match="metric must be one of"):
        in_chart(rule, DEFAULTS["shear"], metric="other")
