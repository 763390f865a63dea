"""Sharp and flat: the banana at ρ = 0.3, and the landscape “Sharp and flat” at several ρ."""

import numpy as np

from landscapes import LANDSCAPES
from landscapes.stationary import eigenvalues
from optimizers import GD, SAM, run
from optimizers.outcomes import OUTCOMES, outcome
from tests.lessons.setting import Setting, distance, length

FLATTEST = (1.0, 1.0), (-1.0, -1.0)
SHARP, FLAT, HELD = (1.0, 0.0), (-1.0, 0.0), (0.0, 0.0)
SLACK = 1e-9  # beside the minima of Sharp and flat, whose Hessian is 0/0 there


def valley(at: Setting):
    """λ_max along the valley is least at (1, 1) and (−1, −1)."""
    t = np.geomspace(0.1, 10, 501)
    assert np.abs(at.loss.value(t, 1 / t)).max() < 1e-20
    sharp = eigenvalues(*at.loss.hessian(t, 1 / t))[1]
    assert t[sharp.argmin()] == 1
    assert np.ptp(sharp) > 100
    return (0,)


def the_flattest(at: Setting):
    return (*FLATTEST[0], at.sharpness(FLATTEST[0]))


def gd_setting(at: Setting):
    return (*at.start, at.rate, at.steps)


def gd_end(at: Setting):
    assert at.outcome("gd") == "minimum"
    return tuple(at.end("gd"))


def sharpness_there(at: Setting):
    return (at.sharpness(at.end("gd")),)


def level(at: Setting):
    assert length(at.gradient(at.end("gd"))) < 1e-9
    return at.value(at.end("gd")), *FLATTEST[0]


def sam_setting(at: Setting):
    assert at.state.steps == 1000
    assert at.start.tolist() == [2.5, 0.8]
    return (at.rho,)


def sam_end(at: Setting):
    assert at.outcome("sam") == "flat minimum"
    return (*at.end("sam"), *FLATTEST[0])


def along_the_valley(at: Setting):
    """After it met the valley, beside gradient descent's end, its loss stays below 0.01 and λ_max falls."""
    path = at.run("sam").positions
    met = run(GD(), at.loss, at.start, learning_rate=at.rate, steps=at.steps).final
    away = np.hypot(*(path - met).T)
    assert away.min() < 0.15
    after = path[away.argmin() :]
    assert at.loss.value(*after.T).max() < 0.01
    return at.sharpness(met), at.sharpness(path[-1])


def textbook(at: Setting):
    assert along_the_valley(at)[1] < 0.5 * along_the_valley(at)[0]
    return ()


def both_reach(at: Setting):
    for key in ("gd", "sam"):
        assert at.loss.value(*at.run(key).positions.T).min() < 1e-3
    assert length(at.gradient(at.end("gd"))) < 1e-9
    return (0,)


def gd_stops(at: Setting):
    assert at.motion("gd")[0] == "settled"
    return ()


def travels(at: Setting):
    return (length(at.end("sam") - at.end("gd")),)


def what_moves(at: Setting) -> int:
    rule, plain = at.rule("sam"), at.state.base.key == "gd" or not at.state.base.state
    return at.only(bool(rule.state) or not plain, at.state.noise > 0, np.isclose(length(at.step("sam").delta), at.rho))


def delta_keeps(at: Setting):
    """Also where the gradient is a millionth, beside the valley; and nothing but the place decides a step."""
    near = np.array([2.0, 0.5 + 1e-7])
    assert length(at.gradient(near)) < 1e-6
    assert what_moves(at) == 2
    return (length(at.step("sam", near).delta),)


def updates(at: Setting) -> np.ndarray:
    """In the valley, shape (n, 2), an even number of them."""
    return np.diff(at.run("sam").positions[100:301], axis=0)


def walls(at: Setting):
    """Most updates are against the one before, and change the sign of 1 − θ₁θ₂."""
    steps = updates(at)
    assert ((steps[1:] * steps[:-1]).sum(axis=1) < 0).mean() > 0.8
    x, y = at.run("sam").positions[100:301].T
    sides = np.sign(1 - x * y)
    assert (sides[1:] != sides[:-1]).mean() > 0.8
    return ()


def cancel(at: Setting):
    steps = updates(at)
    assert length(steps.sum(axis=0)) < 0.25 * np.hypot(*steps.T).sum()
    return ()


