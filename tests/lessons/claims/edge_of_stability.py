"""Edge of stability: gradient descent's and SAM's, cycles and chaos, on the bowl and the banana."""

import numpy as np

from landscapes.stationary import eigenvalues
from optimizers import GD, SAM, run
from optimizers.schedules import Schedule
from tests.lessons.setting import Setting, distance, length

FLATTEST = (1.0, 1.0), (-1.0, -1.0)
STILL = 1e-3
APART = 1e-9


def bowl(at: Setting):
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    assert np.allclose(at.loss.value(x, y), x**2 + y**2)
    low, high = eigenvalues(*at.loss.hessian(x, y))
    assert np.allclose(low, high)
    return (at.sharpness((0.3, 0.2)),)


def shrinks(at: Setting, rate: float) -> float:
    """By what a step of gradient descent multiplies the distance from the minimum."""
    return length(run(GD(), at.loss, at.start, learning_rate=rate, steps=1).final) / length(at.start)


def factor(at: Setting):
    for rate in (0.1, 0.5, 0.9, 1.3):
        assert np.isclose(shrinks(at, rate), abs(1 - rate * 2))
    return (1,)


def rate_here(at: Setting):
    return (at.rate,)


def greatest_rate(at: Setting) -> float:
    """Up to which gradient descent comes closer."""
    rates = np.arange(0.05, 2.5, 0.05)
    closer = np.array([shrinks(at, rate) < 1 - 1e-9 for rate in rates])
    assert (np.diff(closer.astype(int)) <= 0).all()
    return float(rates[closer].max()) + 0.05


def edge_of_the_bowl(at: Setting):
    found = greatest_rate(at)
    assert np.isclose(shrinks(at, found), 1)
    assert np.isclose(found, 2 / at.sharpness(at.start))
    return found, 1, 1, 2


def side_to_side(at: Setting):
    path = at.run("gd").positions
    assert (np.sign(path[1:20, 0]) == -np.sign(path[:19, 0])).all()
    return at.rate, shrinks(at, at.rate)


def the_edge(at: Setting):
    """Over the bowls λ(θ₁² + θ₂²)/2: a run comes closer exactly where λ < 2/α; here by the banana's own minima."""
    from landscapes import LANDSCAPES

    banana, t = LANDSCAPES["banana"], np.array([1.2, 1.6, 2.0, 2.6])
    sharp = eigenvalues(*banana.hessian(t, 1 / t))[1]
    for rate in 2 / np.array([5.0, 8.0, 12.0]):
        across = np.array([1 / t, t]) / np.hypot(t, 1 / t)
        near = np.array([t, 1 / t]) + 1e-6 * across
        off = np.abs(1 - np.prod(run(GD(), banana, near, learning_rate=rate, steps=1).final, axis=0))
        assert ((off < np.abs(1 - np.prod(near, axis=0))) == (sharp < 2 / rate)).all()
    return (2,)


def small_rate(at: Setting):
    end = at.end("gd", learning_rate=0.01)
    return (*at.start, 0.01, *end, at.sharpness(end))


def edge_now(at: Setting):
    return 2, 2 / at.rate


def caught(at: Setting):
    assert at.motion("gd")[0] == "settled"
    return (*at.end("gd"), at.sharpness(at.end("gd")))


def jumps_across(at: Setting):
    x, y = at.run("gd").positions[:5].T
    sides = np.sign(1 - x * y)
    assert (sides[1:] != sides[:-1]).all()
    assert at.sharpness(at.end("gd")) < 2 / at.rate
    assert distance(at.end("gd"), FLATTEST[0]) < distance(at.end("gd", learning_rate=0.01), FLATTEST[0])
    return (2 / at.rate,)


def larger_is_flatter(at: Setting):
    found = [at.sharpness(at.end("gd", learning_rate=rate)) for rate in (0.01, 0.05, 0.1, 0.15, 0.2, 0.25)]
    assert (np.diff(found) < 0).all()
    return ()


def too_large(at: Setting):
    assert at.outcome("gd", learning_rate=0.35) == "diverged"
    return (0.35,)


