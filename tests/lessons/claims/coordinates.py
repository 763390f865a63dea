"""Coordinates: what a stretch by 2 and other charts change of a rule, from (−1.5, 0.5) on the banana."""

from functools import cache

import numpy as np

from app.compute.charts import chart_of
from landscapes.charts import CHARTS, Chart
from landscapes.stationary import eigenvalues
from optimizers import ASAM, GD, SAM, MongeSAM, Rule
from optimizers.charts import flattest_in, path_in, perturbation_in, pulled_back
from optimizers.outcomes import OUTCOMES, outcome
from tests.lessons.setting import Setting, distance, length

SAME = 1e-9
VIEW = ((-3.0, 3.0), (-3.0, 3.0))
BEND = Chart(CHARTS["bend"], 0.5)


def chart(at: Setting) -> Chart:
    found = chart_of(at.state)
    assert found is not None
    return found


@cache
def path(at: Setting, rule: Rule, where: Chart | None = None, **choices: str) -> np.ndarray:
    """In θ, shape (2, steps + 1), of a run in the chart."""
    here = where or chart(at)
    options = {"metric": at.state.chart_metric, "step": at.state.chart_step} | choices
    found = path_in(rule, at.loss, here, at.start, learning_rate=at.rate, steps=at.steps, **options)
    return here.point(found)


def in_theta(at: Setting, rule: Rule) -> np.ndarray:
    return path(at, rule, Chart(CHARTS["stretch"], 1.0), metric="native", step="euclidean")


def apart(at: Setting, rule: Rule, where: Chart | None = None, **choices: str) -> float:
    return float(np.hypot(*(path(at, rule, where, **choices) - in_theta(at, rule))).max())


def kind(at: Setting, end: np.ndarray) -> str:
    return OUTCOMES[int(outcome(at.loss, end))]


def defect(at: Setting, rule: Rule) -> float:
    """‖J δ_φ − δ‖ / ‖δ‖."""
    return float(perturbation_in(rule, at.loss, chart(at), at.start, at.state.chart_metric).defect)


def rise(at: Setting, rule: Rule, amount: float) -> float:
    return float(perturbation_in(rule, at.loss, Chart(CHARTS["stretch"], amount), at.start).rise)


def names(at: Setting):
    u, v = np.random.default_rng(0).uniform(-2, 2, (2, 50))
    assert np.allclose(chart(at).point(np.array([u, v])), [2 * u, v / 2])
    return 2, 2


def same_formula(at: Setting):
    u, v = np.random.default_rng(0).uniform(-1.2, 1.2, (2, 50))
    assert np.allclose(pulled_back(at.loss, chart(at), VIEW).value(u, v), (1 - u * v) ** 2)
    return ()


def same_loss(at: Setting):
    points = np.random.default_rng(0).uniform(-2, 2, (2, 50))
    phi = chart(at).inverse(points)
    assert np.allclose(pulled_back(at.loss, chart(at), VIEW).value(*phi), at.loss.value(*points))
    return ()


def in_theta_flattest(at: Setting):
    t = np.geomspace(0.1, 10, 501)
    assert t[eigenvalues(*at.loss.hessian(t, 1 / t))[1].argmin()] == 1
    return 1, 1


def flattest(at: Setting) -> np.ndarray:
    """For φ, as θ, the one of positive coordinates."""
    found = flattest_in(at.loss, chart(at))
    return found[:, (found > 0).all(axis=0)][:, 0]


def which(at: Setting) -> int:
    return at.only(*(np.allclose(flattest(at), place, rtol=1e-4) for place in ((1, 1), (2, 0.5), (0.5, 2))))


def are_these(at: Setting):
    phi = chart(at).inverse(flattest(at))
    return *phi, *flattest(at)


def two_sharpnesses(at: Setting):
    there = pulled_back(at.loss, chart(at), VIEW)
    phi = chart(at).inverse(flattest(at))
    return float(eigenvalues(*there.hessian(*phi))[1]), at.sharpness(flattest(at))


def along_the_gradient(at: Setting):
    first = in_theta(at, GD())[:, 1] - at.start
    assert np.allclose(first, -at.rate * at.gradient(at.start))
    return ()


def by_phi(at: Setting):
    there, here = pulled_back(at.loss, chart(at), VIEW), chart(at)
    phi = here.inverse(at.start)
    step = here.inverse(path(at, GD())[:, 1]) - phi
    assert np.allclose(step, -at.rate * np.array(there.gradient(*phi)))
    return ()


def gd_in_theta(at: Setting):
    return *at.start, at.rate, at.steps, *in_theta(at, GD())[:, -1]