def remains(at: Setting):
    path = at.run("sam").positions[100:301]
    tangent = np.array([path[0, 0], -path[0, 1]]) / length(path[0])  # of θ₁θ₂ = const
    rest = updates(at).sum(axis=0)
    assert abs(rest @ tangent) > 0.98 * length(rest)
    assert at.sharpness(path[-1]) < 0.9 * at.sharpness(path[0])
    return ()


def everywhere(at: Setting):
    x, _ = at.starts
    return at.starts.shape[1], x.min(), x.max(), 2, at.steps, at.rho


def gd_elsewhere(at: Setting):
    return (at.share("gd", "minimum"),)


def none_sharper(at: Setting):
    return (at.share("sam", "minimum"),)


def ninety(at: Setting):
    on_line = np.isclose(at.starts[0], -at.starts[1])
    for key in ("sam", "m-sam"):
        held = np.hypot(*at.end(key, keep="final")) < 0.1
        assert np.array_equal(held, on_line)
        assert at.share(key, "flat minimum") == 90
    return (*FLATTEST[0], *FLATTEST[1], at.share("sam", "flat minimum"), at.share("sam", "saddle"))


def nearly_everywhere(at: Setting):
    assert at.share("sam", "flat minimum") >= 90
    return ()


def two_minima(at: Setting):
    assert at.loss is LANDSCAPES["sharp-flat"]
    kinds = [one.kind for one in at.loss.stationary]
    assert kinds == ["flat minimum", "minimum", "saddle"]
    assert at.value(SHARP) == at.value(FLAT) == 0
    return (0,)


def curved(at: Setting):
    sharp, flat = (at.sharpness((place[0], SLACK)) for place in (SHARP, FLAT))
    return (*SHARP, *FLAT, sharp / flat)


def gd_in_the_sharp(at: Setting):
    end = run(GD(), at.loss, at.start, learning_rate=at.rate, steps=at.steps).final
    assert distance(end, SHARP) < 0.01
    return tuple(at.start)


def radius(at: Setting):
    return (at.rho,)


def ends_at_the_middle(at: Setting):
    assert length(at.end("sam")) < 0.005
    return HELD


def left_and_did_not_arrive(at: Setting):
    """It comes down the sharp minimum's slope, and stays where it is for thousands of steps more."""
    assert at.motion("sam")[0] == "settled"
    path = at.run("sam").positions
    assert np.hypot(*(path - np.array(SHARP)).T).argmin() < 100
    assert distance(at.end("sam", steps=5000), FLAT) > 0.9
    return ()


def not_stationary(at: Setting):
    return at.value(HELD), *HELD, length(at.gradient(HELD))


def towards_the_sharp(at: Setting):
    g = at.gradient(at.start)
    assert g[0] > 0
    assert g[1] == 0
    return (length(g), *SHARP)


def no_step(at: Setting):
    return (length(at.step("sam").next - at.start),)


def why(at: Setting) -> int:
    looks = distance(at.step("sam").perturbed, SHARP) < SLACK and length(at.step("sam").gradient_there) < SLACK
    larger = run(at.rule("sam"), at.loss, at.start, learning_rate=1.0, steps=1).final
    return at.only(length(larger - at.start) > SLACK, looks, length(at.step("sam").delta) == 0)


def looks_at_the_minimum(at: Setting):
    assert why(at) == 1
    return length(at.step("sam").delta), 0


def at_rest(at: Setting):
    """Any start at distance ρ straight downhill of the minimum would do; here from many starts the end is this one."""
    starts = np.random.default_rng(0).uniform(-1.7, 1.7, (2, 200))
    ends = at.end("sam", starts, steps=400, keep="final")
    left = np.hypot(ends[0] - FLAT[0], ends[1]) > 0.1
    assert left.any()
    looked = at.step("sam", ends[:, left]).perturbed
    assert np.allclose(looked, np.array(SHARP)[:, None], atol=1e-3)
    return ()


def the_best_point(at: Setting):
    """In the disc no point has a smaller loss than the one it found; uphill was right for the first moment alone."""
    angle = np.linspace(0, 2 * np.pi, 1001)
    disc = at.start[:, None] + np.array([np.cos(angle), np.sin(angle)])
    found = at.step("sam").perturbed
    assert at.value(found) <= at.loss.value(*disc).min() + SLACK
    assert at.value(at.start + 1e-3 * at.step("sam").delta) > at.value(at.start)
    return ()