def felt(at: Setting, distance_: float) -> float:
    """The length of the gradient that SAM takes at this distance from the bowl's minimum, over the distance."""
    place = (distance_, 0.0)
    return length(at.step("sam", place).gradient_there) / distance_


def bowl_edge(at: Setting):
    return at.rate, 2, 2 / at.rate, bowl(at)[0]


def gd_converges(at: Setting):
    assert length(at.end("gd")) < 1e-12
    return ()


def radius(at: Setting):
    return (at.rho,)


def feels(at: Setting):
    for r in (0.05, 0.1, 0.4, 1.0):
        assert np.isclose(felt(at, r), 2 * (1 + at.rho / r))
    return (1,)


def where_it_ends(at: Setting) -> int:
    return at.closest(felt(at, length(at.end("sam"))))


def the_edge_itself(at: Setting):
    return (felt(at, length(at.end("sam"))),)


def thrown_out(at: Setting):
    r = length(at.end("sam"))
    for closer in (0.5 * r, 0.9 * r):
        assert felt(at, closer) > 2 / at.rate
        assert length(at.step("sam", (closer, 0)).next) > closer
    for farther in (1.1 * r, 4 * r):
        assert felt(at, farther) < 2 / at.rate
        assert length(at.step("sam", (farther, 0)).next) < farther
    return ()


def between(at: Setting):
    for rate in (0.05, 0.25, 0.5, 0.74, 0.9):
        found = at.run("sam", learning_rate=rate, steps=500)
        assert np.isclose(felt(at, length(found.final)), 2 / rate)
    return length(at.end("sam")), 1


def grid(at: Setting):
    x, _ = at.starts
    return at.starts.shape[1], x.min(), x.max(), at.rho, at.rate


def last_step(at: Setting, key: str) -> np.ndarray:
    found = at.run(key, keep="final")
    return np.hypot(*(found.final - found.previous))


def gd_settled(at: Setting):
    from optimizers.outcomes import MOTIONS, follow

    found = np.array(MOTIONS)[follow(at.run("gd", keep="final")).codes]
    on_line = np.isclose(at.starts[0], -at.starts[1])
    assert (last_step(at, "gd")[on_line] > 0).all()
    assert np.hypot(*at.end("gd", keep="final"))[on_line].max() < 0.1
    assert (found[~on_line] == "settled").all()
    return at.steps, (~on_line).sum(), on_line.sum()


def still_moving(at: Setting) -> int:
    return int((last_step(at, "sam") > STILL).sum())


def the_number(at: Setting):
    return (still_moving(at),)


def near_and_moving(at: Setting):
    """Also ten times as many steps later: near, and moving."""
    for steps in (at.steps, 10 * at.steps):
        found = at.run("sam", steps=steps, keep="final")
        near = np.min([np.hypot(*(found.final.T - place).T) for place in ((0, 0), *FLATTEST)], axis=0)
        assert (near < 0.11).all()
        assert (np.hypot(*(found.final - found.previous)) > STILL).sum() == still_moving(at)
    return ()


def at_the_saddle(at: Setting):
    assert at.outcome("sam") == "saddle"
    return (*at.start, at.rho, at.rate, at.steps)


def two_points(at: Setting):
    found = at.run("sam")
    assert at.motion("sam") == ("2-cycle", 2)
    one, other = sorted((found.final.tolist(), found.previous.tolist()), reverse=True)
    return (*one, *other, 2)


def what_it_does(at: Setting) -> int:
    motion = at.motion("sam")[0]
    return at.only(motion == "settled", motion == "2-cycle", motion in {"chaotic", "moving"})


def same_bits(at: Setting):
    assert at.state.noise == 0
    assert np.array_equal(at.run("sam").positions, at.run("sam").positions)
    return ()


def one_point(at: Setting):
    """The two points are less than a pixel apart in a plane of 900 pixels that shows the domain, six units wide."""
    (left, right), _ = at.loss.domain
    found = at.run("sam")
    assert length(found.final - found.previous) / (right - left) < 5 / 900
    return (right - left,)


def both_near(at: Setting):
    for key in ("sam", "m-sam"):
        assert at.outcome(key) == "flat minimum"
    return at.steps, 0.1, *FLATTEST[0]


