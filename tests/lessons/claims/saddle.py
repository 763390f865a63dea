"""Why the saddle holds SAM and not Monge SAM: the banana, ρ = 1, α = 0.01, 200 steps."""

import numpy as np

from landscapes.stationary import eigenvalues
from tests.lessons.setting import Setting, distance, length

SADDLE, FLAT = (0.0, 0.0), ((1.0, 1.0), (-1.0, -1.0))
PAST = "A perturbed point beyond the saddle has a gradient that points back; Monge SAM’s shorter δ stays on its side."


def on_the_diagonal(distances: np.ndarray) -> np.ndarray:
    """Points of θ₁ = θ₂ > 0 at these distances from the saddle, shape (2, n)."""
    return np.array([distances, distances]) / np.sqrt(2)


def hold(at: Setting, key: str) -> float:
    """The distance up to which starts on the diagonal fall into the saddle; farther ones, up to the minimum, do not."""
    distances = np.arange(0.005, np.sqrt(2), 0.01)
    ends = at.end(key, on_the_diagonal(distances), steps=2000, keep="final")
    held = np.hypot(*ends) < 0.1
    assert (np.diff(held.astype(int)) <= 0).all()
    return float(distances[held].max() + 0.005)


def is_banana(at: Setting):
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    assert np.allclose(at.loss.value(x, y), (1 - x * y) ** 2)
    assert at.value((4.0, 0.25)) == 0
    low, high = eigenvalues(*at.loss.hessian(*SADDLE))
    assert at.gradient(SADDLE).tolist() == [0, 0]
    assert low < 0 < high
    return 1, 1, *SADDLE


def flattest(at: Setting):
    t = np.geomspace(0.1, 10, 501)
    sharp = eigenvalues(*at.loss.hessian(t, 1 / t))[1]
    assert t[sharp.argmin()] == 1
    return (*FLAT[0], *FLAT[1])


def setting(at: Setting):
    return (*at.start, at.rate, at.steps)


def gd_end(at: Setting):
    end = at.end("gd")
    assert at.outcome("gd") == "minimum"
    assert distance(end, *FLAT) > 0.5
    return tuple(end)


def valley_is_level(at: Setting):
    assert at.value(at.end("gd")) < 1e-8
    assert length(at.gradient(at.end("gd"))) < 1e-3
    assert distance(at.end("gd", steps=5000), (-1, -1)) > 0.5
    return -1, -1, 0


def gd_passes(at: Setting):
    """Of starts all over the plane those that end at the saddle are those on the antidiagonal."""
    assert distance(at.end("gd"), SADDLE) > 1
    starts = np.array(np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))).reshape(2, -1)
    on_line = np.isclose(starts[0], -starts[1])
    near = np.hypot(*at.end("gd", starts, keep="final")) < 0.1
    assert near[on_line & (np.abs(starts[0]) < 2.9)].all()
    # others there are: starts beside the line need more steps to leave, and do
    assert not (np.hypot(*at.end("gd", starts[:, ~on_line], steps=2000, keep="final")) < 0.1).any()
    return ()


def sam_setting(at: Setting):
    assert at.rule("sam").rho == at.rho
    return (at.rho,)


def sam_end(at: Setting):
    assert at.outcome("sam") == "saddle"
    assert length(at.end("sam")) < 0.01
    return 0.01, *SADDLE


def sam_not_there(at: Setting):
    valley = at.run("sam").landscape
    from optimizers import GD, run

    end = run(GD(), valley, at.start, learning_rate=at.rate, steps=at.steps).final
    assert distance(at.end("sam"), (-1, -1), end) > 1
    return -1, -1, *end


def sam_loss(at: Setting):
    return at.value(at.end("sam")), at.value((-1.0, -1.0))


def between(at: Setting):
    assert np.isclose(at.start @ np.array([1, -1]), 0)
    assert 0 < length(at.start) < np.sqrt(2)
    return (*at.start, *SADDLE, *FLAT[0])[:2] + FLAT[0]


def gd_goes_there(at: Setting):
    step = at.step("gd").next - at.start
    assert step @ np.array(FLAT[0]) > 0
    assert distance(at.end("gd", steps=1000), FLAT[0]) < 1e-3
    return FLAT[0]