def gd_in_phi(at: Setting):
    end = path(at, GD())[:, -1]
    assert kind(at, end) == "minimum"
    return tuple(end)


def where_gd(at: Setting) -> int:
    end = path(at, GD())[:, -1]
    return at.only(distance(end, in_theta(at, GD())[:, -1]) < 0.1, end[0] > 1 and end[1] > 0, kind(at, end) == "saddle")


def chain_rule(at: Setting):
    first = path(at, GD())[:, 1] - at.start
    there = np.array(pulled_back(at.loss, chart(at), VIEW).gradient(*chart(at).inverse(at.start)))
    assert np.isclose(there[0], 2 * at.gradient(at.start)[0])
    assert np.isclose(first[0], -at.rate * 4 * at.gradient(at.start)[0])
    return ()


def path_depends(at: Setting):
    for rule in (GD(), SAM(at.rho), MongeSAM(at.rho), ASAM(at.rho)):
        assert apart(at, rule, metric="native", step="euclidean") > 0.1
    return ()


def own_metric(at: Setting):
    found = perturbation_in(MongeSAM(at.rho), at.loss, chart(at), at.start, at.state.chart_metric)
    g = found.gradient_there
    metric = np.eye(2) + np.outer(g, g)
    v = np.linalg.solve(metric, g)
    expected = chart(at).jacobian(chart(at).inverse(at.start)) @ (at.rho * v / np.sqrt(g @ v))
    assert np.allclose(found.carried, expected)
    return ()


def change(at: Setting) -> int:
    return at.closest(100 * defect(at, MongeSAM(at.rho)))


def changes(at: Setting):
    return 100 * defect(at, MongeSAM(at.rho)), 100 * defect(at, SAM(at.rho))


def another_surface(at: Setting):
    """Lengths on the graph over φ, of a curve's tangent, are not those on the graph over θ."""
    g = perturbation_in(MongeSAM(at.rho), at.loss, chart(at), at.start).gradient_there
    j = chart(at).jacobian(chart(at).inverse(at.start))
    over_theta = j.T @ (np.eye(2) + np.outer(at.gradient(at.start), at.gradient(at.start))) @ j
    assert not np.allclose(over_theta, np.eye(2) + np.outer(g, g), atol=0.1)
    return ()


def no_more_invariant(at: Setting):
    assert min(defect(at, MongeSAM(at.rho)), defect(at, SAM(at.rho))) > 0.5
    return ()


def monge_in_theta(at: Setting):
    end = in_theta(at, MongeSAM(at.rho))[:, -1]
    assert kind(at, end) == "flat minimum"
    return tuple(end)


def where_monge(at: Setting) -> int:
    end = path(at, MongeSAM(at.rho))[:, -1]
    both = flattest(at), -flattest(at)
    return at.only(kind(at, end) == "flat minimum", distance(end, *both) < 0.2, kind(at, end) == "saddle")


def at_the_saddle(at: Setting):
    end = path(at, MongeSAM(at.rho))[:, -1]
    assert kind(at, end) == "saddle"
    return tuple(end)


def both_there(at: Setting):
    for found in (path(at, SAM(at.rho)), in_theta(at, SAM(at.rho)), path(at, MongeSAM(at.rho))):
        assert kind(at, found[:, -1]) == "saddle"
    return ()


def turned(at: Setting):
    assert at.state.chart == "rotation"
    return (at.state.amount("rotation"),)


def kept(at: Setting):
    j = chart(at).jacobian(np.zeros(2))
    assert np.allclose(j.T @ j, np.eye(2))
    assert np.abs(j).max() < 0.9
    return ()


def who_keeps(at: Setting) -> int:
    keeps = [apart(at, rule) < SAME for rule in (GD(), SAM(at.rho), MongeSAM(at.rho))]
    return at.only(not any(keeps), keeps == [False, False, True], all(keeps))


def all_three(at: Setting):
    assert who_keeps(at) == 2
    return ()


def asam_does_not(at: Setting):
    assert apart(at, ASAM(at.rho)) > 0.5
    return ()


def expected_rise(at: Setting):
    assert np.isclose(rise(at, SAM(at.rho), 1.0), at.gradient(at.start) @ at.step("sam").delta)
    return ()


def sams_rise(at: Setting):
    there = (rise(at, SAM(at.rho), amount) for amount in (1.0, 2.0, 0.5))
    first, second, third = there
    return *at.start, at.rho, first, second, 2, third, 0.5


def monges_rise(at: Setting) -> tuple[float, ...]:
    return tuple(rise(at, MongeSAM(at.rho), amount) for amount in (1.0, 2.0, 0.5))


def and_monges(at: Setting) -> int:
    found = np.array(monges_rise(at))
    return at.only(np.allclose(found, 5.53, atol=0.01), np.allclose(found, 1, atol=1e-3), (found < 0.999).all())