def many(at: Setting):
    x, _ = at.starts
    return at.starts.shape[1], x.min(), x.max(), 2


def gd_shares(at: Setting):
    flat, sharp = (at.share("gd", kind) for kind in ("flat minimum", "minimum"))
    assert np.isclose(flat + sharp, 100)
    return (flat,)


def sam_flat(at: Setting):
    return (at.share("sam", "flat minimum"),)


def fewer(at: Setting):
    assert at.share("sam", "flat minimum") < at.share("gd", "flat minimum")
    return sam_flat(at)


def held_share(at: Setting):
    held = np.hypot(*at.end("sam", keep="final")) < 0.1
    assert at.share("sam", "minimum") == 0
    assert np.isclose(100 * held.mean(), at.share("sam", "elsewhere"))
    assert at.value(HELD) > 0.8
    return (100 * held.mean(), *HELD)


def leaving(at: Setting):
    assert at.share("sam", "minimum") < at.share("gd", "minimum")
    assert at.share("sam", "flat minimum") < at.share("gd", "flat minimum")
    return ()


def small_radius(at: Setting):
    return at.rho, at.share("sam", "minimum"), at.share("gd", "minimum")


def at_the_saddle(at: Setting):
    assert np.isclose(sum(at.share("sam", kind) for kind in ("flat minimum", "minimum", "saddle")), 100)
    return (at.share("sam", "saddle"),)


def avoids_both(at: Setting):
    for kind in ("minimum", "flat minimum"):
        assert at.share("sam", kind) < at.share("gd", kind)
    return (at.rho,)


def flat_share(at: Setting, rule) -> float:
    """Over the starts of the scenes before."""
    x = np.linspace(-1.7, 1.7, 20)
    ends = run(rule, at.loss, np.array(np.meshgrid(x, x)), learning_rate=at.rate, steps=at.steps, keep="final").final
    return 100 * float((outcome(at.loss, ends) == OUTCOMES.index("flat minimum")).mean())


def large_radius(at: Setting):
    return 2, flat_share(at, SAM(2.0))


def both(at: Setting):
    gd = flat_share(at, GD())
    assert flat_share(at, SAM(0.3)) < gd
    assert flat_share(at, SAM(1.0)) < gd
    assert flat_share(at, SAM(2.0)) > gd
    return 0.3, 1, 2


def along_a_valley(at: Setting):
    banana = LANDSCAPES["banana"]
    path = run(SAM(0.3), banana, (2.5, 0.8), learning_rate=0.01, steps=1000).positions
    sharp = eigenvalues(*banana.hessian(*path[1:].T))[1].reshape(10, -1).mean(axis=1)
    assert (np.diff(sharp) < 0).all()
    return ()


def summary(at: Setting):
    along_a_valley(at)
    assert length(at.end("sam")) < 0.1
    return ()


