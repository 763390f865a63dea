"""What the views of coordinates and of the surface say, over the range of charts and sliders."""

import re
from collections.abc import Iterator
from itertools import product

import numpy as np

from app.compute import coordinates_words as words
from app.compute import surface_words
from app.compute.charts import chart_of
from app.compute.coordinates import ChartScene
from app.compute.loss_graph import graph
from app.compute.runs import runs_of
from app.layers.step_anatomy import COLUMNS, dissected
from app.model.derived import amount_name
from app.model.state import State
from landscapes import LANDSCAPES
from landscapes.charts import CHARTS, TYPED, Chart, typed
from optimizers import ASAM, GD, SAM, FisherSAM, LookSAM, MongeSAM, run
from optimizers.charts import METRICS, STEPS, flattest_in, order, path_in, perturbation_in, pulled_back
from tests.claims.anatomy import script
from tests.claims.row import Found, Row, scattered

banana = LANDSCAPES["banana"]
VIEW = ((-3.0, 3.0), (-3.0, 3.0))
RULES = (SAM(0.8), MongeSAM(0.8), FisherSAM(0.8), ASAM(0.8))
SAME, OTHER = 1e-9, 1e-3
ONE = np.array([-1.5, 0.5])


def charts(sweep, *, affine: bool | None = None) -> Iterator[Chart]:
    """Over the range of each family."""
    for form in CHARTS.values():
        if affine is None or form.affine == affine:
            for amount in np.linspace(form.low, form.high, sweep.count(2, 25)):
                yield Chart(form, float(amount))


def apart(
    rule, chart: Chart, metric: str, step: str, steps: int = 12, *, starts: np.ndarray = ONE, alpha: float = 0.01
) -> float:
    """The largest distance of paths in a chart from those in θ, of those that stay finite."""
    with np.errstate(all="ignore"):
        path = path_in(rule, banana, chart, starts, learning_rate=alpha, steps=steps, metric=metric, step=step)
        itself = np.moveaxis(run(rule, banana, starts, learning_rate=alpha, steps=steps).positions, 1, 0)
        far = np.hypot(*(chart.point(path) - itself)).max(axis=0)
    finite = far[np.isfinite(far)]
    return float(finite.max()) if finite.size else np.nan


def native(sweep) -> Found:
    cases = 0
    for chart, rule in product(charts(sweep), RULES):
        path = path_in(rule, banana, chart, ONE, learning_rate=0.01, steps=2)
        there = run(rule, pulled_back(banana, chart, VIEW), chart.inverse(ONE), learning_rate=0.01, steps=2)
        assert np.allclose(path.T, there.positions, rtol=1e-7, atol=1e-9)
        cases += 1
    return cases, ""


def metric_of(rule, theta, g) -> np.ndarray:
    if rule.key == "m-sam":
        return np.eye(2) + np.outer(g, g)
    if rule.key == "fisher-sam":
        return np.diag(1 + rule.eta * g**2)
    return np.diag((np.abs(theta) + rule.eta) ** -2.0) if rule.key == "asam" else np.eye(2)


def carried(sweep) -> Found:
    cases = 0
    for chart, rule in product(charts(sweep), RULES):
        for theta in scattered(banana, sweep.count(2, 50)).T:
            g, j = np.array(banana.gradient(*theta)), chart.jacobian(chart.inverse(theta))
            inside, there = j.T @ metric_of(rule, theta, g) @ j, j.T @ g
            v = np.linalg.solve(inside, there)
            expected = rule.rho * j @ v / np.sqrt(there @ v)
            found = perturbation_in(rule, banana, chart, theta, "carried")
            assert np.allclose(found.carried, expected, rtol=1e-6)
            assert np.allclose(found.delta, expected, rtol=1e-6)
            cases += 1
    return cases, ""


MOTIONS = {
    "rotation": lambda t: Chart(CHARTS["rotation"], t),
    "reflection": lambda t: Chart(typed("0.6 phi1 + 0.8 phi2", "0.8 phi1 - 0.6 phi2", VIEW), 0.0),
    "translation": lambda t: Chart(typed(f"phi1 + {t / 90}", "phi2 - 0.4", VIEW), 0.0),
    "swap": lambda t: Chart(typed("phi2", "phi1", VIEW), 0.0),
    "flip": lambda t: Chart(typed("-phi1", "phi2", VIEW), 0.0),
}
KEPT = {
    "gd": {*MOTIONS},
    "sam": {*MOTIONS},
    "m-sam": {*MOTIONS},
    "asam": {"swap", "flip"},
    "fisher-sam": {"swap", "flip", "translation"},
}


