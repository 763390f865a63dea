"""One step of SAM: the banana at (−1.5, 0.5), ρ = 1, α = 0.01."""

import numpy as np

from optimizers import OPTIMIZERS
from tests.lessons.setting import Setting, length

FULL_TURN = np.linspace(0, 2 * np.pi, 100_001)
RIM = np.array([np.cos(FULL_TURN), np.sin(FULL_TURN)])


def highest(at: Setting) -> tuple[float, np.ndarray]:
    """The largest loss on SAM's circle, and where."""
    points = at.start[:, None] + at.rho * RIM
    values = at.loss.value(*points)
    return float(values.max()), points[:, values.argmax()]


def size(at: Setting, key: str) -> float:
    """‖next − θ‖."""
    return length(at.step(key).next - at.start)


def ratio(at: Setting, key: str) -> float:
    """The length of a rule's step in units of gradient descent's."""
    return size(at, key) / (at.rate * length(at.gradient(at.start)))


def is_banana(at: Setting, factor: float = 1.0) -> bool:
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    return np.allclose(at.loss.value(x, y), factor * (1 - x * y) ** 2)


def starting(at: Setting):
    assert is_banana(at)
    return (*at.start, 1)


def gradient_descent_uses_this_gradient(at: Setting):
    assert np.allclose(at.step("gd").next, at.start - at.rate * at.gradient(at.start))
    return ()


def gd_of_sam(at: Setting):
    """Gradient descent is SAM with ρ = 0, and is not drawn here."""
    step = type(at.rule("sam"))(0.0)
    found = step.direction(at.loss, *at.start, 0.0)
    assert np.allclose(found, at.gradient(at.start))
    return ()


def sam_looks_elsewhere(at: Setting):
    step = at.step("sam")
    assert np.allclose(step.direction, at.gradient(step.perturbed))
    return (length(step.delta),)


def uphill(at: Setting) -> bool:
    step = at.step("sam")
    return np.allclose(step.delta / length(step.delta), step.gradient / length(step.gradient))


def where_it_looks(at: Setting) -> int:
    values = at.loss.value(*(at.start[:, None] + at.rho * RIM))
    lowest = at.value(at.step("sam").perturbed) < values.min() + 0.1
    again = [at.step("sam").perturbed.tolist() for _ in range(2)]
    return at.only(lowest, again[0] != again[1], uphill(at))


def straight_up(at: Setting):
    assert uphill(at)
    return (length(at.step("sam").delta),)


def random_rule(at: Setting):
    form = OPTIMIZERS["random-sam"]
    assert form.name == "Random SAM"
    start = np.tile(at.start[:, None], 50)
    one_step = start - at.loss.gradient(*start)  # gradient descent with α = 1
    from optimizers import run

    ends = run(form(at.rho, np.arange(50)), at.loss, start, learning_rate=1.0, steps=1).final
    assert len({tuple(end) for end in (ends - one_step).T.round(6)}) == 50
    return ()


def lowest_tells_nothing(at: Setting):
    """It is lower than θ, and so bounds nothing; how bad the loss can become is another number."""
    values = at.loss.value(*(at.start[:, None] + at.rho * RIM))
    assert values.min() < at.value(at.start) < values.max()
    return ()


def here(at: Setting):
    g = at.step("sam").gradient
    return (*g, length(g))


def divided(at: Setting):
    step = at.step("sam")
    assert np.allclose(step.delta, at.rho * step.gradient / length(step.gradient))
    return tuple(step.delta)


def looks_at(at: Setting):
    return tuple(at.step("sam").perturbed)


def losses(at: Setting):
    return at.value(at.step("sam").perturbed), at.value(at.start)


def is_it_highest(at: Setting) -> int:
    share = at.value(at.step("sam").perturbed) / highest(at)[0]
    return at.only(share > 0.999, 0.9 < share < 0.999, share < 0.5)


def question_of_the_circle(at: Setting):
    assert at.rho == 1
    return (at.rho,)


def the_highest(at: Setting):
    value, point = highest(at)
    return (value, *point)


def tangent_plane(at: Setting):
    """Of the plane ℓ + g·δ the highest point of the disc is δ, and it is not that of the loss."""
    plane = at.gradient(at.start) @ RIM
    assert np.allclose(RIM[:, plane.argmax()], at.step("sam").delta / at.rho, atol=1e-4)
    return ()


def elsewhere(at: Setting):
    assert length(highest(at)[1] - at.step("sam").perturbed) > 0.1
    return ()


def one_gradient(at: Setting):
    """Of all points that it looks at, the first is θ, and the second is what it looks for."""
    looked = at.step("sam").looked
    assert np.allclose(looked[0], at.start)
    assert len(looked) == 2
    return ()


def found_there(at: Setting):
    there = at.step("sam").gradient_there
    return (*there, length(there))


def a_step(at: Setting):
    step = at.step("sam")
    assert np.allclose(step.next - step.point, -at.rate * step.gradient_there)
    return (at.rate,)


def next_point(at: Setting):
    step = at.step("sam")
    return (*step.next, at.value(step.next))


