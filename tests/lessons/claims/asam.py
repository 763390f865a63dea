"""ASAM after 200 steps and after 20,000: Figure 5’s starts on the banana, ρ = 1, α = 0.01."""

import numpy as np

from app.compute.more_steps import FACTOR
from optimizers import ASAM, GD, SAM, run
from optimizers.outcomes import OUTCOMES, outcome, shares
from tests.lessons.setting import Setting, distance, length

FLATTEST = (1.0, 1.0), (-1.0, -1.0)
STILL, NEAR, LONG = 1e-3, 0.1, 20_000


def flat(at: Setting, rule, steps: int) -> float:
    """Of Figure 5's starts, how many percent are at one of the flattest minima."""
    x = np.linspace(-3, 3, 10)
    starts = np.array(np.meshgrid(x, x)).reshape(2, -1)
    ends = run(rule, at.loss, starts, learning_rate=at.rate, steps=steps, keep="final").final
    return 100 * shares(outcome(at.loss, ends), OUTCOMES)["flat minimum"]


def disc(at: Setting):
    angle = np.linspace(0, 2 * np.pi, 200)
    rim = at.step("sam").rim([np.cos(angle), np.sin(angle)]) - at.start[:, None]
    assert np.allclose(np.hypot(*rim), at.rho)
    return ()


def ellipse(at: Setting):
    angle = np.linspace(0, 2 * np.pi, 200)
    rim = at.step("asam").rim([np.cos(angle), np.sin(angle)]) - at.start[:, None]
    eta = at.rule("asam").eta
    axes = at.rho * (np.abs(at.start) + eta)
    assert np.allclose((rim[0] / axes[0]) ** 2 + (rim[1] / axes[1]) ** 2, 1)
    assert axes[0] > axes[1]
    return (eta,)


def here(at: Setting):
    return (*at.start, at.rho)


def how_long(at: Setting) -> int:
    assert np.isclose(length(at.step("sam").delta), at.rho)
    return at.closest(length(at.step("asam").delta))


def sam_is(at: Setting):
    return (length(at.step("sam").delta),)


def leans(at: Setting):
    one, other = at.step("asam").delta, at.step("sam").delta
    assert one[0] > one[1]
    assert np.allclose(other, at.rho * at.gradient(at.start) / length(at.gradient(at.start)))
    return length(one), *one, *other


def not_equal(at: Setting):
    assert length(at.step("asam").delta) > 1.5 * length(at.step("sam").delta)
    return (at.rho,)


def first_near(at: Setting, rule, steps: int = 5000) -> int:
    """After how many steps a run is within 0.1 of (1, 1)."""
    path = run(rule, at.loss, at.start, learning_rate=at.rate, steps=steps).positions
    near = np.hypot(*(path - 1).T) <= NEAR
    assert near.any()
    return int(near.argmax())


def setting(at: Setting):
    return (*at.start, at.rho, at.rate, at.steps)


def sam_arrives(at: Setting):
    return NEAR, *FLATTEST[0], first_near(at, SAM(at.rho))


def near_where_it_met(at: Setting):
    met = run(GD(), at.loss, at.start, learning_rate=at.rate, steps=200).final
    assert distance(at.end("asam"), met) < 0.2
    assert at.outcome("asam") == "minimum"
    return tuple(at.end("asam"))


def two_sharpnesses(at: Setting):
    return at.sharpness(at.end("asam")), *FLATTEST[0], at.sharpness(FLATTEST[0])


def seems_to_stay(at: Setting):
    path = at.run("asam").positions[-20:]
    assert length(path[:10].mean(axis=0) - path[10:].mean(axis=0)) < 0.1
    assert distance(path[-1], FLATTEST[0]) > 1
    return (length(np.ptp(path, axis=0)),)


def others(at: Setting):
    assert at.steps == 200
    return *FLATTEST[0], *FLATTEST[1], at.share("sam", "flat minimum"), at.share("gd", "flat minimum")


def runs(at: Setting):
    return (at.starts.shape[1],)


def asam_now(at: Setting):
    assert at.share("asam", "flat minimum") == at.share("gd", "flat minimum")
    return (at.share("asam", "flat minimum"),)


def the_rest(at: Setting):
    valley, away, saddle = (at.share("asam", kind) for kind in ("minimum", "elsewhere", "saddle"))
    return valley, away, at.loss.tolerance, saddle


def paper_is_right(at: Setting):
    assert at.share("asam", "flat minimum") < 50
    assert at.share("asam", "minimum") > 50
    return (at.steps,)


def moving(at: Setting, key: str) -> int:
    found = at.run(key, keep="final")
    return int((np.hypot(*(found.final - found.previous)) > STILL).sum())


def gd_still(at: Setting):
    assert moving(at, "gd") == 0
    return at.steps, at.starts.shape[1]


def rounds(at: Setting):
    """One run in the valley: many short steps to one long one back, and every 100 steps further along."""
    path = run(ASAM(at.rho), at.loss, (2.5, 0.8), learning_rate=at.rate, steps=500).positions[100:]
    steps = np.hypot(*np.diff(path, axis=0).T)
    long = steps > 5 * np.median(steps)
    assert 0.03 < long.mean() < 0.15
    assert (np.diff(path[1:, 0].reshape(4, -1).mean(axis=1)) < -0.03).all()
    return ()


