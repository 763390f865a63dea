"""run(): the batch is a convenience, not a different computation."""

import os
import signal
import threading
import time
from itertools import pairwise

import numpy as np
import pytest

import optimizers.engine
from landscapes import LANDSCAPES, Landscape
from landscapes.elementary import exp
from optimizers import ASAM, GD, SAM, FisherSAM, MongeSAM, compiled, run
from optimizers.outcomes import outcome
from tests.catalogue import every_landscape, every_perturbing_rule, every_rule, rule

banana = LANDSCAPES["banana"]
bowl = Landscape(lambda x, y: 1.0 - exp(-x * x - 2.0 * y * y))  # no closed form: autograd and NumPy


def starts(landscape, count=60, seed=1):
    """Random starts over the domain, then far outside it, on the axes, at the origin and not finite."""
    (left, right), (bottom, top) = landscape.domain
    generator = np.random.default_rng(seed)
    inside = generator.uniform([[left], [bottom]], [[right], [top]], (2, count))
    special = [(0, 0), (1, 0), (0, -1), (1, 1), (1e3, -1e3), (1e200, 1e200), (np.nan, 1), (np.inf, 0), (1, -np.inf)]
    return np.hstack([inside, np.array(special, float).T])


@pytest.fixture(params=["as it comes", "numpy"])
def engine(request):
    """Runs a test with whichever engine is there, and once more with the reference."""
    if request.param == "numpy":
        with compiled.numpy_only():
            yield
    else:
        yield


@every_rule
@every_landscape
def test_a_batch_equals_its_points_one_by_one(key, landscape, engine):
    points = starts(landscape, 10)
    together = run(rule(key), landscape, points, learning_rate=0.01, steps=20)
    for index, point in enumerate(points.T):
        alone = run(rule(key), landscape, point, learning_rate=0.01, steps=20)
        np.testing.assert_array_equal(together.positions[:, :, index], alone.positions)


@pytest.mark.parametrize("landscape", [banana, LANDSCAPES["sinc"], bowl], ids=["banana", "sinc", "custom"])
@pytest.mark.parametrize("tile", [256, 768, 10**6])
def test_results_do_not_depend_on_the_tiling(monkeypatch, landscape, tile, engine):
    points = np.tile(starts(landscape, 1000), 2)
    whole = run(SAM(0.5), landscape, points, learning_rate=0.01, steps=5)
    monkeypatch.setattr(optimizers.engine, "TILE", tile)
    monkeypatch.setattr(optimizers.engine, "WORTH_A_THREAD", 0)
    cut = run(SAM(0.5), landscape, points, learning_rate=0.01, steps=5)
    np.testing.assert_array_equal(whole.positions, cut.positions)


@every_perturbing_rule
@every_landscape
def test_without_perturbation_every_rule_is_gradient_descent(key, landscape, engine):
    points = starts(landscape)
    descent = run(GD(), landscape, points, learning_rate=0.01, steps=30)
    perturbed = run(rule(key, 0.0), landscape, points, learning_rate=0.01, steps=30)
    np.testing.assert_array_equal(perturbed.positions, descent.positions)


def test_hyperparameters_broadcast_with_the_batch(engine):
    rho, eta, alpha = np.array([0.1, 0.9])[:, None, None], np.array([0.0, 1.0, 2.0])[:, None], [0.01, 0.02, 0.1, 0.2]
    swept = run(FisherSAM(rho, eta), banana, [-1.5, 0.5], learning_rate=alpha, steps=10)
    assert swept.final.shape == (2, 2, 3, 4)
    for i, j, k in np.ndindex(2, 3, 4):
        one = run(FisherSAM(rho[i, 0, 0], eta[j, 0]), banana, [-1.5, 0.5], learning_rate=alpha[k], steps=10)
        np.testing.assert_array_equal(swept.positions[..., i, j, k], one.positions)


@pytest.mark.parametrize("batch", [(), (1,), (0,), (3, 0), (2, 3), (1, 1, 5)])
def test_shapes_follow_the_batch(batch, engine):
    trajectory = run(MongeSAM(0.5), banana, np.ones((2, *batch)), learning_rate=0.01, steps=3)
    assert trajectory.positions.shape == (4, 2, *batch)
    assert trajectory.final.shape == trajectory.previous.shape == (2, *batch)


@pytest.mark.parametrize("steps", [0, 1, 2, 20])
def test_only_the_ends_are_the_ends_of_the_whole(steps, engine):
    points = starts(banana)
    whole = run(ASAM(0.5), banana, points, learning_rate=0.01, steps=steps)
    ends = run(ASAM(0.5), banana, points, learning_rate=0.01, steps=steps, keep="final")
    with pytest.raises(ValueError, match='keep="all"'):
        _ = ends.positions
    np.testing.assert_array_equal(whole.positions[0], points)
    for trajectory in (whole, ends):
        np.testing.assert_array_equal(trajectory.final, whole.positions[-1])
        np.testing.assert_array_equal(trajectory.previous, whole.positions[max(steps - 1, 0)])