def visited(at: Setting):
    step = at.step("sam")
    assert length(step.next - step.perturbed) > 0.9
    return ()


def from_there(at: Setting):
    step = at.step("sam")
    return at.value(step.perturbed - at.rate * step.gradient_there), at.value(at.start)


def from_where(at: Setting) -> int:
    step = at.step("sam")
    back = step.next + at.rate * step.gradient_there
    places = at.start, step.perturbed, (at.start + step.perturbed) / 2
    return at.only(*(np.allclose(back, place) for place in places))


def same_start(at: Setting):
    assert [rule.key for rule in at.state.rules()] == ["gd", "sam"]
    return ()


def one_length(at: Setting):
    places = np.random.default_rng(0).uniform(-3, 3, (2, 200))
    assert np.allclose(np.hypot(*at.step("sam", places).delta), at.rho)
    return (at.rho,)


def times(at: Setting):
    return (ratio(at, "sam"),)


def not_how_far_it_steps(at: Setting):
    """At other points of the plane the step has other lengths, with the same ρ."""
    places = np.random.default_rng(0).uniform(-3, 3, (2, 200))
    step = at.step("sam", places)
    assert np.ptp(np.hypot(*(step.next - places))) > 0.1
    return ()


def steeper(at: Setting):
    step = at.step("sam")
    assert np.isclose(length(step.next - at.start), at.rate * length(step.gradient_there))
    assert length(step.gradient_there) > length(step.gradient)
    return ()


def shorter_elsewhere(at: Setting):
    """On sinc, whose slopes grow milder beyond their steepest ring."""
    from landscapes import LANDSCAPES
    from optimizers.anatomy import anatomy

    step = anatomy(at.rule("sam"), LANDSCAPES["sinc"], np.array([2.0, 0.0]), at.rate)
    assert length(step.gradient_there) < length(step.gradient)
    return ()


def monge(at: Setting):
    step = at.step("m-sam")
    g = length(step.gradient)
    assert np.allclose(step.delta / length(step.delta), at.step("sam").delta / at.rho)
    assert np.isclose(length(step.delta), at.rho / np.sqrt(1 + g * g))
    return (1,)


def on_the_surface(at: Setting):
    """The way along δ on the tangent plane has length ρ; straight along the plane's slope it is longer than in θ."""
    step = at.step("m-sam")
    assert np.isclose(np.hypot(length(step.delta), step.gradient @ step.delta), at.rho)
    return ()


def g_and_rho(at: Setting):
    return length(at.gradient(at.start)), at.rho


def how_far(at: Setting) -> int:
    return at.closest(length(at.step("m-sam").delta))


def monge_length(at: Setting):
    g = length(at.gradient(at.start))
    return length(at.step("m-sam").delta), 1, np.sqrt(1 + g * g)


def monge_times(at: Setting):
    """And over the plane, the steeper the closer to gradient descent."""
    g = np.geomspace(1, 1e4, 50)
    assert (np.diff(1 / np.sqrt(1 + g * g)) < 0).all()
    return ratio(at, "m-sam"), ratio(at, "sam")


def small_gradient(at: Setting):
    near = np.array([1.001, 1.0])
    assert length(at.gradient(near)) < 0.01
    assert length(at.step("m-sam", near).delta) > 0.999 * at.rho
    return ()


def ten_times(at: Setting):
    assert is_banana(at, 10.0)
    return 10, 1


def the_unit(at: Setting):
    """g is ten times as long everywhere, so zero where it was, and the Hessian keeps its signs."""
    from landscapes import LANDSCAPES

    places = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    banana = LANDSCAPES["banana"]
    assert np.allclose(at.loss.gradient(*places), 10 * np.array(banana.gradient(*places)))
    assert np.allclose(at.loss.hessian(*places), 10 * np.array(banana.hessian(*places)))
    return ()


def before(at: Setting, key: str):
    """The step of a rule on the banana itself."""
    from landscapes import LANDSCAPES
    from optimizers.anatomy import anatomy

    return anatomy(at.rule(key), LANDSCAPES["banana"], at.start, at.rate)


def whose_moves(at: Setting) -> int:
    moved = [length(at.step(key).delta - before(at, key).delta) > 1e-6 for key in ("sam", "m-sam")]
    return at.only(moved == [True, False], moved == [False, True], all(moved), not any(moved))


def shrinks(at: Setting):
    g = length(at.gradient(at.start)) / length(before(at, "sam").gradient)
    return length(before(at, "m-sam").delta), length(at.step("m-sam").delta), g


def stays(at: Setting):
    assert np.allclose(at.step("sam").delta, before(at, "sam").delta)
    return ()


def both_change(at: Setting):
    now, then = size(at, "sam"), length(before(at, "sam").next - at.start)
    assert np.isclose(now, 10 * then)
    assert not np.isclose(size(at, "m-sam"), length(before(at, "m-sam").next - at.start))
    return (now,)


def three_ends(at: Setting):
    assert at.outcome("gd") == "minimum"
    assert at.outcome("sam") == "saddle"
    assert at.outcome("m-sam") == "flat minimum"
    return (at.steps,)


