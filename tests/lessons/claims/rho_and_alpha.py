"""ρ against α: the bowl, whose 2-cycle is known, and the banana."""

from dataclasses import replace

import numpy as np

from figures.figure3 import PARAMETERS
from optimizers import GD, SAM, run
from optimizers.anatomy import anatomy
from optimizers.outcomes import OUTCOMES, outcome, shares
from tests.lessons.setting import Setting, distance, length

LONG = 500


def cycle(at: Setting, key: str = "sam") -> float:
    """The distance of both points of the 2-cycle from the minimum of the bowl."""
    found = at.run(key, steps=LONG)
    assert at.motion(key, steps=LONG) == ("2-cycle", 2)
    assert np.allclose(found.final, -found.previous)
    return length(found.final)


def is_bowl(at: Setting) -> None:
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    assert np.allclose(at.loss.value(x, y), x**2 + y**2)


def simplest(at: Setting):
    is_bowl(at)
    return ()


def bowl_setting(at: Setting):
    return (*at.start, at.rate)


def gd_converges(at: Setting):
    assert length(at.end("gd")) < 1e-12
    return ()


def radius(at: Setting):
    assert at.rule("sam").rho == at.rho
    return (at.rho,)


def how_far(at: Setting) -> int:
    assert np.isclose(length(at.end("sam")), cycle(at), rtol=1e-6)
    return at.closest(cycle(at))


def in_turn(at: Setting):
    found = cycle(at)
    assert np.allclose(sorted(at.run("sam").positions[-2:, 0]), [-found, found])
    return found, found, 0, -found, 0


def never_small(at: Setting):
    path = at.run("sam").positions[:-1].T
    step = at.step("sam", path)
    assert np.hypot(*step.gradient_there).min() > 2 * at.rho
    assert np.allclose(np.hypot(*step.delta), at.rho)
    return (at.rho,)


def law(at: Setting):
    assert np.isclose(cycle(at), at.rate * at.rho / (1 - at.rate))
    return (1,)


def now_wider(at: Setting):
    return at.rho, 0.3, bowl_cycle(at, 0.3, at.rate)


def bowl_cycle(at: Setting, rho: float, rate: float) -> float:
    return length(run(SAM(rho), at.loss, at.start, learning_rate=rate, steps=LONG, keep="final").final)


def proportional(at: Setting):
    found = [bowl_cycle(at, rho, at.rate) / rho for rho in (0.05, 0.3, 0.6, 2.0)]
    assert np.allclose(found, at.rate / (1 - at.rate))
    return cycle(at), 1


def linear(at: Setting):
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    assert np.allclose(at.loss.gradient(x, y), 2 * np.array([x, y]))
    return ()


def small_only(at: Setting):
    """Himmelblau's minimum at (3, 2): the cycle's size over ρ is the same for two small ρ, not for a large one."""
    from landscapes import LANDSCAPES

    def size(rho: float) -> float:
        found = run(SAM(rho), LANDSCAPES["himmelblau"], (2.9, 2.05), learning_rate=0.005, steps=2000)
        return length(found.final - found.previous) / rho

    small, twice, large = size(0.0005), size(0.001), size(0.5)
    assert np.isclose(small, twice, rtol=0.02)
    assert not np.isclose(small, large, rtol=0.02)
    return ()


def back_and_doubled(at: Setting):
    return at.rho, at.rate


def product(at: Setting):
    """The distance, were it proportional to αρ."""
    before = bowl_cycle(at, at.rho, 0.25)
    return at.rate * at.rho / (0.25 * at.rho) * before


def faster(at: Setting):
    rate = np.linspace(0.01, 0.99, 99)
    assert (np.diff(rate / (1 - rate) / rate) > 0).all()
    assert np.isclose(cycle(at) / at.rho, at.rate / (1 - at.rate))
    return (1,)


def two_knobs(at: Setting):
    before = bowl_cycle(at, 0.3, 0.25)
    assert np.isclose(bowl_cycle(at, 0.6, 0.25), 2 * before)
    assert np.isclose(bowl_cycle(at, 0.3, 0.5), 3 * before)
    return ()


def figure_3(at: Setting):
    published = {one.name: one.default for one in PARAMETERS}
    assert at.rate in published["learning_rate"]
    assert at.rho == published["rho"]
    assert at.start.tolist() == [published["start"], 0]
    return at.rate, at.rho, *at.start, 3


def multiplies(at: Setting):
    gd_converges(at)
    first = run(GD(), at.loss, at.start, learning_rate=at.rate, steps=1).final
    return (first[0] / at.start[0],)


def where_at_the_end(at: Setting) -> int:
    assert distance(at.end("sam"), (0, 0)) > length(at.start)
    return at.closest(length(at.end("sam")))


