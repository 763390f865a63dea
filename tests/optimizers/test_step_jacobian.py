"""The Jacobian of a step over θ and the state, and what stability and motion make of it."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from landscapes import LANDSCAPES
from optimizers import ASAM, BASES, GD, OPTIMIZERS, SAM, Adam, HeavyBall, LookSAM, MomentumSAM, Noise, run
from optimizers.bases import PLAIN
from optimizers.motions import CHAOTIC, MOTIONS, SETTLED, follow, motion
from optimizers.rules import FAMILY, PAPER
from optimizers.stability import contraction, exact_stability, jacobian, stability
from optimizers.stability.settled_state import settled_state
from optimizers.stability.step_jacobian import multipliers, step_jacobian
from tests.catalogue import every_landscape, every_rule, rule

banana = LANDSCAPES["banana"]
X, Y = np.random.default_rng(8).uniform(-1.5, 1.5, (2, 12))
RATE = 0.02
DIVIDING = {"sam", "m-sam", "fisher-sam", "asam", "n-step-sam", "gsam", "wsam", "looksam", "cr-sam", "riemannian-m-sam"}
every_member = pytest.mark.parametrize("form", [*PAPER, *FAMILY], ids=[form.key for form in (*PAPER, *FAMILY)])


def made(form):
    return form() if "rho" not in form.__dataclass_fields__ or form not in PAPER else form(rho=0.5)


def numeric(chosen, landscape, x, y, base, state, h=1e-6):
    """Central differences of the engine's own step over θ and all of the state that is not discrete."""
    names = [*chosen.state, *base.state]
    moving = [n for n, name in enumerate(names) if name not in {*chosen.discrete, *base.discrete}]

    def after(x, y, state):
        one = run(chosen, landscape, [x, y], learning_rate=RATE, steps=1, base=base, state=state)
        return np.concatenate([one.final, one.state[moving]])

    columns = []
    for column in range(2 + len(moving)):
        ends = []
        for side in (h, -h):
            here, kept = np.array([x, y]), np.array(state)
            if column < 2:
                here[column] += side
            else:
                kept[moving[column - 2]] += side
            ends.append(after(*here, kept))
        columns.append((ends[0] - ends[1]) / (2 * h))
    return np.moveaxis(np.array(columns), (0, 1), (-1, -2))


@every_landscape
@every_rule
def test_of_a_rule_with_a_metric_it_is_the_exact_criterion(key, landscape):
    """I - αJ with the J of `stability.jacobian`."""
    chosen = rule(key, 0.3)
    step, _ = step_jacobian(chosen, landscape, X, Y, RATE)
    matrix, _ = jacobian(chosen, landscape, X, Y)
    expected = np.eye(2) - RATE * np.moveaxis(np.reshape(matrix, (2, 2, -1)), -1, 0)
    assert_allclose(step, expected, rtol=1e-9, atol=1e-11)