def four_parts(at: Setting):
    for key in ("gd", "sam", "m-sam"):
        step = at.step(key)
        assert np.allclose(at.run(key, steps=1).final, at.start - at.rate * at.gradient(at.start + step.delta))
    return ()


def one_does_not_tell(at: Setting):
    """SAM's and Monge SAM's first steps are alike in direction, their ends are far apart."""
    one, other = (at.step(key).next - at.start for key in ("sam", "m-sam"))
    assert one @ other / length(one) / length(other) > 0.9
    assert length(at.end("sam") - at.end("m-sam")) > 1
    return ()


CLAIMS = {
    "SAM looks uphill at the distance ρ, takes the gradient there, and steps from where it stands.": four_parts,
    "We stand at θ = (−1.5, 0.5) on the banana loss ℓ = (1 − θ₁θ₂)².": starting,
    "Gradient descent would use the gradient g of this point.": gd_of_sam,
    "SAM uses the gradient of another point, θ + δ, at the distance ρ = 1.": sam_looks_elsewhere,
    "δ = ρ g/‖g‖ points straight uphill and has length 1.": straight_up,
    "SAM asks how bad the loss can become nearby, so the lowest point would tell it nothing.": lowest_tells_nothing,
    "Random points are used by another rule, Random SAM.": random_rule,
    "Here g = (−1.75, 5.25), of length 5.53.": here,
    "Divided by its length and multiplied by ρ it is δ = (−0.32, 0.95).": divided,
    "SAM looks at θ + δ = (−1.82, 1.45).": looks_at,
    "There the loss is 13.19; at θ it is 3.06.": losses,
    "But it computes only one gradient to find that point.": one_gradient,
    "The circle is all that is at distance 1 from θ.": question_of_the_circle,
    "The highest loss on the circle is 13.97, at (−2.05, 1.34).": the_highest,
    "SAM finds 13.19.": lambda at: losses(at)[:1],
    "It replaces the loss by its tangent plane at θ, and of a plane the highest point is straight "
    "uphill.": tangent_plane,
    "The banana curves, so the maximum is elsewhere.": elsewhere,
    "It is (−10.52, 13.19), of length 16.87.": found_there,
    "The step is −α times this gradient, with the learning rate α = 0.01.": a_step,
    "From θ: the next point is θ − α∇ℓ(θ + δ) = (−1.39, 0.37), where the loss is 2.29.": next_point,
    "The point θ + δ is only visited.": visited,
    "A step from there would leave the loss at 10.58, above the 3.06 of the start.": from_there,
    "Gradient descent and SAM start at the same point with the same α.": same_start,
    "SAM’s δ has length 1, whatever the gradient is.": one_length,
    "3.05 times.": times,
    "ρ fixes how far SAM looks, not how far it steps.": not_how_far_it_steps,
    "The step has the length of the gradient found there, and uphill of θ this loss is steeper.": steeper,
    "On other losses the step can be shorter.": shorter_elsewhere,
    "Monge SAM has the same direction but another length: ‖δ‖ = ρ/√(1 + ‖g‖²).": monge,
    "It measures distance on the surface of the loss, where a steep way is a long way.": on_the_surface,
    "Here ‖g‖ = 5.53 and ρ = 1.": g_and_rho,
    "0.18, since √(1 + ‖g‖²) = 5.62.": monge_length,
    "On steep ground Monge SAM is close to gradient descent: its step is 1.25 times as long, SAM’s 3.05 "
    "times.": monge_times,
    "Where the gradient is small, it looks nearly as far as SAM.": small_gradient,
    "Now the loss is 10 (1 − θ₁θ₂)².": ten_times,
    "Minima, saddle and contours are where they were; only the unit of the loss has changed.": the_unit,
    "Monge SAM’s: its δ shrinks from 0.178 to 0.018, as the gradient is 10 times as long.": shrinks,
    "SAM divides by that length, and its δ stays.": stays,
    "Both gradients grow, so both steps change: SAM’s is now 1.69 long, ten times as long.": both_change,
    "One step: gradient, perturbed point, gradient there, step from θ.": four_parts,
    "ρ says how far to look, α how far to go.": four_parts,
    "One step does not tell where a run ends.": one_does_not_tell,
    "After 200 steps gradient descent is in the valley, SAM at the saddle, Monge SAM near the flattest "
    "minimum.": three_ends,
}
ANSWERS = {
    "Which point is θ + δ?": where_it_looks,
    "The circle is all that is at distance 1 from θ. Is the loss highest at θ + δ?": is_it_highest,
    "From which point is the step taken?": from_where,
    "How long is SAM’s step, in units of gradient descent’s?": lambda at: at.closest(ratio(at, "sam")),
    "How far does Monge SAM look from here?": how_far,
    "Whose perturbed point θ + δ moves?": whose_moves,
}
PLAIN = {
    "One step of SAM",
    "The perturbed point",
    "SAM’s step beside gradient descent’s",
    "Monge SAM looks less far",
    "Ten times the loss",
    "What one step tells",
    "SAM is derived from “the largest loss within distance ρ”.",
    "SAM now knows the gradient at θ + δ.",
    "Why is the next lesson.",
}