def not_arrived(at: Setting):
    assert flat(at, ASAM(at.rho), LONG) > 5 * at.share("asam", "flat minimum")
    return ()


def many_steps(at: Setting):
    before = flat(at, ASAM(at.rho), 200)
    return at.starts.shape[1], at.steps, 200, 200, before


def later(at: Setting):
    return at.share("asam", "flat minimum"), at.share("asam", "minimum")


def at_last(at: Setting):
    held = at.share("asam", "saddle", steps=LONG)
    assert at.share("asam", "flat minimum", steps=LONG) + held == 100
    return LONG, at.share("asam", "flat minimum", steps=LONG), held, flat(at, SAM(at.rho), 200)


def the_button(at: Setting):
    assert 200 * FACTOR == LONG
    return 20, 0, 200


def both(at: Setting):
    return (*at.start, at.rho, at.rate)


def sam_first(at: Setting):
    return NEAR, *FLATTEST[0], first_near(at, at.rule("sam"))


def ratio(at: Setting) -> float:
    return first_near(at, at.rule("asam")) / first_near(at, at.rule("sam"))


def times(at: Setting):
    return ratio(at), first_near(at, at.rule("asam"))


def same_direction(at: Setting):
    for key in ("sam", "asam"):
        x, y = at.run(key).positions[20 : first_near(at, at.rule(key))].T
        assert np.abs(1 - x * y).max() < 0.6
        assert x[0] > 1.5 or key == "sam"
        assert x[-1] < x[0]
    return ()


def speeds(at: Setting):
    """At SAM's number of steps ASAM is far from where both arrive."""
    there = first_near(at, at.rule("sam"))
    assert distance(at.end("asam", steps=there), FLATTEST[0]) > 1
    assert first_near(at, at.rule("asam")) < at.steps
    return ()


def adaptive(at: Setting, x: float, y: float) -> float:
    """λ_max of T∇²ℓT."""
    hxx, hxy, hyy = at.loss.hessian(x, y)
    scale = np.diag(np.abs([x, y]))
    return float(np.linalg.eigvalsh(scale @ np.array([[hxx, hxy], [hxy, hyy]]) @ scale)[-1])


def units(at: Setting):
    """ASAM's worst first-order rise is that of the gradient in units of T."""
    step, scale = at.step("asam"), np.abs(at.start)
    assert at.rule("asam").eta == 0
    assert np.isclose(step.gradient @ step.delta, at.rho * length(scale * step.gradient))
    return (0,)


def at_the_flattest(at: Setting):
    assert np.isclose(adaptive(at, 1.0, 1.0), at.sharpness(FLATTEST[0]))
    return *FLATTEST[0], adaptive(at, 1.0, 1.0)


def hessian_there(at: Setting):
    return 2, 0.5, at.sharpness((2.0, 0.5))


def everywhere(at: Setting):
    for t in np.geomspace(0.1, 10, 21):
        assert np.isclose(adaptive(at, t, 1 / t), 4)
    return (adaptive(at, 2.0, 0.5),)


def drifts(at: Setting):
    rule = at.rule("asam")
    return 0, flat(at, rule, 200), flat(at, rule, LONG), 100, LONG


def smaller(at: Setting):
    return at.rho, 1, at.starts.shape[1], *FLATTEST[0], *FLATTEST[1], flat(at, SAM(at.rho), 2000), 2000


def slower(at: Setting):
    return at.share("asam", "flat minimum"), LONG, at.share("asam", "flat minimum", steps=LONG)


def slower_still(at: Setting):
    assert flat(at, ASAM(at.rho), LONG) < flat(at, ASAM(1.0), LONG)
    return ()


def about_steps(at: Setting):
    assert flat(at, ASAM(at.rho), LONG) != flat(at, ASAM(at.rho), 200)
    assert flat(at, ASAM(1.0), LONG) != flat(at, ASAM(at.rho), LONG)
    return ()


def taken_along(at: Setting):
    return at.rho, at.share("asam", "flat minimum"), 100, at.steps, flat(at, at.rule("asam"), LONG), LONG


def summary(at: Setting):
    assert taken_along(at)[1] < taken_along(at)[4]
    path = run(ASAM(at.rho), at.loss, (2.5, 0.8), learning_rate=at.rate, steps=5000).positions
    sam = run(SAM(at.rho), at.loss, (2.5, 0.8), learning_rate=at.rate, steps=5000).positions
    first = [int((np.hypot(*(one - 1).T) <= NEAR).argmax()) for one in (path, sam)]
    assert first[0] > 20 * first[1]
    return ()