def wider_than_the_start(at: Setting):
    found = cycle(at)
    assert found > length(at.start)
    return found, 2


def stays(at: Setting):
    assert np.isclose(length(at.end("sam", steps=5000)), cycle(at))
    return ()


def monge(at: Setting):
    return (length(at.end("m-sam")),)


def without_bound(at: Setting):
    for rate in (1.0, 1.05):
        far = [length(at.end("sam", learning_rate=rate, steps=steps)) for steps in (100, 200, 400)]
        assert far[2] > 1.9 * far[1] > 1.9 * 1.9 * far[0]
    return (1,)


def at_ten(at: Setting):
    """The scene before the change: α = 0.01 and 200 steps."""
    assert at.outcome("sam", learning_rate=0.01, steps=200) == "saddle"
    return 0.01, 200


def half(at: Setting):
    assert at.rate == 0.01 / 2
    assert at.steps == 2 * 200
    return at.rate, at.steps


def saddle_again(at: Setting):
    assert at.outcome("sam") == "saddle"
    return ()


def paths_apart(at: Setting) -> float:
    slow = at.run("sam").positions[::2]
    fast = at.run("sam", learning_rate=2 * at.rate, steps=at.steps // 2).positions
    return float(np.hypot(*(slow - fast).T).max())


def together(at: Setting):
    assert paths_apart(at) < 0.02
    return (0.02,)


def same_curve(at: Setting):
    """Ten times smaller steps come ten times closer to what they follow."""
    ends = [at.run("sam", learning_rate=at.rate / n, steps=20 * n).final for n in (1, 2, 4, 8)]
    apart = [length(one - ends[-1]) for one in ends[:-1]]
    assert apart[0] > 1.5 * apart[1] > 1.5 * 1.5 * apart[2]
    return ()


def on_rho(at: Setting):
    other = run(SAM(at.rho / 2), at.loss, at.start, learning_rate=at.rate, steps=at.steps).final
    assert length(other - at.end("sam")) > 1
    return ()


def half_rho(at: Setting):
    return (*at.start, at.rate, at.steps, at.rho)


def flattest(at: Setting):
    assert at.outcome("sam") == "flat minimum"
    assert distance(at.end("sam"), (-1, -1)) < 0.1
    return -1, -1


def not_past(at: Setting):
    """No perturbed point of the run is on the other side of the saddle, and the valley is met far from the end."""
    path = at.run("sam").positions[:-1].T
    assert ((at.step("sam", path).perturbed * path).sum(axis=0) > 0).all()
    full = replace(at.rule("sam"), rho=2 * at.rho)
    before = run(full, at.loss, at.start, learning_rate=at.rate, steps=at.steps).positions[:-1].T
    assert ((anatomy(full, at.loss, before, at.rate).perturbed * before).sum(axis=0) < 0).any()
    met = path[:, np.flatnonzero(path[0] * path[1] > 0.95)[0]]
    assert distance(met, (-1, -1)) > 0.1
    return ()


def share(at: Setting, **changes) -> float:
    options = {"learning_rate": at.rate, "rho": at.rho} | changes
    rule = SAM(options.pop("rho"))
    ends = run(rule, at.loss, at.starts, steps=at.steps, keep="final", **options).final
    return 100 * shares(outcome(at.loss, ends), OUTCOMES)["saddle"]


def a_cell(at: Setting):
    from app.compute.phase_diagram import BOX

    assert BOX[0] < np.log10(at.rate) < BOX[1]
    assert BOX[2] < np.log10(at.rho) < BOX[3]
    return ()


def of_hundred(at: Setting):
    assert at.state.phase == "saddle"
    return at.starts.shape[1], at.steps


def paper_cell(at: Setting):
    return at.rate, at.rho, share(at)


def and_at(at: Setting) -> int:
    return at.closest(share(at, learning_rate=0.005))


def the_same(at: Setting):
    assert {share(at, learning_rate=rate) for rate in (0.003, 0.005, 0.01, 0.02)} == {32.0}
    radii = 0.1, 1.4, 2.0
    low, high, far = (share(at, rho=rho) for rho in radii)
    return 0.003, 0.02, at.rho, low, radii[0], high, radii[1], far, radii[2]


def mixed(at: Setting):
    return 0.06, share(at, learning_rate=0.06)


def as_long_as_small(at: Setting):
    assert at.outcome("sam") == at.outcome("sam", learning_rate=at.rate / 2) == "saddle"
    now, before = length(at.end("sam")), length(at.end("sam", learning_rate=at.rate / 2))
    assert 1.9 < now / before < 2.2
    return now, at.rate, before, at.rate / 2


def summary(at: Setting):
    as_long_as_small(at)
    other = run(SAM(0.5), at.loss, at.start, learning_rate=at.rate / 2, steps=at.steps).final
    assert distance(other, (-1, -1)) < 0.1
    return ()


CLAIMS = {
    "ρ decides where SAM looks and so where it is held; α decides how it steps and how far it jumps at the "
    "end.": summary,
    "ℓ = θ₁² + θ₂², the simplest minimum.": simplest,
    "Gradient descent and SAM start at (0.5, 0), with α = 0.25.": bowl_setting,
    "Gradient descent converges to the minimum.": gd_converges,
    "SAM has ρ = 0.3.": radius,
    "0.1 away, at (0.1, 0) and (−0.1, 0) in turn.": in_turn,
    "Near the minimum δ still has length 0.3, so SAM never sees the gradient become small.": never_small,
    "The distance is αρ/(1 − α).": law,
    "The same bowl and α = 0.25.": lambda at: (is_bowl(at), (at.rate,))[1],
    "The radius is now ρ = 0.6; with ρ = 0.3 SAM jumped 0.1 away from the minimum.": now_wider,
    "0.2: the distance αρ/(1 − α) is proportional to ρ.": proportional,
    "This is exact on the bowl, whose gradient is linear.": linear,
    "On other losses it holds for small ρ only.": small_only,
    "Back to ρ = 0.3, and α doubled to 0.5.": back_and_doubled,
    "With α = 0.25 the distance was 0.1.": lambda at: (0.25, bowl_cycle(at, at.rho, 0.25)),
    "If only the product αρ counted, it would now be 0.2.": lambda at: (product(at),),
    "0.3.": lambda at: (cycle(at),),
    "α enters as α/(1 − α), which grows faster than α.": faster,
    "Doubling ρ doubled the distance, doubling α made it three times as large: the two knobs cannot replace each "
    "other.": two_knobs,
    "α = 0.74, ρ = 0.3, start (0.5, 0): the setting of the paper’s Figure 3.": figure_3,
    "Gradient descent still converges: each step multiplies θ by −0.48.": multiplies,
    "When gradient descent still converges": gd_converges,
    "0.85 away, on a 2-cycle wider than the start.": wider_than_the_start,
    "The paper says that it diverges; it does not leave this cycle.": stays,
    "0.57 is Monge SAM’s distance.": monge,
    "From α = 1 on SAM does leave, without a bound.": without_bound,
    "The banana, ρ = 1.": radius,
    "With α = 0.01 SAM was at the saddle after 200 steps.": at_ten,
    "Now α = 0.005, with 400 steps.": half,
    "At the saddle again.": saddle_again,
    "The two paths are never farther than 0.02 apart.": together,
    "With half the α SAM follows nearly the same curve in twice as many steps.": same_curve,
    "The curve depends on ρ.": on_rho,
    "Again from (−1.5, 0.5) with α = 0.01 and 400 steps, but ρ = 0.5.": half_rho,
    "Near the flattest minimum, (−1, −1).": flattest,
    "Half the ρ changes the curve itself: SAM no longer looks past the saddle, meets the valley, and moves along "
    "it.": not_past,
    "The picture has a cell for every α and ρ.": a_cell,
    "It shows the share of 100 starts from which SAM is at the saddle after 1,000 steps.": of_hundred,
    "At α = 0.01 and ρ = 1 that is 32%.": paper_cell,
    "32%.": lambda at: (share(at, learning_rate=0.005),),
    "For α from 0.003 to 0.02 and ρ = 1 the share is the same; along ρ it goes from 10% at 0.1 to 98% at 1.4 and "
    "26% at 2.": the_same,
    "A large α mixes this: at α = 0.06 the share is 8%.": mixed,
    "As long as α is small, ρ decides where SAM is held, and α how far it jumps there: at this saddle 0.032 at α = "
    "0.02, about twice the 0.015 at 0.01.": as_long_as_small,
}
ANSWERS = {
    "How far from the minimum is SAM after many steps?": how_far,
    "How far from the minimum does it jump now?": how_far,
    "How far from the minimum does SAM jump?": how_far,
    "Where is SAM at the end?": where_at_the_end,
    "Click where SAM ends.": lambda at: ((-1.0, -1.0), (-1.55, -0.65)) if at.rho == 1 else ((0.0, 0.0), (-1.55, -0.65)),
    "And with the same ρ, at half of this α?": and_at,
}
PLAIN = {
    "ρ against α: two knobs that are not one",
    "A bowl",
    "Double ρ",
    "Double α",
    "Halve α, double the steps",
    "Some say that SAM falls into saddles because its steps are too large.",
    "Halve ρ",
    "The phase diagram",
    "Two knobs",
    "This is measured on two losses with exact gradients.",
    "Minibatches add what is not here.",
}