def motions(sweep) -> Found:
    cases = 0
    for rule in (GD(), *RULES):
        for name, make in MOTIONS.items():
            for t in np.linspace(20.0, 70.0, sweep.count(1, 9)):
                assert (apart(rule, make(float(t)), "native", "euclidean") < SAME) == (name in KEPT[rule.key])
                cases += 1
        assert apart(rule, Chart(CHARTS["shear"], 1.0), "native", "euclidean") > OTHER
    return cases, ""


def rise(sweep) -> Found:
    cases, most = 0, 0.0
    points = scattered(banana, sweep.count(40, 2000))
    for chart, rho in product(charts(sweep), (0.05, 1.0, 5.0)):
        monge, sam = (perturbation_in(form(rho), banana, chart, points) for form in (MongeSAM, SAM))
        size = np.hypot(*monge.gradient_there)
        assert np.allclose(monge.rise, rho * size / np.sqrt(1 + size**2), rtol=1e-9)
        assert ((monge.rise > 0) & (monge.rise < rho)).all()
        assert np.allclose(sam.rise, rho * size, rtol=1e-9)
        most, cases = max(most, float(sam.rise.max() / rho)), cases + points.shape[1]
    assert most > 100
    return cases, f"SAM rises by up to {most:.0f} ρ"


def scale(sweep) -> Found:
    points = scattered(banana, sweep.count(50, 2000))
    cases = 0
    for key in ("scaling", "stretch"):
        for s in np.linspace(0.25, 4, sweep.count(5, 50)):
            found = perturbation_in(ASAM(1.0, 0.0), banana, Chart(CHARTS[key], float(s)), points)
            assert np.allclose(found.carried, found.delta, rtol=1e-9)
            cases += points.shape[1]
    return cases, ""


def transport(sweep) -> Found:
    cases = 0
    for chart in charts(sweep):
        sam, monge = (perturbation_in(rule, banana, chart, ONE, "carried") for rule in (SAM(0.5), MongeSAM(0.5)))
        assert max(sam.defect, monge.defect) < SAME
        orders = [order(rule, banana, chart, ONE, "carried") for rule in (SAM(0.5), MongeSAM(0.5))]
        assert orders == [None, None] or np.allclose(orders, 2, atol=0.03)
        cases += 1
    return cases, ""


def affine(sweep) -> Found:
    points, cases = scattered(banana, sweep.count(20, 500)), 0
    for chart, rule in product(charts(sweep, affine=True), RULES):
        assert perturbation_in(rule, banana, chart, points, "carried").exact.all()
        cases += points.shape[1]
    return cases, ""


def curved(sweep) -> Found:
    """By the second order at the view's own start; by a higher one where a second derivative along δ is 0."""
    cases, orders = 0, [2.0]
    starts = np.column_stack([ONE, [0.0, 1.5], scattered(banana, sweep.count(2, 20))])
    for chart, rule in product(charts(sweep, affine=False), RULES):
        if chart.is_identity:
            continue
        assert np.nanmax(perturbation_in(rule, banana, chart, starts, "carried").defect) < SAME
        assert abs(order(rule, banana, chart, ONE, "carried") - 2) < 0.03
        orders += [order(rule, banana, chart, start, "carried") or np.inf for start in starts.T]
        cases += starts.shape[1]
    assert min(orders) > 1.9
    return cases, f"the least order is {min(orders):.2f}"


def step(sweep) -> Found:
    """Over the range of each family, but where it is the identity, or a rotation, whose Euclidean step is carried."""
    far = [apart(rule, chart, "carried", "euclidean") for chart, rule in product(charts(sweep), RULES)
           if chart.form.key != "rotation" and not chart.is_identity]  # fmt: skip
    assert min(far) > OTHER
    return len(far), f"apart by {min(far):.0e} at least"


def step_native(sweep) -> Found:
    cases = 0
    for chart, how in product(charts(sweep, affine=True), ("carried", "carried there")):
        assert apart(GD(), chart, "native", how) < SAME
        cases += 1
    far = [apart(rule, Chart(CHARTS["shear"], 1.0), "native", "carried") for rule in RULES]
    assert min(far) > OTHER
    return cases, ""


def coincide(sweep) -> Found:
    cases = 0
    for chart, rule, how in product(charts(sweep, affine=True), (GD(), *RULES), ("carried", "carried there")):
        assert apart(rule, chart, "carried", how, 10) < 1e-8
        cases += 1
    return cases, ""


def step_curved(sweep) -> Found:
    far = [apart(rule, chart, "carried", how)
           for chart, rule, how in product(charts(sweep, affine=False), (GD(), *RULES), ("carried", "carried there"))
           if not chart.is_identity]  # fmt: skip
    assert min(far) > 1e-6
    return len(far), f"apart by {min(far):.0e} at least"


