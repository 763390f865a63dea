"""What a frame affords is decided in operations, and the rest is computed beside the session, bit for bit the same."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from app.browser.background_work import LatestTaskRunner
from app.browser.turns import MEMORY, Turns
from app.compute.coarse_first import CoarseFirst
from app.compute.partial_summary import partial_words
from app.compute.price import AFFORDABLE, FEWEST, LEAST, PREVIEW, affordable, affordable_size, ready
from app.compute.runs import MAX_POSITIONS, Partial, Runner, kept_every, part, planned, prepare, question
from app.model.state import State
from landscapes import LANDSCAPES
from landscapes.checkpoint import Supervisor, checkpoint, supervised
from optimizers import SAM, compiled, run
from optimizers.cost import operations
from tests.robustness.expensive import FORMULAS, most_expensive

counts = st.integers(1, 20_000)


@given(counts, counts, st.floats(1, 1e4), st.floats(0, 1e6), st.floats(1, 1e9))
def test_what_is_shown_is_affordable_and_no_more_than_asked(runs, steps, each, call, most):
    def price(runs: int, steps: int) -> float:
        return steps * (each * runs + call)

    shown, length = affordable(price, runs, steps, most)
    assert 1 <= shown <= runs
    assert 1 <= length <= steps
    if price(runs, steps) <= most:
        assert (shown, length) == (runs, steps)
    elif price(1, min(steps, FEWEST)) <= most:
        assert price(shown, length) <= most
        assert price(shown + 1, length) > most or price(shown, length + 1) > most
    else:
        assert (shown, length) == (1, min(steps, FEWEST))


@given(counts, st.integers(1, 5000))
def test_no_more_positions_are_kept_than_are_drawn(runs, steps):
    assert -(-runs // kept_every(runs, steps)) * (steps + 1) <= MAX_POSITIONS + steps + 1


def test_ordinary_use_is_whole_at_once():
    warmed = compiled.warm([SAM], [LANDSCAPES["banana"]])
    assert all(one.kernel is not None for one in warmed)
    for chosen in ({}, {"mode": "grid"}, {"mode": "cloud", "count": 10_000}):
        state = State(optimizers=["sam"], **chosen)
        asked = tuple(question(state, entry) for entry in state.entries())
        assert planned(asked) == asked


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_the_dearest_links_show_an_affordable_part(formula):
    state = most_expensive(formula)
    asked = tuple(question(state, entry) for entry in state.entries())
    rules = [one.rule for one in asked]
    if not ready(rules, state.landscape_object):
        assert planned(asked) is None
    shown = part(asked)
    number = -(-state.count // shown[0].thin)
    assert sum(operations(rule, state.landscape_object, number, shown[0].steps) for rule in rules) <= PREVIEW
    assert sum(operations(rule, state.landscape_object, state.count, state.steps) for rule in rules) > AFFORDABLE
    assert {(one.thin, one.steps) for one in shown} == {(shown[0].thin, shown[0].steps)}
    assert shown[0].thin > 1 or shown[0].steps < state.steps


class Held:
    """Computes beside the session when the test says so."""

    def __init__(self, take: Callable[[Hashable, Any], None]) -> None:
        self.take, self.wanted, self.done = take, None, 0

    def request(self, token: Hashable, work: Callable[[Any], Any], *, at_once: bool = False) -> None:
        if self.wanted is None or self.wanted[0] != token:
            self.wanted = token, work

    def cancel(self) -> None:
        self.wanted = None

    def show(self, found: Any) -> None:
        self.take(self.wanted[0], found)

    def work(self) -> None:
        token, work = self.wanted
        self.take(token, work(self))


class Counting(Supervisor):
    """Counts the updates of a thread's runs."""

    def __init__(self) -> None:
        self.updates = 0

    def check(self, updates: int) -> None:
        self.updates += updates