def the_bound(at: Setting):
    for key, form in CHARTS.items():
        for amount in np.linspace(form.low, form.high, 5):
            found = perturbation_in(MongeSAM(at.rho), at.loss, Chart(CHARTS[key], float(amount)), at.start)
            size = length(found.gradient_there)
            assert np.isclose(found.rise, at.rho * size / np.sqrt(1 + size**2))
            assert found.rise < at.rho
    return (1,)


def only_monge(at: Setting):
    """SAM's rise exceeds any number in some chart, and neither rule keeps its δ."""
    assert rise(at, SAM(at.rho), 0.25) > 3 * rise(at, SAM(at.rho), 1.0)
    no_more_invariant(at)
    return ()


def follows(at: Setting):
    """δ_φ maximizes the first-order rise over the carried ellipse δᵀJᵀGJδ ≤ ρ²."""
    j, g = chart(at).jacobian(chart(at).inverse(at.start)), at.gradient(at.start)
    for rule, metric in ((SAM(at.rho), np.eye(2)), (MongeSAM(at.rho), np.eye(2) + np.outer(g, g))):
        v = np.linalg.solve(j.T @ metric @ j, j.T @ g)
        expected = j @ (at.rho * v / np.sqrt((j.T @ g) @ v))
        assert np.allclose(perturbation_in(rule, at.loss, chart(at), at.start, "carried").carried, expected)
    return ()


def whose(at: Setting) -> int:
    keeps = [defect(at, rule) < SAME for rule in (MongeSAM(at.rho), SAM(at.rho))]
    return at.only(keeps == [True, False], keeps == [False, True], all(keeps))


def both_kept(at: Setting):
    assert whose(at) == 2
    return ()


def any_set(at: Setting):
    for form in CHARTS.values():
        there = Chart(form, form.default)
        for rule in (SAM(at.rho), MongeSAM(at.rho), ASAM(at.rho)):
            assert perturbation_in(rule, at.loss, there, at.start, "carried").defect < SAME
    return ()


def same_point(at: Setting):
    found = perturbation_in(MongeSAM(at.rho), at.loss, chart(at), at.start, at.state.chart_metric)
    assert np.allclose(found.point, at.start + found.delta)
    return ()


def does_it_follow(at: Setting) -> int:
    end = path(at, MongeSAM(at.rho))[:, -1]
    return at.only(apart(at, MongeSAM(at.rho)) < SAME, kind(at, end) == "saddle", not np.isfinite(end).all())


def step_carried(at: Setting):
    assert apart(at, MongeSAM(at.rho), step="carried") < SAME
    return ()


def bent(at: Setting):
    found = apart(at, MongeSAM(at.rho), BEND, metric="carried", step="carried")
    return BEND.amount, found


def own_metric_again(at: Setting):
    the_bound(at)
    native = {"metric": "native", "step": "euclidean"}
    turn = Chart(CHARTS["rotation"], 30.0)
    assert apart(at, MongeSAM(at.rho), turn, **native) < SAME
    for key in ("stretch", "shear", "scaling", "sinh", "bend"):
        assert apart(at, MongeSAM(at.rho), Chart(CHARTS[key], CHARTS[key].default), **native) > 0.1
    return ()


def with_both_carried(at: Setting):
    for key in ("stretch", "shear"):
        for rule in (GD(), SAM(at.rho), MongeSAM(at.rho)):
            there = Chart(CHARTS[key], CHARTS[key].default)
            assert apart(at, rule, there, metric="carried", step="carried") < 1e-6
    return ()


def near_and_flat(at: Setting):
    assert not np.allclose(flattest(at), (1, 1), atol=0.1)
    assert min(defect_native(at, rule) for rule in (SAM(at.rho), MongeSAM(at.rho))) > 0.5
    return ()


def defect_native(at: Setting, rule: Rule) -> float:
    return float(perturbation_in(rule, at.loss, chart(at), at.start).defect)


def summary(at: Setting):
    path_depends(at)
    any_set(at)
    return ()