@pytest.mark.parametrize("kind", [int, np.float32, np.float64])
def test_everything_is_float64(kind, engine):
    trajectory = run(SAM(1), banana, np.array([[-1, 2], [1, 3]], kind), learning_rate=np.float32(0.5), steps=2)
    exact = run(SAM(1.0), banana, [[-1.0, 2.0], [1.0, 3.0]], learning_rate=0.5, steps=2)
    assert trajectory.positions.dtype == trajectory.final.dtype == trajectory.previous.dtype == np.float64
    np.testing.assert_array_equal(trajectory.positions, exact.positions)


def test_starts_are_left_alone_whatever_their_layout(engine):
    points = np.asfortranarray(starts(banana, 300)).T.copy().T
    points.flags.writeable = False
    before = points.copy()
    trajectory = run(SAM(0.5), banana, points, learning_rate=0.01, steps=5)
    np.testing.assert_array_equal(points, before)
    np.testing.assert_array_equal(
        trajectory.final, run(SAM(0.5), banana, np.ascontiguousarray(points), learning_rate=0.01, steps=5).final
    )


@every_landscape
def test_divergence_stays_divergence(landscape, engine):
    gone = run(SAM(0.5), landscape, [[np.nan, np.inf], [0.0, -np.inf]], learning_rate=0.1, steps=5)
    assert not np.isfinite(gone.final).all(axis=0).any()


def test_a_custom_loss_runs_on_the_gradient_that_autograd_derives(engine):
    closed = Landscape(
        bowl.value, lambda x, y: (2.0 * x * exp(-x * x - 2.0 * y * y), 4.0 * y * exp(-x * x - 2.0 * y * y))
    )
    points = np.random.default_rng(2).uniform(-1, 1, (2, 50))
    derived = run(SAM(0.1), bowl, points, learning_rate=0.1, steps=20)
    np.testing.assert_allclose(
        derived.final, run(SAM(0.1), closed, points, learning_rate=0.1, steps=20).final, rtol=1e-12
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts": [[1.0, 2.0], [3.0]]}, "starts must be numbers in rows of one length"),
        ({"starts": [[1.0, 2.0, 3.0]]}, r"starts must have shape \(2, \*batch\), x and y first, not \(1, 3\)"),
        ({"starts": 1.0}, r"not \(\); transpose"),
        ({"steps": -1}, "steps must be a whole number of at least 0, not -1"),
        ({"steps": 2.5}, "steps must be a whole number of at least 0, not 2.5"),
        ({"steps": True}, "steps must be a whole number of at least 0, not True"),
        ({"keep": "some"}, 'keep must be "all", "states" or "final", not \'some\''),
        ({"learning_rate": np.nan}, "learning_rate must be finite and at least 0, not nan"),
        ({"learning_rate": [0.1, -1.0]}, "learning_rate must be finite and at least 0"),
        ({"rule": SAM(np.inf)}, "rho must be finite and at least 0, not inf"),
        ({"rule": ASAM(1.0, eta=-0.5)}, "eta must be finite and at least 0, not -0.5"),
        ({"rule": SAM([0.1, 0.2, 0.3])}, r"do not broadcast together: starts \(2,\), rho \(3,\), learning_rate \(\)"),
        ({"starts": np.broadcast_to(1.0, (2, 10**12))}, r"GiB, more than the limit of .* GiB.* keep only the ends"),
        ({"starts": np.broadcast_to(1.0, (2, 10**12)), "keep": "final"}, "GiB.* run fewer starts$"),
        ({"steps": 10**12}, "runs of 1,000,000,000,000 steps need .* GiB"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(change, sentence):
    request = {"rule": SAM(0.5), "starts": np.ones((2, 2)), "learning_rate": 0.1, "steps": 3} | change
    with pytest.raises(ValueError, match=sentence):
        run(request.pop("rule"), banana, request.pop("starts"), **request)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts": np.ones((2, 2)) + 1j}, "starts must be real numbers, not complex numbers"),
        ({"starts": [["1", "2"], ["3", "4"]]}, "starts must be real numbers, not text"),
        ({"starts": [None, 1.0]}, "starts must be real numbers, not list"),
        ({"rule": SAM("1")}, "rho must be real numbers, not text"),
        ({"rule": SAM(1 + 0j)}, "rho must be real numbers, not complex numbers"),
        ({"rule": SAM(None)}, "rho must be real numbers, not NoneType"),
        ({"learning_rate": True}, "learning_rate must be real numbers, not truth values"),
    ],
)
def test_what_is_no_real_number_is_refused_with_a_sentence(change, sentence):
    request = {"rule": SAM(0.5), "starts": np.ones((2, 2)), "learning_rate": 0.1, "steps": 3} | change
    with pytest.raises(TypeError, match=sentence):
        run(request.pop("rule"), banana, request.pop("starts"), **request)