def test_a_session_runs_what_it_affords_and_ends_with_the_same_bits():
    state = State(mode="cloud", count=10_000, steps=400, optimizers=["gd", "sam", "m-sam"])
    held: list[Held] = []
    drawn = []

    def background(take):
        held.append(Held(take))
        return held[0]

    runner, counting = Runner(background, lambda: drawn.append("again")), Counting()
    with supervised(counting):
        shown = runner(state)
    per_update = sum(operations(rule, state.landscape_object, 1, 1) for rule in state.rules()) / 3
    assert 0 < counting.updates * per_update <= PREVIEW
    number = shown[0].final.shape[1]
    assert runner.partial == Partial(number, 10_000, 400, 400, 0.0)
    assert number < 10_000
    whole = Runner()(state)
    assert_array_equal(shown[1].final, whole[1].final[:, :: shown[1].question.thin])
    held[0].done = sum(one.question.updates for one in whole) // 2
    assert runner.partial.progress == pytest.approx(0.5, abs=0.01)
    held[0].work()
    assert drawn == ["again"]
    assert runner.partial.progress == pytest.approx(0.99)  # until it is drawn
    for found, expected in zip(runner(state), whole, strict=True):
        assert found.question == expected.question
        assert_array_equal(found.final, expected.final)
        assert_array_equal(found.paths.positions, expected.paths.positions)
        assert_array_equal(found.outcome, expected.outcome)
    assert runner.partial is None
    assert held[0].wanted is None


def test_a_formula_that_is_not_ready_is_prepared_beside_the_session():
    state = most_expensive("xy" * 150, left=-1.0, right=1.0, bottom=-1.0, top=1.0)
    state.count, state.steps, state.optimizers = 20, 4, ["sam"]
    held: list[Held] = []

    def background(take):
        held.append(Held(take))
        return held[0]

    runner, counting = Runner(background), Counting()
    with supervised(counting):
        assert runner(state) == []
    assert counting.updates == 0
    assert runner.partial.starts == 0
    token, work = held[0].wanted
    before = runner(state)
    assert before == []
    found = work(held[0])  # which shows previews before the whole
    (shown,) = runner(state)
    assert (shown.question,) == part(tuple(question(state, entry) for entry in state.entries()))
    held[0].take(token, found)
    assert runner(state)[0].final.shape == (2, 20)
    assert runner.partial is None


def test_a_newer_question_takes_the_place_of_what_is_under_way():
    state, held = State(mode="cloud", count=10_000, steps=5000), []
    runner = Runner(lambda take: held.append(Held(take)) or held[0])
    runner(state)
    first = held[0].wanted[0]
    state.rho = 0.5
    runner(state)
    assert held[0].wanted[0] != first
    state.mode = "one"
    runner(state)
    assert held[0].wanted is None


@pytest.mark.parametrize(
    ("partial", "words"),
    [
        (None, ""),
        (Partial(0, 10_000, 0, 5000, 0.25), "Computing … 25 %"),
        (Partial(1, 1, 100, 5000, 0.0), "Showing 100 of 5 000 steps; computing the rest … 0 %"),
        (
            Partial(10, 10_000, 100, 5000, 0.99),
            "Showing 100 of 5 000 steps from 10 of 10 000 starts; computing the rest … 99 %",
        ),
    ],
)
def test_what_is_partial_says_so(partial, words):
    assert partial_words(partial) == words


def test_a_picture_is_coarse_until_the_fine_one_is_there():
    held, again = [], []
    first = CoarseFirst(640, lambda take: held.append(Held(take)) or held[0], lambda: again.append(True))

    def price(size: int) -> float:
        return PREVIEW * (size / 64) ** 2

    assert first("one", lambda size: [size], price) == ([64], 64)
    assert first("one", lambda size: pytest.fail("made twice"), price) == ([64], 64)
    held[0].work()
    assert again == [True]
    found, size = first("one", lambda size: pytest.fail("made twice"), price)
    assert (found, size) == ([640], 640)
    assert first("one", lambda size: [size], price)[0] is found
    assert first("two", lambda size: [size], lambda size: 1e30) == ([LEAST], LEAST)
    assert first("three", lambda size: [size], lambda size: 0.0) == ([640], 640)
    assert held[0].wanted is None, "what was requested before can be requested again"


@given(st.integers(1, 1000), st.floats(1, 1e12))
def test_a_size_is_affordable(most, each):
    size = affordable_size(lambda size: each * size**2, most)
    assert size == most or each * size**2 <= PREVIEW < each * (size + 1) ** 2 * (1 + 1e-9)


class Stopping(Supervisor):
    def __init__(self, after: int) -> None:
        self.left = after

    def check(self, updates: int) -> None:
        self.left -= updates
        if self.left < 0:
            raise CancelledError