CLAIMS = {
    "No rule keeps its path in all coordinates; with its metric carried over each rule keeps its δ, SAM as well as "
    "Monge SAM.": summary,
    "Call the parameters φ, with θ₁ = 2φ₁ and θ₂ = φ₂/2.": names,
    "Then θ₁θ₂ = φ₁φ₂, and the banana has the same formula in φ.": same_formula,
    "It is the same loss on the same points.": same_loss,
    "In θ the flattest minima are ±(1, 1).": in_theta_flattest,
    "φ = ±(1, 1), since the formula is the same, and these are θ = ±(2, 0.5).": are_these,
    "There λ_max is 4 in φ but 8.5 in θ.": two_sharpnesses,
    "Sharpness, as λ_max, belongs to a point and its coordinates, not to the point alone.": lambda at: two_sharpnesses(
        at
    )[:0],
    "Even gradient descent": path_depends,
    "Gradient descent steps along −∇ℓ.": along_the_gradient,
    "In φ it takes the derivatives by φ.": by_phi,
    "From (−1.5, 0.5), α = 0.01, 200 steps, it ends in θ at (−1.55, −0.65).": gd_in_theta,
    "At (1.79, 0.55).": gd_in_phi,
    "By the chain rule a derivative by φ₁ is twice that by θ₁, and then the step is stretched again.": chain_rule,
    "A path of a rule that steps along its own gradient depends on the coordinates.": path_depends,
    "Let it run in φ with the metric that it makes there, I + g̃g̃ᵀ of the gradient g̃ by φ.": own_metric,
    "178%; SAM’s changes by 144%.": changes,
    "The metric I + g̃g̃ᵀ is that of the loss’s graph over φ, and over θ this graph is another surface.": another_surface,
    "With its own metric Monge SAM is no more invariant than SAM.": no_more_invariant,
    "In θ Monge SAM ends near the flattest minimum, at (−0.95, −0.94).": monge_in_theta,
    "At the saddle, at (0.02, −0.01).": at_the_saddle,
    "Another choice of parameters, and the two rules of the first lessons end alike: SAM ends there in "
    "both.": both_there,
    "“Escapes the saddle” was a statement about θ.": both_there,
    "Now φ is θ, turned by 30°.": turned,
    "Lengths and angles are kept; both axes change.": kept,
    "What these rules keep": all_three,
    "All three, up to the last digits.": all_three,
    "They are made of lengths and gradients, which turn with the axes.": kept,
    "ASAM, which looks at each parameter alone, does not keep its path.": asam_does_not,
    "A bound that holds in every chart": lambda at: the_bound(at)[:0],
    "The first-order rise g·δ is what a rule expects to find at θ + δ.": expected_rise,
    "At (−1.5, 0.5) with ρ = 1 SAM’s is 5.53 in θ, 4.38 under the stretch by 2, and 10.54 under the stretch by "
    "0.5.": sams_rise,
    "0.984 in θ, 0.975 and 0.996 in the stretches.": monges_rise,
    "It is ρ‖g̃‖/√(1 + ‖g̃‖²), so less than ρ in all coordinates.": the_bound,
    "This is what Monge SAM has and SAM has not: a bound, not an invariance.": only_monge,
    "Now let the metric follow: where θ has G, φ uses JᵀGJ with the Jacobian J of the chart.": follows,
    "For Monge SAM G is I + ggᵀ; for SAM it is I.": follows,
    "Both, to the last digits.": both_kept,
    "An ellipsoid that is carried over is the same set of points, whatever it was.": any_set,
    "So it is the carrying that makes a rule invariant, not Monge’s metric, and the word is true of SAM in the "
    "same sense.": any_set,
    "Monge SAM in φ now looks at the same point θ + δ as in θ.": same_point,
    "Its step is still −α times a gradient by φ.": by_phi,
    "It ends at the saddle, at (−0.06, 0.00).": at_the_saddle,
    "The step has to be carried over too, by (JᵀJ)⁻¹; then the paths coincide in this chart.": step_carried,
    "In a chart that bends, by 0.5, they part by up to 0.31 even so.": bent,
    "Monge SAM with its own metric: a bounded rise in all coordinates, paths kept by rotations only.": own_metric_again,
    "With metric and step carried over: the same path in affine charts, as SAM and gradient "
    "descent.": with_both_carried,
    "Choosing coordinates is choosing what “near” and “flat” mean.": near_and_flat,
}
ANSWERS = {
    "Which minima are the flattest for someone who works in φ?": which,
    "Where does it end if it runs in φ?": lambda at: where_gd(at) if at.state.optimizers == ["gd"] else where_monge(at),
    "By how much of its length does δ change?": change,
    "Which rules keep their path?": who_keeps,
    "And Monge SAM’s?": and_monges,
    "Whose δ is now the same as in θ?": whose,
    "Does it follow the path of θ to the flattest minimum?": does_it_follow,
}
PLAIN = {
    "Coordinates: in which sense Monge SAM is invariant",
    "New names for the same points",
    "Monge SAM’s perturbation",
    "The paper calls Monge SAM reparameterization-invariant.",
    "Compare its δ, mapped back to θ, with the δ of θ.",
    "And its run",
    "It was praised for not falling into the saddle.",
    "Carry the metric over",
    "In which sense, then",
}
