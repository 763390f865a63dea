"""The wider family: each rule against its textbook loop, and what holds of them all."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES
from optimizers import BASES, GD, OPTIMIZERS, SAM, compiled, run
from optimizers.bases import Adam, HeavyBall
from optimizers.philox import normal, philox
from optimizers.rules import (
    FAMILY,
    GSAM,
    WSAM,
    DetSAM,
    FrobSAM,
    LookSAM,
    MomentumSAM,
    NStepSAM,
    RandomSAM,
    RiemannianMongeSAM,
    TraceSAM,
)
from optimizers.spelling import made
from tests.optimizers import textbook

banana = LANDSCAPES["banana"]
every_member = pytest.mark.parametrize("form", FAMILY, ids=[form.key for form in FAMILY])
every_rule = pytest.mark.parametrize("form", OPTIMIZERS.values(), ids=OPTIMIZERS)
every_base = pytest.mark.parametrize("key", BASES)
PRECONDITIONED = ("riemannian-m-sam", "llqr-sam")  # without a radius, too, they go elsewhere than down the gradient


def starts(landscape, count: int) -> np.ndarray:
    (left, right), (bottom, top) = landscape.domain
    return np.random.default_rng(6).uniform([[left], [bottom]], [[right], [top]], (2, count))


def losses(sweep) -> list:
    return list(LANDSCAPES.values())[:: sweep.count(4, 1)]


def furthest(chosen, base, landscape, points, loop, steps: int, rate: float) -> float:
    """The largest distance from a textbook loop, in units of 1 + its size, while that is no larger than 100."""
    path = run(chosen, landscape, points, learning_rate=rate, steps=steps, base=base).positions
    worst = 0.0
    with np.errstate(all="ignore"):
        for index, start in enumerate(points.T):
            want = np.array(loop(start))
            fine = (np.abs(want) < 100.0).all(axis=1).cumprod().astype(bool)
            off = np.abs(path[:, :, index] - want)[fine] / (1.0 + np.abs(want[fine]))
            worst = max(worst, float(off.max()))
    return worst


@every_rule
def test_a_rule_is_its_textbook_loop(form, sweep):
    worst = 0.0
    for landscape in losses(sweep):
        variants = [made(form), *([made(form, {"rho": 0.1})] if form is not GD else [])]
        variants += [RiemannianMongeSAM(0.5, 1)] if form is RiemannianMongeSAM else []
        for chosen in variants:
            rate = landscape.learning_rate / 5.0  # so that rounding is not blown up on the way

            def loop(start, chosen=chosen, landscape=landscape, rate=rate):
                return textbook.LOOPS[form.key](landscape, start, rate, 12, **chosen.hyperparameters)

            points = starts(landscape, sweep.count(2, 6))
            worst = max(worst, furthest(chosen, BASES["gd"](), landscape, points, loop, 12, rate))
    sweep.report(f"a rule is its textbook loop: {form.key}", 12 * len(losses(sweep)), f"{worst:.1e}")
    assert worst < 1e-9


@every_base
def test_a_base_optimizer_is_its_textbook_loop(key, sweep):
    worst, base = 0.0, BASES[key]()
    for landscape in losses(sweep):

        def loop(start, landscape=landscape):
            return textbook.bases(landscape, start, 0.01, 20, key, **base.hyperparameters)

        worst = max(worst, furthest(GD(), base, landscape, starts(landscape, 3), loop, 20, 0.01))
    sweep.report(f"a base optimizer is its textbook loop: {key}", 20 * len(losses(sweep)), f"{worst:.1e}")
    assert worst < 1e-9


def test_rule_and_base_compose():
    """Adam under SAM is Adam's loop on SAM's gradient."""
    slope, points = textbook.gradient_of(banana), starts(banana, 5)

    def perturbed(p):
        return slope(p + 0.3 * textbook.unit(slope(p)))

    def loop(start):
        return textbook.bases(banana, start, 0.01, 30, "adam", perturbed, **Adam().hyperparameters)

    assert furthest(SAM(0.3), Adam(), banana, points, loop, 30, 0.01) < 1e-9


@every_member
def test_both_engines_give_the_same_bits_and_states(form, sweep):
    """On the banana; on the whole catalogue in `make verify`."""
    compared = 0
    for landscape in list(LANDSCAPES.values())[: sweep.count(1, 99)]:
        points = np.hstack(
            [starts(landscape, 300), [[0.0, -0.0, 5e-324, 1e100, np.inf], [0.0, 1.0, 0.0, -1e90, np.nan]]]
        )
        settings = {"learning_rate": landscape.learning_rate, "steps": 40, "keep": "states"}
        (pair,) = compiled.warm([form], [landscape])
        assert pair.kernel is not None, pair.reason
        kernel = run(form(), landscape, points, **settings)
        with compiled.numpy_only():
            reference = run(form(), landscape, points, **settings)
            alone = run(form(), landscape, points[:, 7], **settings)
        for name in ("positions", "states", "state", "final", "previous"):
            assert_array_equal(getattr(kernel, name), getattr(reference, name))
        assert_array_equal(alone.positions, reference.positions[:, :, 7])
        compared += reference.positions.size
    sweep.report(f"NumPy, kernels and single runs give the same bits: {form.key}", compared, "none differs")


@pytest.mark.parametrize("key", [key for key in BASES if key != "gd"])
def test_both_engines_give_the_same_bits_under_every_base(key):
    base, points = BASES[key](), starts(banana, 300)
    settings = {"learning_rate": 0.01, "steps": 40, "keep": "states", "base": base}
    (pair,) = compiled.warm([SAM], [banana], base)
    assert pair.kernel is not None, pair.reason
    kernel = run(SAM(0.5), banana, points, **settings)
    with compiled.numpy_only():
        reference = run(SAM(0.5), banana, points, **settings)
    assert_array_equal(kernel.positions, reference.positions)
    assert_array_equal(kernel.states, reference.states)


@every_member
def test_without_a_radius_a_rule_is_its_base_to_the_last_bit(form, sweep):
    chosen = replace(form(), rho=0.0)
    if form.key in PRECONDITIONED:
        return _without_a_radius_it_is_its_own_loop(chosen)
    base = HeavyBall(chosen.momentum) if form is MomentumSAM else BASES["gd"]()
    for landscape in losses(sweep):
        edges = [[0.0, 1.0, -0.0, -0.0, 1e200, -0.0], [0.0, 0.0, -0.0, 1.0, -0.0, 1e200]]
        points = np.hstack([starts(landscape, 40), edges])
        settings = {"learning_rate": landscape.learning_rate, "steps": 30}
        with_rule = run(chosen, landscape, points, **settings).positions
        descent = run(GD(), landscape, points, base=base, **settings).positions
        number = ~np.isnan(descent)
        assert_array_equal(with_rule[number].view(np.int64), descent[number].view(np.int64))
        assert np.isnan(with_rule[~number]).all()


def _without_a_radius_it_is_its_own_loop(chosen):
    def loop(start):
        return textbook.LOOPS[chosen.key](banana, start, 0.002, 20, **chosen.hyperparameters)

    assert furthest(chosen, BASES["gd"](), banana, starts(banana, 3), loop, 20, 0.002) < 1e-9


@every_member
def test_where_the_gradient_is_zero_a_rule_stays_unless_it_perturbs_there(form):
    """The saddle of the banana."""
    end = run(form(), banana, [0.0, 0.0], learning_rate=0.01, steps=50).final
    if form is RandomSAM:
        assert np.abs(end).max() > 0
    else:
        assert_allclose(end, 0.0, atol=1e-15)  # a quadrature's sums are 0 but for rounding


@every_member
def test_a_run_goes_on_from_its_state(form):
    points = starts(banana, 4)
    whole = run(form(), banana, points, learning_rate=0.01, steps=17, base=Adam())
    first = run(form(), banana, points, learning_rate=0.01, steps=7, base=Adam())
    second = run(form(), banana, first.final, learning_rate=0.01, steps=10, base=Adam(), state=first.state)
    assert_array_equal(second.final, whole.final)
    assert_array_equal(second.state, whole.state)


def test_a_long_run_is_cut_into_pieces_with_its_state(monkeypatch):
    from optimizers import engine

    points = starts(banana, 3)
    whole = run(LookSAM(1.0), banana, points, learning_rate=0.01, steps=90, keep="states")
    monkeypatch.setattr(engine, "FIRST_PIECE", 1)
    monkeypatch.setattr(engine, "PIECE_SECONDS", 1e-9)
    pieces = run(LookSAM(1.0), banana, points, learning_rate=0.01, steps=90, keep="states")
    assert_array_equal(pieces.positions, whole.positions)
    assert_array_equal(pieces.states, whole.states)


def same_path(one, other, **settings) -> None:
    points = starts(banana, 6)
    paths = [run(rule, banana, points, learning_rate=0.002, steps=15).positions for rule in (one, other)]
    assert_allclose(*paths, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WSAM(0.3, 0.5), SAM(0.3)),
        (WSAM(0.3, 0.0), GD()),
        (GSAM(0.3, 0.0), SAM(0.3)),
        (NStepSAM(0.3, 1), SAM(0.3)),
        (LookSAM(0.3, 0.2, 1), SAM(0.3)),
        (FrobSAM(0.5, 0.0), GD()),
        (TraceSAM(0.5, 0.0), GD()),
        (DetSAM(1.0, 0.0), GD()),
    ],
    ids=repr,
)
def test_special_cases(one, other):
    same_path(one, other)


@pytest.mark.parametrize("form", [FrobSAM, TraceSAM])
def test_quadrature_is_exact_for_polynomials(form):
    """On the banana more nodes change nothing."""
    points, settings = starts(banana, 3), form().hyperparameters

    def loop(start):
        return textbook.LOOPS[form.key](banana, start, 0.002, 3, **settings, count=9)

    assert furthest(form(), BASES["gd"](), banana, points, loop, 3, 0.002) < 1e-12


def test_the_quadrature_of_det_sam_has_converged_as_far_as_it_says(sweep):
    """One step from the domain of the banana against 24 × 24 nodes, at the default hyperparameters."""
    points = starts(banana, sweep.count(40, 600))
    step = points - run(DetSAM(), banana, points, learning_rate=1.0, steps=1).final
    fine = np.array(
        [p - textbook.det_sam(banana, p, 1.0, 1, **DetSAM().hyperparameters, count=24)[1] for p in points.T]
    ).T
    worst = float((np.hypot(*(step - fine)) / np.maximum(np.hypot(*fine), 1.0)).max())
    sweep.report("Det-SAM's 4 × 4 nodes against 24 × 24, banana", points.shape[1], f"{worst:.1e}")
    assert worst < 0.03


def test_frob_sam_is_the_gradient_of_its_objective():
    """ℓ + λ/2ρ² Var ℓ(θ + ρz), by central differences."""
    rho, weight, h = 0.5, 0.1, 1e-5

    def objective(p):
        values = [(w, float(banana.value(*(p + rho * z)))) for w, z in textbook.gaussian(6)]
        mean = sum(w * value for w, value in values)
        return float(banana.value(*p)) + weight / (2 * rho**2) * sum(w * (value - mean) ** 2 for w, value in values)

    for p in starts(banana, 5).T:
        slope = [(objective(p + h * e) - objective(p - h * e)) / (2 * h) for e in np.eye(2)]
        moved = p - run(FrobSAM(rho, weight), banana, p, learning_rate=1.0, steps=1).final
        assert_allclose(moved, slope, rtol=1e-5, atol=1e-6)


def test_det_sam_is_the_gradient_of_its_objective():
    """ℓ + λρ²/E[e]², by central differences."""
    rho, weight, half, h = 1.0, 0.3, 1.0, 1e-5

    def objective(p):
        here = float(banana.value(*p))
        mean = sum(
            w * np.exp((float(banana.value(*(p + rho * half * v))) - here) / (-2 * rho**2))
            for w, v in textbook.square(4)
        )
        return here + weight * rho**2 / mean**2

    for p in starts(banana, 5).T / 2:
        slope = [(objective(p + h * e) - objective(p - h * e)) / (2 * h) for e in np.eye(2)]
        moved = p - run(DetSAM(rho, weight, half), banana, p, learning_rate=1.0, steps=1).final
        assert_allclose(moved, slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 " * 4, "00000000 " * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff " * 4, "ffffffff " * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_the_generator_gives_its_published_answers(counter, key, answer):
    """The known answers of Salmon et al.'s Random123."""
    counter, key, answer = ([int(word, 16) for word in text.split()] for text in (counter, key, answer))
    assert textbook.philox(counter, key) == answer
    assert [int(word) for word in philox(*(np.float64(word) for word in (*counter, *key)))] == answer