def both_start(at: Setting):
    return (*at.start, at.rho, at.rate)


def fourteen(at: Setting):
    motion, period = at.motion("m-sam")
    assert motion == "longer cycle"
    return (period,)


def and_sam(at: Setting) -> int:
    motion = at.motion("sam")[0]
    return at.only(motion == "settled", motion == "2-cycle", motion == "chaotic")


def chaotic(at: Setting):
    assert and_sam(at) == 2
    return ()


def separate(at: Setting):
    """Measured from step 1,000 on, where offsets along the valley have died away."""
    one = at.run("sam").positions
    other = at.run("sam", at.start + np.array([0, APART])).positions
    apart = np.hypot(*(one - other).T)
    growth = np.log(apart[-1] / apart[1000]) / (at.steps - 1000)
    return apart[-1], at.steps, 1 / growth


def place_not_point(at: Setting):
    late = at.run("sam").positions[1000:]
    away = np.hypot(*(late - 1).T)
    assert away.max() < 0.1
    assert np.ptp(away) > 0.05
    return ()


def constant(at: Setting):
    end = at.run("sam", schedule=Schedule()).final
    return at.rate, distance(end, FLATTEST[0]), *FLATTEST[0]


def falls(at: Setting):
    assert at.state.schedule == "cosine"
    factors = Schedule(at.state.schedule).factors(at.steps)
    values = np.asarray(factors)[0] if np.shape(factors)[0] == 2 else np.asarray(factors)[:, 0]
    assert values[0] == 1
    assert values[-1] < 1e-5
    assert (np.diff(values) < 0).all()
    return at.rate, 0


def rho_stays(at: Setting):
    assert at.state.rho_schedule == "constant"
    return (at.rho,)


def same_start(at: Setting):
    assert at.start.tolist() == [2.5, 0.8]
    return (at.steps,)


def at_the_end(at: Setting) -> int:
    return at.closest(distance(at.end("sam"), FLATTEST[0]))


def settled(at: Setting):
    return (distance(at.end("sam"), FLATTEST[0]),)


def proportional(at: Setting):
    """The 2-cycle at the saddle, for three α: its size over α is nearly constant."""
    sizes = []
    for rate in (0.0025, 0.005, 0.01):
        found = run(SAM(at.rho), at.loss, (-1.5, 0.5), learning_rate=rate, steps=4000, keep="final")
        sizes.append(length(found.final - found.previous) / rate)
    assert np.ptp(sizes) < 0.03 * sizes[0]
    return ()


def only_a_schedule(at: Setting):
    assert at.outcome("sam") == at.outcome("sam", schedule=Schedule()) == "flat minimum"
    return ()


def at_every_rate(at: Setting):
    """Of the bowl: SAM still moves at every α at which gradient descent settles."""
    from landscapes import LANDSCAPES

    loss = LANDSCAPES["paraboloid"]
    for rate in np.geomspace(0.001, 0.9, 8):
        found = run(SAM(at.rho), loss, (0.5, 0.0), learning_rate=rate, steps=5000, keep="final")
        assert length(found.final - found.previous) > rate * at.rho
    return ()


def gd_edge(at: Setting):
    the_edge(at)
    return (2,)