@every_member
def test_it_is_the_derivative_of_the_engines_own_step(form):
    """On the way of a run, with the state that it has there."""
    chosen = made(form)
    path = run(chosen, banana, [X, Y], learning_rate=RATE, steps=3, keep="states")
    here, state = path.positions[-1], path.states[-1]
    found, singular = step_jacobian(chosen, banana, *here, RATE, PLAIN, state)
    assert not singular.any()
    assert_allclose(found, numeric(chosen, banana, *here, PLAIN, state), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("key", BASES)
def test_it_is_the_derivative_under_every_base(key):
    base = BASES[key]()
    path = run(SAM(0.3), banana, [X, Y], learning_rate=RATE, steps=3, keep="states", base=base)
    here, state = path.positions[-1], path.states[-1]
    found, _ = step_jacobian(SAM(0.3), banana, *here, RATE, base, state)
    assert_allclose(found, numeric(SAM(0.3), banana, *here, base, state), rtol=1e-3, atol=1e-5)


@every_member
def test_it_is_finite_where_the_gradient_is_zero(form):
    """At the saddle, where what divides by ‖g‖ has no derivative."""
    found, singular = step_jacobian(made(form), banana, np.zeros(1), np.zeros(1), RATE)
    assert (np.abs(found) < 100).all()
    assert singular.all() == (form.key in DIVIDING)


@every_member
def test_every_rule_has_an_exact_criterion(form):
    found = exact_stability(made(form), banana, X, Y, RATE)
    assert np.isfinite(found.smaller).all()
    assert (found.smaller <= found.larger).all()
    assert np.isfinite(contraction(found, RATE)).all()


def test_heavy_ball_is_stable_where_its_theory_says():
    """On ℓ = θ², with H = 2: stable iff 0 < 2α < 2(1 + μ)."""
    bowl, momentum = LANDSCAPES["paraboloid"], 0.5
    for rate, stable in ((0.5, True), (1.4, True), (1.6, False)):
        found = exact_stability(GD(), bowl, np.array([0.3]), np.array([0.2]), rate, HeavyBall(momentum))
        assert (contraction(found, rate) > 0).all() == stable
        ends = run(GD(), bowl, [0.3, 0.2], learning_rate=rate, steps=400, base=HeavyBall(momentum)).final
        assert (np.abs(ends).max() < 0.3) == stable


QUICK = {"adam": {"memory": 0.5, "square_memory": 0.8}, "rmsprop": {"memory": 0.8}}  # settle in few steps
every_base = pytest.mark.parametrize("base", [BASES[key](**QUICK.get(key, {})) for key in BASES], ids=list(BASES))


@every_base
def test_a_base_settles_where_steps_of_no_length_take_it(base):
    """With α = 0 the engine's own runs stay at θ."""
    for chosen in (SAM(0.3), OPTIMIZERS["gsam"]()):
        found = settled_state(chosen, banana, np.stack([X, Y]), RATE, base)
        kept = run(chosen, banana, [X, Y], learning_rate=0.0, steps=500, base=base, keep="final").state
        assert_allclose(found, kept, rtol=1e-9, atol=1e-12)
    assert (settled_state(LookSAM(), banana, np.stack([X, Y]), RATE, base)[:3] == 0.0).all()  # as a run begins


@every_base
def test_criteria_are_of_the_step_of_the_base(base):
    """Its multipliers are those of differences of the engine's own step, once the base has settled."""
    chosen, points = SAM(0.3), np.stack([X, Y])
    state = run(chosen, banana, points, learning_rate=0.0, steps=500, base=base, keep="final").state
    expected = np.linalg.eigvals(numeric(chosen, banana, X, Y, base, state))
    found = exact_stability(chosen, banana, X, Y, RATE, base)
    slowest = expected.real.max(axis=-1)
    assert_allclose(1.0 - RATE * found.smaller, slowest, rtol=1e-5)
    assert_allclose(1.0 - RATE * contraction(found, RATE), np.abs(expected).max(axis=-1), rtol=1e-5)


def test_a_kink_has_no_value_under_any_base():
    at = np.array([0.0, 0.6]), np.array([0.7, 0.6])
    for base in (HeavyBall(), Adam()):
        found = exact_stability(ASAM(0.5), banana, *at, RATE, base)
        assert found.kink.tolist() == [True, False]
        assert np.isnan(found.smaller).tolist() == [True, False]


def test_adam_with_a_high_floor_is_stable_where_its_theory_says():
    """At the minimum of ℓ = θ² its step is heavy ball's over the floor: stable iff 2α/ε < 2(1 + β₁)/(1 - β₁)."""
    bowl, base = LANDSCAPES["paraboloid"], Adam(memory=0.5, square_memory=0.9, floor=1.0)
    for rate, stable in ((2.9, True), (3.1, False)):
        found = exact_stability(GD(), bowl, np.zeros(1), np.zeros(1), rate, base)
        assert (contraction(found, rate) > 0).all() == stable
        ends = run(GD(), bowl, [1e-6, 1e-6], learning_rate=rate, steps=300, base=base).final
        assert (np.abs(ends).max() < 1e-6) == stable


def test_heavy_ball_that_keeps_all_of_its_momentum_has_a_value():
    found = exact_stability(SAM(0.3), banana, X, Y, RATE, HeavyBall(1.0))
    assert np.isfinite(found.smaller).all()
    assert (contraction(found, RATE) < 1e-9).all()


def test_looksam_is_judged_over_one_period():
    """Its multipliers are those of five steps, as differences of five steps of a run see them."""
    chosen, h, points = LookSAM(0.5, 0.2, 5), 1e-6, np.stack([X, Y])
    found, _ = multipliers(chosen, banana, X, Y, RATE)

    def after(points):
        return run(chosen, banana, points, learning_rate=RATE, steps=5).final

    columns = [(after(points + h * e[:, None]) - after(points - h * e[:, None])) / (2 * h) for e in np.eye(2)]
    expected = np.linalg.eigvals(np.moveaxis(np.array(columns), (0, 1, 2), (2, 1, 0)))
    largest = np.abs(found).max(axis=-1) ** 5
    assert_allclose(largest, np.abs(expected).max(axis=-1), rtol=1e-5)


def test_a_rule_without_a_metric_has_no_flow_matrix():
    with pytest.raises(ValueError, match="GSAM has no metric, and A_ρ holds one fixed"):
        stability(OPTIMIZERS["gsam"](), banana, X, Y)


def test_a_state_asks_for_the_learning_rate():
    with pytest.raises(ValueError, match=r"LookSAM under Gradient descent has a state, .* give learning_rate"):
        exact_stability(LookSAM(), banana, X, Y)


@pytest.mark.parametrize(
    ("chosen", "base"),
    [(MomentumSAM(0.0, 0.5), PLAIN), (SAM(0.0), HeavyBall(0.5)), (LookSAM(0.0), PLAIN)],
    ids=str,
)
def test_runs_that_come_to_rest_are_settled(chosen, base):
    runs = run(chosen, LANDSCAPES["paraboloid"], [[0.5, 1.0], [0.2, -1.0]], learning_rate=0.1, steps=500, base=base)
    assert (motion(runs) == SETTLED).all()
    assert (follow(runs).codes == SETTLED).all()


def test_momentum_sam_circles_where_momentum_alone_rests():
    runs = run(MomentumSAM(0.3, 0.5), LANDSCAPES["paraboloid"], [0.5, 0.2], learning_rate=0.1, steps=500)
    motion = follow(runs)
    assert MOTIONS[int(motion.codes)] != "settled"
    assert follow(replace(runs, rule=MomentumSAM(0.0, 0.5))).codes == SETTLED


def test_motion_goes_on_with_the_state():
    """Heavy ball passes the minimum: at rest for the moment of turning, it would be settled without its momentum."""
    path = run(GD(), LANDSCAPES["paraboloid"], [1.0, 0.0], learning_rate=0.001, steps=400, base=HeavyBall(0.999),
               keep="states")  # fmt: skip
    speed = np.abs(np.diff(path.positions[:, 0]))
    turn = int(speed[5:].argmin()) + 5
    runs = run(GD(), LANDSCAPES["paraboloid"], [1.0, 0.0], learning_rate=0.001, steps=turn, base=HeavyBall(0.999))
    assert MOTIONS[int(follow(runs).codes)] not in ("settled", "2-cycle")


def test_noise_keeps_a_run_moving_and_its_derivative_is_none():
    points = [X[:3], Y[:3]]
    runs = run(SAM(0.3), banana, points, learning_rate=0.01, steps=100, noise=Noise(0.5), base=HeavyBall(0.5))
    motion = follow(runs)
    assert not (motion.codes == SETTLED).any()
    assert not (motion.codes == CHAOTIC).all()
    assert motion.codes.shape == (3,)