def stretched(sweep) -> Found:
    u, v = scattered(banana, 50)
    amounts = np.append(np.linspace(0.25, 4, sweep.count(7, 200)), [0.985, 0.997, 1.01])  # close to θ's own
    for s in amounts:
        chart = Chart(CHARTS["stretch"], float(s))
        assert np.allclose(pulled_back(banana, chart, VIEW).value(u, v), banana.value(u, v), atol=1e-12)
        found = flattest_in(banana, chart)
        assert np.allclose(np.sort(found, axis=1), [[-s, s], [-1 / s, 1 / s]], rtol=1e-5)
        assert np.allclose(np.abs(chart.inverse(found)), 1, rtol=1e-5)
    return amounts.size, ""


def ball(sweep) -> Found:
    t = np.geomspace(0.1, 10, sweep.count(20, 500))
    g = np.array(banana.gradient(t, 1 / t))
    for one, other in zip(MongeSAM.inverse_root(t, 1 / t, *g), SAM.inverse_root(t, 1 / t, *g), strict=True):
        assert np.allclose(one, other, atol=1e-12)
    return t.size, ""


def sense(sweep) -> Found:
    """Carried over, J δ_φ is δ over the range of each chart; natively it is not."""
    cases, points = 0, scattered(banana, sweep.count(5, 200))
    for chart, rule in product(charts(sweep), RULES):
        assert np.nanmax(perturbation_in(rule, banana, chart, points, "carried").defect) < SAME
        cases += points.shape[1]
    for rule in RULES:
        assert perturbation_in(rule, banana, Chart(CHARTS["shear"], 1.0), ONE).defect > OTHER
    return cases, ""


def graph_over_phi(sweep) -> Found:
    """The first fundamental form of (φ, ℓ(ψ(φ))) by differences is I + g̃g̃ᵀ; that over θ, carried over, is another."""
    cases, h = 0, 1e-6
    for chart in charts(sweep):
        u, v = chart.inverse(ONE)
        loss = lambda a, b, chart=chart: float(banana.value(*chart.point([a, b])))  # noqa: E731
        slope = [(loss(u + h, v) - loss(u - h, v)) / (2 * h), (loss(u, v + h) - loss(u, v - h)) / (2 * h)]
        tangents = np.array([[1, 0, slope[0]], [0, 1, slope[1]]])
        there = perturbation_in(MongeSAM(1.0), banana, chart, ONE).gradient_there
        assert np.allclose(tangents @ tangents.T, np.eye(2) + np.outer(there, there), rtol=1e-5, atol=1e-5)
        j, g = chart.jacobian([u, v]), np.array(banana.gradient(*ONE))
        over_theta = j.T @ (np.eye(2) + np.outer(g, g)) @ j
        same = np.allclose(over_theta, tangents @ tangents.T, rtol=1e-4, atol=1e-4)
        assert same == (chart.form.key == "rotation" or chart.is_identity)
        cases += 1
    return cases, ""


def roundoff(sweep) -> Found:
    """At the view's own α all paths coincide to the last digits; at 0.3 some runs are chaotic, and theirs part."""
    starts, cases, calm, wild = scattered(banana, sweep.count(3, 100)), 0, 0.0, 0.0
    for chart, rule in product(charts(sweep, affine=True), RULES[2 : sweep.count(3, 4)]):
        calm = max(calm, apart(rule, chart, "carried", "carried", 200, starts=starts))
        wild = np.fmax(wild, apart(rule, chart, "carried", "carried", 200, starts=starts, alpha=0.3))
        cases += starts.shape[1]
    assert calm < 1e-9 < OTHER < wild
    return cases, f"apart by {calm:.0e} at α = 0.01, by {wild:.1g} at α = 0.3"


def no_metric(sweep) -> Found:
    chart = Chart(CHARTS["bend"], 0.5)
    paths = [path_in(LookSAM(0.3), banana, chart, ONE, learning_rate=0.01, steps=5, metric=metric, step=how)
             for metric, how in product(METRICS, STEPS)]  # fmt: skip
    assert all((path == paths[0]).all() for path in paths)
    return len(paths), ""


def discs(key: str, sweep) -> Iterator[tuple[float, dict, float, np.ndarray]]:
    """ρ, the numbers of a step, the loss there, and the rim that the page draws, at every step of some runs."""
    disc = script("app/widgets/surface_plot.mjs", "disc")
    for rho in (0.1, 1.0, 4.0):
        (run,) = runs_of(State(rho=rho, steps=sweep.count(20, 200), optimizers=[key]))
        for numbers in dissected(run, 0).T:
            part = dict(zip(COLUMNS, numbers.tolist(), strict=True))
            loss = float(banana.value(part["x"], part["y"]))
            yield rho, part, loss, np.array(disc("disc", part, loss, key == "m-sam", -1.0)["lying"])