CLAIMS = {
    "In a valley SAM moves to flatter minima; between two separate minima it need not choose the flat one.": summary,
    "All minima of the banana have loss 0, but not the same sharpness, the largest eigenvalue λ_max of the "
    "Hessian.": valley,
    "The flattest, (1, 1), has λ_max = 4.": the_flattest,
    "Gradient descent starts at (2.5, 0.8), with α = 0.01 and 1,000 steps.": gd_setting,
    "At (2.40, 0.42), where it meets the valley.": gd_end,
    "There λ_max is 11.9.": sharpness_there,
    "Along the valley the loss stays 0, so nothing pulls gradient descent to (1, 1).": level,
    "SAM starts at the same point, with ρ = 0.3 and as many steps.": sam_setting,
    "At (1.03, 0.97), close to (1, 1).": sam_end,
    "It met the valley as gradient descent did, then moved along it: λ_max fell from 11.9 to 4.0.": along_the_valley,
    "Here the textbook sentence is true.": textbook,
    "Both rules reach the valley, where the gradient is 0.": both_reach,
    "Gradient descent stops there.": gd_stops,
    "SAM travels 1.5 further along it.": travels,
    "δ has length 0.3 even where ‖g‖ is tiny; no momentum and no noise take part.": delta_keeps,
    "SAM looks up one wall and mostly jumps to the other.": walls,
    "These jumps nearly cancel.": cancel,
    "What remains leads along the valley, to where it is wider.": remains,
    "100 starts over [−3, 3]², 2,000 steps, ρ = 0.3.": lambda at: [v for i, v in enumerate(everywhere(at)) if i != 3],
    "Gradient descent ends at other minima than the two flattest from 80 of them.": gd_elsewhere,
    "0.": none_sharper,
    "SAM and Monge SAM each reach (1, 1) or (−1, −1) from 90 starts, and the saddle from 10, those on the line θ₁ "
    "= −θ₂.": ninety,
    "In this valley the sentence holds nearly everywhere.": nearly_everywhere,
    "This loss has two minima of loss 0.": two_minima,
    "The one at (1, 0) is sharp, that at (−1, 0) is flat: its λ_max is 8 times smaller.": curved,
    "Gradient descent from (1.6, 0.9) ends in the sharp one.": gd_in_the_sharp,
    "SAM has ρ = 1.": radius,
    "At (0, 0), in neither minimum.": ends_at_the_middle,
    "It left the sharp one and did not arrive at the flat one.": left_and_did_not_arrive,
    "The loss here is 0.89, and (0, 0) is not even a stationary point of the loss: its gradient has length "
    "1.38.": not_stationary,
    "SAM stands at (0, 0).": lambda at: tuple(at.start),
    "The gradient has length 1.38 and points along θ₁, towards the sharp minimum at (1, 0).": towards_the_sharp,
    "SAM’s step is 0.": no_step,
    "Held by the sharp minimum": at_rest,
    "θ + δ is the sharp minimum itself, exactly ρ = 1 away, and there the gradient is 0.": looks_at_the_minimum,
    "SAM is at rest where its perturbed point is at a minimum.": at_rest,
    "The first-order perturbation took uphill for worse, and found the best point.": the_best_point,
    "Now 400 starts over [−1.7, 1.7]².": lambda at: many(at)[:3],
    "Gradient descent ends in the flat minimum from 67.5% of them, in the sharp one from the others.": gd_shares,
    "ρ = 1.": radius,
    "46%, fewer than gradient descent.": fewer,
    "None end in the sharp minimum, but 54% are held at (0, 0), where the loss is higher than in any "
    "minimum.": held_share,
    "Leaving a sharp minimum is not the same as reaching a flat one.": leaving,
    "With ρ = 0.3, as on the banana, SAM ends in the sharp minimum from 22.5% of the starts; gradient descent from "
    "32.5%.": small_radius,
    "Gradient descent ends in the flat one from 67.5%.": gd_shares,
    "61.5%.": sam_flat,
    "The other 16% are held at the saddle between the minima.": at_the_saddle,
    "So SAM with ρ = 0.3 avoids both minima a little.": avoids_both,
    "With ρ = 2 it ends in the flat one from 72%: there is no rule without its radius.": large_radius,
    "Along a valley of minima SAM moved to flatter ones.": along_a_valley,
    "Between two separate minima it was held, and reached the flat one less often than gradient descent for ρ = "
    "0.3 and 1, more often for ρ = 2.": both,
}
ANSWERS = {
    "Click where gradient descent ends.": lambda at: (FLATTEST[0], (2.5, 0.8)),
    "Click where SAM ends.": lambda at: ((2.4, 0.42), (0.0, 0.0)) if at.loss is LANDSCAPES["banana"] else (SHARP, FLAT),
    "What moves SAM along the valley?": what_moves,
    "From how many does SAM end at one that is not the flattest?": lambda at: at.closest(at.share("sam", "minimum")),
    "Why does SAM not move?": why,
    "From how many of them does SAM end in the flat minimum?": lambda at: at.closest(at.share("sam", "flat minimum")),
    "From how many does SAM end in the flat one?": lambda at: at.closest(at.share("sam", "flat minimum")),
}
PLAIN = {
    "Sharp and flat: when SAM finds the flatter minimum",
    "Minima of equal loss",
    "The textbook sentence",
    "“SAM prefers flat minima.”",
    "From everywhere",
    "Two separate minima",
    "A smaller radius",
    "Both, and what is not claimed",
    "Sharpness is λ_max in these coordinates.",
    "Nothing here is about generalization.",
}