@pytest.mark.parametrize("runs", [1, 100, 20_000])
def test_a_long_run_is_stopped_within_pieces(runs):
    """A run of 10¹² steps: it ends by being stopped, or never."""
    stopping = Stopping(after=1_000_000)
    starts = np.full((2, runs), 0.5)
    with supervised(stopping), pytest.raises(CancelledError):
        run(SAM(0.5), LANDSCAPES["banana"], starts, learning_rate=0.01, steps=10**12, keep="final")


def test_checkpoints_count_every_update_once():
    counting = Counting()
    with supervised(counting):
        run(SAM(0.5), LANDSCAPES["sinc"], np.ones((2, 20_000)), learning_rate=0.01, steps=37, keep="final")
    assert counting.updates == 20_000 * 37


def test_nobody_need_supervise():
    checkpoint(1)


class Loop:
    """Stands for the session's event loop: runs at once what is scheduled, and says so."""

    def __init__(self) -> None:
        self.came = threading.Condition()
        self.count = 0

    def __call__(self, callback: Callable[[], None]) -> None:
        callback()
        with self.came:
            self.count += 1
            self.came.notify_all()


def test_progress_is_reported_and_results_are_shown_before_the_last():
    shown, reports = [], []
    loop = Loop()
    done = threading.Event()

    def work(job) -> str:
        job.show("preview")
        job._reported_at -= 10  # as if it had been reported long ago
        checkpoint(40)
        done.set()
        return "whole"

    refiner = LatestTaskRunner(
        lambda token, found: shown.append(found), loop, 0.0, lambda: reports.append(refiner.done)
    )
    refiner.request("one", work)
    assert done.wait(10)
    with loop.came:
        assert loop.came.wait_for(lambda: "whole" in shown, 10)
    assert shown == ["preview", "whole"]
    assert reports == [40]


def test_a_session_that_ends_ends_its_threads():
    refiner, begun, ended = LatestTaskRunner(lambda *_: pytest.fail("was ended"), Loop(), 0.0), threading.Event(), []

    def work(job) -> None:
        begun.set()
        try:
            run(SAM(0.5), LANDSCAPES["banana"], [0.5, 0.5], learning_rate=0.01, steps=10**12, keep="final")
        finally:
            ended.append(threading.current_thread())

    refiner.request("long", work)
    assert begun.wait(10)
    refiner.end()
    for thread in [one for one in threading.enumerate() if one.name == "refine"]:
        thread.join(10)
        assert not thread.is_alive()
    assert ended
    refiner.request("another", lambda job: pytest.fail("the session has ended"))


def test_turns_go_round():
    """With one slot, three threads that each take many turns take them in the order of their waiting."""
    turns, taken, ready = Turns(slots=1), [], threading.Barrier(3)

    def work(name: int) -> None:
        ready.wait(10)
        for _ in range(5):
            turns.begin()
            taken.append(name)
            turns.end()

    turns.begin()  # so that all three wait for the first turn
    threads = [threading.Thread(target=work, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    while len(turns._waiting) < 3:
        pass
    turns.end()
    for thread in threads:
        thread.join(10)
    assert sorted(taken) == sorted([0, 1, 2] * 5)
    assert all(sorted(taken[at : at + 3]) == [0, 1, 2] for at in range(0, 12, 3))


def test_who_has_had_less_is_next_and_what_is_past_counts_less():
    turns, taken = Turns(slots=1), []

    def work(owner: str) -> None:
        turns.begin(owner)
        taken.append(owner)
        turns.end()

    turns._used = {"long": (3.0, time.monotonic()), "long ago": (4.0, time.monotonic() - MEMORY)}
    turns.begin("other")
    threads = [threading.Thread(target=work, args=(owner,)) for owner in ("long", "long ago", "new")]
    for number, thread in enumerate(threads, 1):
        thread.start()
        while len(turns._waiting) < number:
            pass
    turns.end()
    for thread in threads:
        thread.join(10)
    assert taken == ["new", "long ago", "long"]


def test_a_preview_has_an_identity_of_its_own():
    state = State()
    (asked, *_) = (question(state, entry) for entry in state.entries())
    assert replace(asked, thin=2) != asked
    assert replace(asked, steps=100) != asked
    prepare([asked])