def test_normal_numbers_are_normal():
    x, y = starts(banana, 20_000)
    a, b = normal(x, y, 3.0, 5.0)
    for part in (a, b):
        assert abs(part.mean()) < 0.03
        assert abs(part.std() - 1) < 0.03
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03


def test_random_directions_differ_between_runs_steps_and_seeds():
    points = np.array([[0.3, 0.3 + 1e-15, 0.3], [0.2, 0.2, 0.2]])
    paths = run(RandomSAM(0.5, seed=np.array([1, 1, 2])), banana, points, learning_rate=0.01, steps=3).positions
    moves = np.diff(paths, axis=0)
    assert len({tuple(move) for move in moves.transpose(0, 2, 1).reshape(-1, 2)}) == 9


def test_a_whole_number_is_asked_for_where_one_is_meant():
    for wrong in (1.5, 0, 6):
        with pytest.raises(ValueError, match="ascent_steps must be a whole number from 1 to 5"):
            run(NStepSAM(0.3, wrong), banana, [1.0, 0.5], learning_rate=0.1, steps=1)


def test_keys_are_the_documented_ones():
    paper = ["gd", "sam", "m-sam", "fisher-sam", "asam"]
    family = ["usam", "n-step-sam", "gsam", "wsam", "looksam", "momentum-sam", "cr-sam", "random-sam"]
    more = ["frob-sam", "trace-sam", "det-sam", "riemannian-m-sam", "llqr-sam"]
    assert list(OPTIMIZERS) == paper + family + more
    assert list(BASES) == ["gd", "heavy-ball", "nesterov", "adam", "rmsprop"]