def first_way(at: Setting) -> int:
    before, after = at.start, at.step("sam").next
    away = length(after) > length(before)
    sideways = abs((after - before) @ before) < 0.5 * length(after - before) * length(before)
    return at.only(away and not sideways, not away and not sideways, sideways)


def back(at: Setting):
    end = at.end("sam")
    assert length(end) <= 0.02
    return (*at.start, *at.step("sam").next, at.steps, 0.02)


def gd_is_then(at: Setting):
    gd_goes_there(at)
    return (*at.end("gd"), *FLAT[0])


def uphill_is_the_saddle(at: Setting):
    g = at.gradient(at.start)
    assert np.allclose(g / length(g), -at.start / length(at.start))
    return (*at.start, length(at.start))


def past_it(at: Setting):
    step = at.step("sam")
    assert step.perturbed @ at.start < 0
    return (length(step.delta), *step.perturbed)


def points_back(at: Setting):
    """Downhill at the perturbed point is away from the saddle; from θ the same direction leads to it."""
    step = at.step("sam")
    down = -step.gradient_there
    assert down @ step.perturbed > 0.99 * length(down) * length(step.perturbed)
    assert down @ at.start < -0.99 * length(down) * length(at.start)
    return ()


def where_taken(at: Setting):
    points_back(at)
    step = at.step("sam")
    assert np.allclose(step.next, at.start - at.rate * step.gradient_there)
    return tuple(at.start)


def title_points_back(at: Setting):
    step = at.step("sam")
    assert step.gradient @ step.gradient_there < 0
    return ()


def summary(at: Setting):
    """Over the diagonal: held exactly where θ + δ lies beyond the saddle."""
    points = on_the_diagonal(np.linspace(0.05, 1.35, 53))
    for key in ("sam", "m-sam"):
        beyond = (at.step(key, points).perturbed * points).sum(axis=0) < 0
        back = (at.step(key, points).gradient_there * points).sum(axis=0) > 0
        held = np.hypot(*at.end(key, points, steps=2000, keep="final")) < 0.1
        assert (beyond == back).all()
        assert (beyond == held).mean() > 0.95  # α is not infinitely small
    from_mid = [at.step(key, (0.6, 0.6)).perturbed.sum() for key in ("sam", "m-sam")]
    assert from_mid[0] < 0 < from_mid[1]
    return ()


def gd_from_each(at: Setting):
    points = on_the_diagonal(np.linspace(0.05, 1.35, 14))
    ends = at.end("gd", points, steps=2000, keep="final")
    assert np.allclose(ends, 1, atol=1e-3)
    return FLAT[0]


def up_to(at: Setting) -> int:
    return at.closest(hold(at, "sam"))


def is_rho(at: Setting):
    found = hold(at, "sam")
    assert abs(found - at.rho) < 0.02
    return (found,)


def from_the_middle(at: Setting):
    assert at.outcome("sam") == "saddle"
    assert distance(at.end("gd"), FLAT[0]) < 0.1
    return (*at.start, length(at.start))


def guesses(at: Setting):
    """1.41 is the minimum itself."""
    assert np.isclose(length(np.array(FLAT[0])), np.sqrt(2))
    return (np.sqrt(2),)


def monge(at: Setting):
    points = np.random.default_rng(0).uniform(-3, 3, (2, 200))
    step = at.step("m-sam", points)
    g = np.hypot(*step.gradient)
    assert np.allclose(step.delta, at.rho * step.gradient / g / np.sqrt(1 + g * g))
    return (1,)


def monge_setting(at: Setting):
    return (*at.start, at.rho, at.rate, at.steps)


def monge_end(at: Setting):
    end, (motion, period) = at.end("m-sam"), at.motion("m-sam")
    assert at.outcome("m-sam") == "flat minimum"
    assert motion == "longer cycle"
    return (*FLAT[1], *end, period)


def neither(at: Setting):
    from optimizers import GD, run

    stopped = run(GD(), at.loss, at.start, learning_rate=at.rate, steps=at.steps).final
    assert distance(at.end("m-sam"), SADDLE, stopped) > 0.5
    return ()


def again(at: Setting):
    return (*at.start, length(at.start))


def its_gradient(at: Setting):
    return (length(at.gradient(at.start)),)