def flat(sweep) -> Found:
    """At every step of a run the rim is a circle of radius ρ at one height."""
    cases = 0
    for rho, part, _, rim in discs("sam", sweep):
        assert np.allclose(np.hypot(rim[:, 0] - part["x"], rim[:, 1] - part["y"]), rho, rtol=1e-5)
        assert np.ptp(rim[:, 2]) == 0
        cases += 1
    return cases, ""


def tangent(sweep) -> Found:
    """The rim is at distance ρ from the point, on the tangent plane; half the shadow's axes are as said."""
    cases = 0
    for rho, part, loss, rim in discs("m-sam", sweep):
        offset, g = rim - [part["x"], part["y"], loss], np.array(banana.gradient(part["x"], part["y"]))
        size = np.hypot(*g)
        assert np.allclose(np.linalg.norm(offset, axis=1), rho, rtol=1e-4)
        assert np.allclose(offset[:, 2], offset[:, :2] @ g, atol=1e-4 * rho)
        along, across = np.abs(offset[:, :2] @ np.array([g, [-g[1], g[0]]]).T / size).T
        assert np.isclose(along.max(), rho / np.sqrt(1 + size**2), rtol=2e-3)
        assert np.isclose(across.max(), rho, rtol=2e-3)
        cases += 1
    return cases, ""


def top(sweep) -> Found:
    found = graph(banana, (-3.0, 3.0, -3.0, 3.0))
    assert found.points[2].max() <= found.high
    assert np.isclose(found.points[2].max(), found.high)
    return found.points.shape[1], ""


def no_start(sweep) -> Found:
    state = State(chart=TYPED, chart_theta1="4 sinh(phi1/4)", chart_theta2="6 tanh(phi2)", y=7.0)
    (said,) = (one for one in words.sentences(scene_of(state)) if "no inverse" in one)
    assert said == words.NO_START.format("−1.5", "7")
    assert np.isnan(chart_of(state).inverse([-1.5, 7.0])).any()
    return 1, ""


def scene_of(state: State) -> ChartScene:
    return ChartScene(state, (-3.0, 3.0, -3.0, 3.0), chart=chart_of(state))


def shown() -> set[str]:
    """Every sentence that some setting shows, with … for what it fills in."""
    found = set()
    rules = ["gd", "sam", "m-sam", "fisher-sam", "asam"]
    for (key, form), metric, how in product(CHARTS.items(), METRICS, STEPS):
        state = State(chart=key, chart_metric=metric, chart_step=how, optimizers=rules)
        for amount in {form.default, form.identity}:
            state.param.update(**{amount_name(key): amount})
            found |= set(words.sentences(scene_of(state)))
    found |= set(words.sentences(scene_of(State(chart=TYPED, chart_theta2="6 tanh(phi2)", y=7.0))))
    found.add(words.NO_METRIC)  # of the rules in the app today each has one
    found |= set(surface_words.sentences(State()))
    return {re.sub(r"\{\}|(?<=θ = ±\()[−\d., ]+|(?<=θ = \()[−\d., ]+|(?<=ℓ = )[\d.]+(?=\.)", "…", one) for one in found}


def plain(template: str) -> str:
    return template.replace("{}, {}", "…").replace("{}", "…")


TABLE = (
    (words.SENSE, sense),
    (words.GRAPH, graph_over_phi),
    (words.NATIVE, native),
    (words.CARRIED, carried),
    (words.MOTIONS, motions),
    (words.RISE, rise),
    (words.SCALE, scale),
    (words.TRANSPORT, transport),
    (words.AFFINE, affine),
    (words.CURVED, curved),
    (words.STEP, step),
    (words.STEP_NATIVE, step_native),
    (words.STEP_CURVED, step_curved),
    (words.COINCIDE, coincide),
    (words.STRETCHED, stretched),
    (words.BALL, ball),
    (words.ROUNDOFF, roundoff),
    (words.NO_METRIC, no_metric),
    (words.NO_START, no_start),
)
SURFACE = ((surface_words.FLAT, flat), (surface_words.TANGENT, tangent), (surface_words.CUT, top))
ROWS = [
    *(Row("Coordinates", plain(sentence), check) for sentence, check in TABLE),
    *(Row("Explore, surface", plain(sentence), check) for sentence, check in SURFACE),
]