@pytest.mark.parametrize("landscape", [banana, LANDSCAPES["sinc"], bowl], ids=["banana", "sinc", "custom"])
@pytest.mark.parametrize("updates", [1, 700, 5000])
@pytest.mark.parametrize("keep", ["all", "final"])
def test_results_do_not_depend_on_how_steps_are_cut(monkeypatch, landscape, updates, keep, engine):
    points = starts(landscape, 250)
    compiled.warm([ASAM], [landscape])
    whole = run(ASAM(0.5), landscape, points, learning_rate=[[0.01], [0.1]], steps=23, keep=keep)
    monkeypatch.setattr(optimizers.engine, "FIRST_PIECE", updates)
    monkeypatch.setattr(optimizers.engine, "MOST_GROWTH", 1.3)
    monkeypatch.setattr(optimizers.engine, "NUMPY_CALL", 0)
    (first, *_), *_ = lengths = list(optimizers.engine.Pace().pieces(23, 518, compiled=True))
    assert first == 0
    assert len(lengths) == 1 if updates > 23 * 518 else len(lengths) > 1
    cut = run(ASAM(0.5), landscape, points, learning_rate=[[0.01], [0.1]], steps=23, keep=keep)
    for name in ("final", "previous", "kept"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(cut, name))


def test_one_start_is_cut_as_a_batch_is(monkeypatch, engine):
    whole = run(SAM(0.5), banana, [-1.5, 0.5], learning_rate=0.01, steps=1000)
    monkeypatch.setattr(optimizers.engine, "FIRST_PIECE", 16)
    cut = run(SAM(0.5), banana, [-1.5, 0.5], learning_rate=0.01, steps=1000)
    np.testing.assert_array_equal(whole.positions, cut.positions)
    np.testing.assert_array_equal(whole.previous, cut.previous)


def test_pieces_follow_each_other_and_grow_with_the_speed(monkeypatch):
    clock = iter(np.arange(1000) * 1e-3)  # each piece takes a millisecond
    monkeypatch.setattr(optimizers.engine.time, "perf_counter", lambda: next(clock))
    cut = list(optimizers.engine.Pace().pieces(10**9, 1, compiled=True))
    assert cut[0][0] == 0
    assert cut[-1][1] == 10**9
    assert all(one[1] == other[0] for one, other in pairwise(cut))
    first, second, *_ = (last - first for first, last in cut)
    assert first == optimizers.engine.FIRST_PIECE // optimizers.engine.VECTOR
    assert second == pytest.approx(10 * first)  # of ten milliseconds


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize("count", [1, 40_000], ids=["one tile", "many tiles"])
def test_an_interruption_is_heard_in_the_midst_of_endless_steps(count, engine):
    """Measured on a busy machine it takes at most 0.13 s; a kernel of all steps in one call would be deaf for days."""
    compiled.warm([SAM], [LANDSCAPES["rastrigin"]])
    sent = []

    def interrupt():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.1, interrupt)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run(SAM(0.5), LANDSCAPES["rastrigin"], np.ones((2, count)), learning_rate=0.01, steps=10**12, keep="final")
        ended = time.monotonic()
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert ended - sent[0] < 5.0
    deadline = time.monotonic() + 10.0
    while optimizers.engine._threads()._work_queue.qsize():  # no tile is still running
        assert time.monotonic() < deadline
        time.sleep(0.01)
    optimizers.engine._threads().submit(int).result(timeout=10)


def masked(numbers, where) -> np.ma.MaskedArray:
    return np.ma.masked_array(numbers, where)


def test_masked_numbers_are_refused_wherever_they_stand():
    first, second = masked([1.0, 2.0], [False, True]), np.array([3.0, 4.0])
    starts = np.array([[1.0, 2.0], [3.0, 4.0]])
    for given in (masked(starts, starts == 2.0), (first, second), [first, second], [[1.0, np.ma.masked], [3.0, 4.0]]):
        with pytest.raises(ValueError, match="starts must be numbers without a mask: leave out those that are masked"):
            run(SAM(1.0), banana, given, learning_rate=0.01, steps=1)
    with pytest.raises(ValueError, match="rho must be numbers without a mask"):
        run(SAM(first), banana, starts, learning_rate=0.01, steps=1)
    with pytest.raises(ValueError, match="ends must be numbers without a mask"):
        outcome(banana, masked(starts, starts == 2.0))
    whole = run(SAM(1.0), banana, masked(starts, False), learning_rate=0.01, steps=1).final
    np.testing.assert_array_equal(whole, run(SAM(1.0), banana, starts, learning_rate=0.01, steps=1).final)