def lengths(at: Setting):
    return tuple(length(at.step(key).delta) for key in ("m-sam", "sam"))


def where_to(at: Setting) -> int:
    end = at.end("m-sam")
    return at.only(distance(end, FLAT[0]) < 0.1, length(end) < 0.1, distance(end, at.start) < 0.1)


def to_the_minimum(at: Setting):
    assert at.outcome("m-sam") == "flat minimum"
    return FLAT[0]


def stays_on_its_side(at: Setting):
    step = at.step("m-sam")
    assert step.perturbed @ at.start > 0
    assert -step.gradient_there @ at.start > 0
    return length(step.delta), length(at.start)


def held_as_well(at: Setting):
    assert at.outcome("m-sam", (0.3, 0.3)) == "saddle"
    return ()


def two_holds(at: Setting):
    return hold(at, "m-sam"), hold(at, "sam")


def antidiagonal(at: Setting) -> np.ndarray:
    return np.isclose(at.starts[0], -at.starts[1])


def held(at: Setting, key: str) -> np.ndarray:
    return np.hypot(*at.end(key, keep="final")) < 0.1


def grid(at: Setting):
    x, y = at.starts
    assert len(set(x)) == len(set(y)) == 10
    return at.starts.shape[1], 10, 10, x.min(), x.max()


def sam_count(at: Setting):
    return (at.share("sam", "saddle"),)


def gd_count(at: Setting):
    assert np.array_equal(held(at, "gd"), antidiagonal(at))
    return (at.share("gd", "saddle"),)


def monge_count(at: Setting):
    assert 2 * at.share("m-sam", "saddle") == at.share("sam", "saddle")
    return (at.share("m-sam", "saddle"),)


def ten_and_six(at: Setting):
    both = held(at, "m-sam") & held(at, "gd")
    assert both.sum() == held(at, "gd").sum() == 10
    assert held(at, "m-sam").sum() - both.sum() == 6
    return ()


def held_less_often(at: Setting):
    assert 0 < at.share("m-sam", "saddle") < at.share("sam", "saddle")
    return (0,)


def looks_past(at: Setting):
    summary(at)
    return ()


def two_cycle(at: Setting):
    motion, period = at.motion("sam")
    assert motion == "2-cycle"
    return (period,)


def range_of_rho(at: Setting):
    from optimizers import SAM, run
    from optimizers.outcomes import OUTCOMES, outcome

    radii = np.round(np.arange(0.02, 2.5, 0.01), 2)
    starts = np.repeat(at.start[:, None], radii.size, axis=1)
    ends = run(SAM(radii), at.loss, starts, learning_rate=at.rate, steps=at.steps, keep="final").final
    at_saddle = radii[outcome(at.loss, ends) == OUTCOMES.index("saddle")]
    assert np.allclose(np.diff(at_saddle), 0.01)
    half = outcome(at.loss, ends)[radii == 0.5]
    assert OUTCOMES[int(half[0])] == "flat minimum"
    return at_saddle.min(), at_saddle.max(), 0.5