CLAIMS = {
    "With a constant α SAM near a minimum keeps jumping at its edge of stability, on cycles or in chaos, and no "
    "noise is needed for it.": at_every_rate,
    "On the bowl ℓ = θ₁² + θ₂² every curvature is λ = 2.": bowl,
    "A step of gradient descent multiplies the distance from the minimum by |1 − αλ|.": factor,
    "Here α = 0.9.": rate_here,
    "1.0, where |1 − αλ| = 1, so α = 2/λ.": edge_of_the_bowl,
    "At α = 0.9 it jumps from side to side, each time 0.8 times as far.": side_to_side,
    "For a given α a minimum can hold gradient descent only if λ_max < 2/α: that is the edge.": the_edge,
    "On the banana, from (2.5, 0.8) with α = 0.01, gradient descent ends at (2.40, 0.42), where λ_max is "
    "11.9.": small_rate,
    "Now α = 0.2.": rate_here,
    "The edge 2/α is 10.": edge_now,
    "At (1.60, 0.63), where λ_max is 5.9.": caught,
    "It cannot rest where λ_max is above 10, jumps across the valley, and is caught farther in.": jumps_across,
    "So a large α leads to flatter minima, too: SAM is not the only way there.": larger_is_flatter,
    "With α = 0.35 it diverges.": too_large,
    "The bowl again, α = 0.25: the edge 2/α is 8, far above λ = 2.": bowl_edge,
    "Gradient descent converges.": gd_converges,
    "SAM has ρ = 0.3.": radius,
    "At distance r from the minimum it feels the gradient of distance r + ρ, as if the curvature were λ(1 + "
    "ρ/r).": feels,
    "8.": the_edge_itself,
    "Closer to the minimum the felt curvature is above the edge, and SAM is thrown out; farther out it is below, "
    "and SAM comes in.": thrown_out,
    "It ends between, at r = 0.1, on the edge itself, whatever α below 1 is.": between,
    "100 starts over [−3, 3]², ρ = 1, α = 0.01.": grid,
    "After 200 steps gradient descent has settled from 90 of them; from the other 10 it still creeps along the "
    "line to the saddle.": gd_settled,
    "A run still moves if its last step is longer than 0.001.": lambda at: (STILL,),
    "98.": the_number,
    "They are near the saddle or a minimum, and will stay near, but they never come to a stop.": near_and_moving,
    "SAM from (−1.5, 0.5), ρ = 1, α = 0.01, 1,000 steps: it is at the saddle.": at_the_saddle,
    "It jumps between (0.011, −0.011) and (−0.011, 0.011): a 2-cycle.": two_points,
    "The gradient is exact, so nothing is random: the same run gives the same numbers to the last bit.": same_bits,
    "In a picture of 6 units’ width it looks like one point.": one_point,
    "Both rules start at (2.5, 0.8), with ρ = 1 and α = 0.01.": both_start,
    "After 5,000 steps both are within 0.1 of (1, 1).": both_near,
    "Monge SAM repeats itself every 14 steps.": fourteen,
    "It is chaotic.": chaotic,
    "Two starts a billionth apart are 0.0008 apart after 5,000 steps: nearby runs separate by a factor e in about "
    "315 steps.": separate,
    "No noise is needed for that.": same_bits,
    "The place can be predicted, the point cannot.": place_not_point,
    "The same start, 1,000 steps.": same_start,
    "With α = 0.01 throughout, SAM is then 0.05 from (1, 1).": constant,
    "Now α falls from 0.01 to 0 along a cosine.": falls,
    "ρ stays 1.": rho_stays,
    "0.00002.": settled,
    "The jumps are proportional to α and vanish with it; ρ decides where SAM looks.": proportional,
    "A run that looks unstable at constant α may be doing what it should, with a schedule missing.": only_a_schedule,
    "Gradient descent has an edge, 2/α.": gd_edge,
    "SAM reaches its own at every α, since δ does not shrink, and so jumps for ever: in cycles or in chaos, "
    "without noise.": at_every_rate,
}
ANSWERS = {
    "Up to which α does gradient descent converge on this bowl?": lambda at: at.closest(greatest_rate(at)),
    "Click where gradient descent ends.": lambda at: ((2.4, 0.42), FLATTEST[0]),
    "How large is this curvature where SAM ends up jumping?": where_it_ends,
    "How many of SAM’s 100 runs still move?": lambda at: at.closest(still_moving(at)),
    "What does it do there?": what_it_does,
    "And SAM?": and_sam,
    "How far from (1, 1) is SAM after the last step?": at_the_end,
}
PLAIN = {
    "Edge of stability and cycles, without noise",
    "Gradient descent’s edge",
    "A valley too sharp to stay in",
    "SAM on the bowl",
    "“Converged” is the wrong word: where a run is, and whether it moves, are two questions.",
    "A cycle at the saddle",
    "Near the flat minimum",
    "Let α fall",
    "What is shown, and what not",
    "Not shown: that sharpness rises to the edge during training, as it does in networks.",
}