CLAIMS = {
    "Where ASAM is after 200 steps is not where it ends: it travels along the valley far more slowly than "
    "SAM.": lambda at: (summary(at), (at.steps,))[1],
    "ASAM after 200 steps and after 20,000": lambda at: (at.steps, LONG),
    "SAM looks for the worst point in a disc.": disc,
    "ASAM looks in an ellipse whose half axes are ρ(|θ₁| + η) and ρ(|θ₂| + η), with η = 0.01: long where a "
    "parameter is large.": ellipse,
    "Here θ = (2.5, 0.8) and ρ = 1.": here,
    "SAM’s δ is 1 long.": sam_is,
    "1.86: δ = (1.77, 0.58) leans towards the large parameter θ₁, while SAM’s δ = (0.30, 0.95) follows the "
    "gradient.": leans,
    "The same ρ = 1 means another distance for each rule, so equal ρ is not an equal test.": not_equal,
    "ASAM starts at (2.5, 0.8) on the banana: ρ = 1, α = 0.01, 200 steps.": setting,
    "After 200 steps": lambda at: (at.steps,),
    "From there SAM is within 0.1 of the flattest minimum (1, 1) after 85 steps.": sam_arrives,
    "At (2.24, 0.40), in the valley near the place where it met it.": near_where_it_met,
    "There λ_max is 10.2; at (1, 1) it is 4.": two_sharpnesses,
    "It moves to and fro by 0.15 and seems to stay, far from the flattest minimum.": seems_to_stay,
    "The paper says of 100 such runs that ASAM converges anywhere on the minima and does generally not find one of "
    "the flattest.": runs,
    "SAM ends at (1, 1) or (−1, −1) from 68 of the starts, gradient descent from 10.": others,
    "10, as gradient descent.": asam_now,
    "64 are elsewhere in the valley, 16 not yet within 0.1 of it, 10 at the saddle.": the_rest,
    "As a sentence about 200 steps the paper’s is right.": paper_is_right,
    "A run still moves if its last step is longer than 0.001.": lambda at: (STILL,),
    "After 200 steps none of gradient descent’s 100 runs still move.": gd_still,
    "88.": lambda at: (moving(at, "asam"),),
    "They creep across the valley in small steps, jump back in one, and each such round leads a little along "
    "it.": rounds,
    "A picture at one moment shows where a run is, not whether it has arrived.": not_arrived,
    "25 times as many steps": lambda at: (at.steps / 200,),
    "The same 100 starts, 5,000 steps instead of 200.": lambda at: many_steps(at)[:3],
    "After 200 ASAM was at one of the flattest minima from 10.": lambda at: many_steps(at)[3:],
    "74, and 16 are still on their way along the valley.": later,
    "After 20,000 steps it is 90, all but the 10 that are held at the saddle: more than SAM’s 68.": at_last,
    "The button “Continue to 20 000 steps” under 200 steps shows it.": the_button,
    "SAM and ASAM from (2.5, 0.8), with ρ = 1 and α = 0.01.": both,
    "SAM comes within 0.1 of (1, 1) after 85 steps.": sam_first,
    "56 times: 4,784 steps.": times,
    "ASAM passes the same minima of the valley, in the same direction.": same_direction,
    "A comparison at one number of steps compares speeds, not ends.": speeds,
    "ASAM measures sharpness in units of the parameters: of T∇²ℓT with T = diag(|θ₁|, |θ₂|), for η = 0.": units,
    "At (1, 1) its largest eigenvalue is 4, as that of the Hessian.": at_the_flattest,
    "At (2, 0.5) the Hessian’s is 8.5.": hessian_there,
    "4.0, as at every minimum of the banana: in its own measure none is flatter than another.": everywhere,
    "It drifts all the same, as its steps are not measured by T, but slowly: with η = 0 from 10 to 96 of 100 "
    "starts in 20,000 steps.": drifts,
    "With ρ = 0.3 instead of 1, over the same 100 starts, SAM is at (1, 1) or (−1, −1) from 90 of them after 2,000 "
    "steps.": smaller,
    "ASAM is given 5,000.": lambda at: (at.steps,),
    "10; after 20,000 steps 26.": slower,
    "With this radius ASAM is slower still.": slower_still,
    "“It does not find the flattest” is a sentence about ρ, α and the number of steps.": about_steps,
    "At ρ = 1 ASAM has 10 of 100 at the flattest minima after 200 steps and 90 after 20,000.": taken_along,
}
ANSWERS = {
    "SAM’s δ is 1 long. How long is ASAM’s?": how_long,
    "Click where ASAM is after these steps.": lambda at: (FLATTEST[0], (2.5, 0.8)),
    "From how many does ASAM?": lambda at: at.closest(at.share("asam", "flat minimum")),
    "How many of ASAM’s 100 runs still move?": lambda at: at.closest(moving(at, "asam")),
    "And after 5,000?": lambda at: at.closest(at.share("asam", "flat minimum")),
    "How many times as many steps does ASAM need?": lambda at: at.closest(ratio(at)),
    "How large is ASAM’s sharpness at (2, 0.5)?": lambda at: at.closest(adaptive(at, 2.0, 0.5)),
    "From how many is ASAM there, after 5,000 steps?": lambda at: at.closest(at.share("asam", "flat minimum")),
}
PLAIN = {
    "ASAM’s perturbation",
    "The paper’s sentence",
    "Another radius",
    "What to take along",
    "Whether a network’s training is short or long in this sense, two parameters cannot tell.",
}