CLAIMS = {
    PAST: summary,
    "Why the saddle holds SAM and not Monge SAM": looks_past,
    "The banana ℓ = (1 − θ₁θ₂)² has a curved valley of minima, θ₁θ₂ = 1, and a saddle at (0, 0).": is_banana,
    "The flattest minima are (1, 1) and (−1, −1).": flattest,
    "Start: (−1.5, 0.5), with α = 0.01 and 200 steps.": setting,
    "At (−1.55, −0.65), in the valley.": gd_end,
    "It does not slide on to (−1, −1): all of the valley has loss 0, and there the gradient is zero.": valley_is_level,
    "It passes the saddle: gradient descent ends there only from starts on the line θ₁ = −θ₂.": gd_passes,
    "Its radius is ρ = 1.": sam_setting,
    "At the saddle, within 0.01 of (0, 0).": sam_end,
    "Not at the flat minimum (−1, −1), and not in the valley near (−1.55, −0.65) like gradient descent.": sam_not_there,
    "The loss here is 1.00; in the valley it is 0.": sam_loss,
    "Start at (0.1, 0.1), between the saddle and the minimum (1, 1).": between,
    "Downhill leads to (1, 1), and gradient descent’s first step goes there.": gd_goes_there,
    "ρ = 1.": lambda at: (at.rho,),
    "Back: from (0.1, 0.1) to (0.092, 0.092), and in 20 steps to within 0.02 of the saddle.": back,
    "Gradient descent is then at (0.148, 0.148), on its way to (1, 1).": gd_is_then,
    "Past the saddle the gradient points back": title_points_back,
    "Uphill from (0.1, 0.1) is the saddle, 0.14 away.": uphill_is_the_saddle,
    "SAM looks 1 far, past it, at (−0.61, −0.61).": past_it,
    "There downhill leads away from the saddle on the other side.": points_back,
    "SAM takes that step at (0.1, 0.1), where the same direction leads to the saddle.": where_taken,
    "Starts on the diagonal θ₁ = θ₂ between saddle and minimum: gradient descent goes from each to (1, "
    "1).": gd_from_each,
    "SAM has ρ = 1.": sam_setting,
    "The minimum is 1.41 from the saddle.": guesses,
    "1.0, which is ρ: as long as θ + δ lies beyond the saddle.": is_rho,
    "From (0.6, 0.6), 0.85 away, SAM falls back and gradient descent does not.": from_the_middle,
    "Half of ρ would be a guess from symmetry; 1.41 would leave no start at all for the minimum.": guesses,
    "Monge SAM has the direction of SAM’s δ, but the length ρ/√(1 + ‖g‖²): less where the slope is steep.": monge,
    "Start (−1.5, 0.5), ρ = 1, α = 0.01, 200 steps.": monge_setting,
    "Near (−1, −1), the flattest minimum: at (−0.95, −0.94), still moving on a 14-cycle.": monge_end,
    "It neither falls into the saddle, as SAM, nor stops where it meets the valley, as gradient descent.": neither,
    "Again from (0.6, 0.6), 0.85 from the saddle.": again,
    "The gradient has length 1.09.": its_gradient,
    "So Monge SAM’s δ has length 0.68; SAM’s has 1.": lengths,
    "To (1, 1).": to_the_minimum,
    "0.68 is less than 0.85: θ + δ stays on this side, where downhill leads to the minimum.": stays_on_its_side,
    "Closer to the saddle Monge SAM is held as well.": held_as_well,
    "On the diagonal its hold ends 0.69 from the saddle, SAM’s 1.00.": two_holds,
    "Now 100 starts, a 10 × 10 grid over [−3, 3]².": grid,
    "SAM ends at the saddle from 32 of them.": sam_count,
    "Gradient descent does from 10, those on the line θ₁ = −θ₂.": gd_count,
    "16, half as many as SAM.": monge_count,
    "Ten of them are gradient descent’s; six more are held by the perturbation.": ten_and_six,
    "0 would be the sentence “Monge SAM escapes saddles”, which is false here: it is held less often.": held_less_often,
    "SAM is held where it looks past the saddle.": looks_past,
    "It does not rest there, but moves on a 2-cycle.": two_cycle,
    "From this start SAM ends at the saddle only for ρ from about 0.88 to 1.68; with ρ = 0.5 it reaches the flattest "
    "minimum.": range_of_rho,
}
WRONG_FOR_GD = (-1.0, -1.0), SADDLE
ANSWERS = {
    "Click where gradient descent ends.": lambda at: WRONG_FOR_GD,
    "Click where SAM ends.": lambda at: ((-1.0, -1.0), (-1.55, -0.65)),
    "Which way is SAM’s first step?": first_way,
    "Up to which distance from the saddle does SAM fall back into it?": up_to,
    "Click where Monge SAM ends.": lambda at: (SADDLE, (-1.55, -0.65)),
    "Where does Monge SAM go?": where_to,
    "From how many of the 100 starts does Monge SAM end at the saddle?": lambda at: at.closest(
        at.share("m-sam", "saddle")
    ),
}
PLAIN = {
    "SAM has the same start, α and number of steps.",
    "SAM is said to prefer flat minima.",
    "A step beside the saddle",
    "Monge SAM from the first start",
    "Why it is not held",
    "A smaller hold, but a hold",
    "What this shows, and what not",
    "One loss and one start say nothing about networks.",
}
