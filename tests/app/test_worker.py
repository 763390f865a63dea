"""The worker's process gives what a thread gives, ends what does not end by itself, and is there again after that."""

import gc
import os
import pickle
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from app.browser import background_work
from app.browser.background_work import LatestTaskRunner
from app.browser.job import Job
from app.browser.travel import CannotTravel, found_out, learn, named, packed, unpacked
from app.browser.turns import Turns
from app.browser.worker import Worker, WorkerEnded
from app.browser.worker_process import STUCK, JobTable, Standstill
from app.compute.runs import Runner, answered, question
from app.model.lineup import entries
from app.model.state import OWN, State
from landscapes import LANDSCAPES, Landscape
from landscapes.checkpoint import checkpoint, supervised
from optimizers import OPTIMIZERS
from optimizers.experiment import Formula
from optimizers.extensions import LOADED
from optimizers.extensions.load import load

WITHIN = 60.0  # seconds, on a machine that has other things to do


def test_losses_travel_by_name_and_come_back_as_the_same_objects():
    typed = Formula("x^2 + y^4").loss()
    content, losses = packed([LANDSCAPES["sinc"], typed])
    assert set(losses) == {"sinc", Formula("x^2 + y^4")}
    sinc, there = unpacked(content, named)
    assert sinc is LANDSCAPES["sinc"]
    assert there is typed  # in another process an equal one
    twin = Landscape.from_formula("x^2 + y^4")
    assert unpacked(content, lambda name: twin)[1] is twin


def test_what_was_found_out_travels_too():
    """A cloud of stationary points with its search tree included."""
    typed, twin = Formula("cos(3x) + cos(3y)").loss(), Landscape.from_formula("cos(3x) + cos(3y)")
    name = Formula("cos(3x) + cos(3y)")
    assert not found_out({name: twin})
    assert typed.stationary
    found = pickle.loads(pickle.dumps(found_out({name: typed})))
    learn(found, {name: twin})
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    for one, other in zip(typed.stationary, vars(twin)["stationary"], strict=True):
        assert_array_equal(one.points, other.points)
        assert_array_equal(one.distance(x, y), other.distance(x, y))


def test_what_has_no_name_cannot_travel():
    for content in (lambda: None, Landscape(lambda x, y: x * x + y * y)):
        with pytest.raises(CannotTravel):
            packed(content)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    one = Worker()
    yield one
    one.close()


class Seen:
    """Takes what comes back of a job."""

    def __init__(self) -> None:
        self.shown, self.ended = [], threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None
        self.reported = threading.Event()
        self.job = Job(self.shown.append, self.reported.set)

    def finish(self, result: Any, error: BaseException | None) -> None:
        self.result, self.error = result, error
        self.ended.set()

    def of(self, worker: Worker, work: Callable[[Job], Any]) -> "Seen":
        worker.submit(self.job, work, self.finish)
        return self

    def wait(self) -> Any:
        assert self.ended.wait(WITHIN)
        if self.error is not None:
            raise self.error
        return self.result


def test_the_worker_gives_the_same_bits(worker):
    state = State(landscape=OWN, formula="sin(3x) + x^2 + y^2", mode="grid", size=4, steps=30, optimizers=["sam"])
    asked = tuple(question(state, entry) for entry in state.entries())
    found = Seen().of(worker, partial(answered, asked)).wait()
    (there,), (here,) = found.values(), Runner()(state)
    assert there.question == here.question == asked[0]
    assert there.question.landscape is state.landscape_object
    assert_array_equal(there.paths.positions, here.paths.positions)
    assert_array_equal(there.outcome, here.outcome)
    assert "stationary" in vars(state.landscape_object)


def shows_and_fails(job: Job) -> None:
    job.show("a part")
    raise ValueError("no more")


def test_parts_and_errors_come_back(worker):
    seen = Seen().of(worker, shows_and_fails)
    with pytest.raises(ValueError, match="no more"):
        seen.wait()
    assert seen.shown == ["a part"]


def goes_on(job: Job) -> None:
    while True:
        checkpoint(10)


def gets_stuck(job: Job) -> None:
    job.show("stuck")
    while True:
        pass


def breaks_down(job: Job) -> None:
    os._exit(1)


def number(job: Job) -> int:
    return os.getpid()


def test_progress_is_reported_and_a_cancelled_job_leaves_the_others_in_peace(worker):
    before = Seen().of(worker, number).wait()
    endless = Seen().of(worker, goes_on)
    assert endless.reported.wait(WITHIN)
    assert endless.job.done > 0
    endless.job.cancel()
    assert Seen().of(worker, number).wait() == before
    assert not endless.ended.is_set()
    deadline = time.monotonic() + WITHIN
    while worker.under_way:
        assert time.monotonic() < deadline
        time.sleep(0.01)


begun: list[Job] = []


def begins(job: Job) -> None:
    begun.append(job)


def test_what_is_cancelled_while_it_waits_for_its_turn_is_never_begun(monkeypatch):
    turns = Turns(1)
    monkeypatch.setattr("app.browser.job.TURNS", turns)
    answers = SimpleQueue()
    jobs = JobTable(answers.put)
    turns.begin()
    jobs.take(("begin", 1, packed(begins)[0], None))
    jobs.take(("cancel", 1))
    turns.end()
    assert answers.get(timeout=WITHIN) == ("cancelled", 1)
    assert begun == []


def test_nothing_is_kept_of_a_session_whose_work_was_cancelled(worker):
    seen = Seen().of(worker, goes_on)
    assert seen.reported.wait(WITHIN)
    left = weakref.ref(seen)
    seen.job.cancel()
    del seen
    gc.collect()
    assert left() is None


def test_a_job_that_comes_to_no_checkpoint_ends_with_the_process_and_the_rest_is_done_by_another(worker):
    before = Seen().of(worker, number).wait()
    stuck = Seen().of(worker, gets_stuck)
    deadline = time.monotonic() + WITHIN
    while not stuck.shown:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    rest = Seen().of(worker, number)  # waits for its turn
    assert not rest.ended.wait(0.1)
    stuck.job.cancel()
    assert rest.wait() != before
    assert not stuck.ended.is_set()


def test_what_the_worker_does_not_survive_is_reported_in_the_end(worker):
    with pytest.raises(WorkerEnded):
        Seen().of(worker, breaks_down).wait()
    assert Seen().of(worker, number).wait() > 0


def test_the_worker_goes_on_where_what_takes_its_results_fails(worker):
    def fails(*_: Any) -> None:
        raise AttributeError("the session has ended")

    before = Seen().of(worker, number).wait()
    seen = Seen()
    seen.job = Job(fails, fails)
    with pytest.raises(AttributeError):
        seen.of(worker, shows_and_fails).wait()
    assert Seen().of(worker, number).wait() == before


def test_a_worker_that_cannot_be_started_again_is_said_to_be_gone(monkeypatch):
    one = Worker()
    stuck = Seen().of(one, gets_stuck)
    monkeypatch.setattr("app.browser.worker.subprocess.Popen", lambda *_, **__: no_process())
    one._process.kill()
    with pytest.raises(WorkerEnded):
        stuck.wait()
    with pytest.raises(OSError, match="no more processes"):
        Seen().of(one, number)


def no_process() -> None:
    raise OSError("no more processes")


def test_the_worker_has_the_files_that_the_server_was_started_with(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(OUTSIDE, encoding="utf-8")
    added = load(path)
    one = Worker()
    try:
        (entry,) = entries({"more-1": added.rules["lean"](1.0)}).values()
        asked = question(State(), entry)
        asked = replace(asked, landscape=added.landscapes["own-bowl"])
        found = Seen().of(one, partial(answered, (asked,))).wait()
        assert_array_equal(found[asked].final, asked.answer().final)
    finally:
        one.close()
        del OPTIMIZERS["lean"], LANDSCAPES["own-bowl"], LOADED[path.name]


OUTSIDE = """
from dataclasses import dataclass
from landscapes import Landscape
from optimizers import Rule

own_bowl = Landscape(lambda x, y: x * x + y * y)

@dataclass(frozen=True)
class Lean(Rule):
    rho: float
    key, name, equation = "lean", "Lean", "g"

    @staticmethod
    def direction(loss, x, y, rho):
        return loss.gradient(x - rho, y)
"""


def test_a_closed_worker_has_no_process_and_no_thread_left():
    before = set(threading.enumerate())
    one = Worker()
    mine = [thread for thread in threading.enumerate() if thread not in before]
    process = one._process
    one.close()
    for thread in mine:
        thread.join(WITHIN)
        assert not thread.is_alive()
    assert process.poll() is not None


def test_only_time_of_its_own_makes_a_job_overdue(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("app.browser.job.time.process_time", lambda: clock.now)
    job = Job(lambda result: None, lambda: None)
    with supervised(job):
        clock.now = 5.0
        assert not job.overdue(1.0)  # nobody wants it to stop
        checkpoint()
        job.cancel()
        clock.now = 5.9
        assert not job.overdue(1.0)
        clock.now = 6.1
        assert job.overdue(1.0)
        with pytest.raises(CancelledError):
            checkpoint()
    assert not job.overdue(1.0)


def asked_for(state: State) -> list[Any]:
    """All that a session has computed beside it, opened on every view that computes."""
    from app.views.catalogue import TABS

    asked = []

    class Noted(LatestTaskRunner):
        def request(self, token, work, *, at_once=False):
            asked.append(work)

    def runner(take, progress=None):
        return Noted(take, lambda callback: None, progress=progress)

    with pytest.MonkeyPatch.context() as patch:
        for module in USERS:
            patch.setattr(f"{module}.of_session", runner)
        for tab in TABS[:4]:
            tab.open(state).set_visible(True)
    return asked


USERS = (
    "app.views.view",
    "app.views.explore",
    "app.views.maps.coarse_then_fine",
    "app.widgets.motion_follower",
    "app.widgets.more_steps",
)


def test_jobs_that_wait_for_each_other_are_noticed(monkeypatch):
    clock = SimpleNamespace(monotonic=0.0, process_time=0.0)
    monkeypatch.setattr("app.browser.worker_process.time.monotonic", lambda: clock.monotonic)
    monkeypatch.setattr("app.browser.worker_process.time.process_time", lambda: clock.process_time)
    standstill = Standstill()
    clock.monotonic = 100.0
    assert standstill.seconds(jobs=0) == 0.0  # nothing is to be done
    clock.monotonic, clock.process_time = 150.0, 0.01
    assert standstill.seconds(jobs=2) == 50.0
    clock.monotonic, clock.process_time = 160.0, 1.0
    assert standstill.seconds(jobs=2) == 0.0  # they go on


def test_a_worker_at_a_standstill_ends_and_the_rest_is_done_by_another(monkeypatch):
    code = []
    monkeypatch.setattr("app.browser.worker_process.STANDSTILL", 0.0)
    monkeypatch.setattr("app.browser.worker_process.os._exit", code.append)
    JobTable(send=lambda answer: None).watch()
    assert code == [STUCK]


@pytest.fixture(scope="module")
def at_first_sight() -> list[Any]:
    return asked_for(State())


@pytest.mark.parametrize("background", [pytest.param("loss", marks=pytest.mark.verify), "rise-sam"])
def test_all_that_views_ask_for_can_travel(at_first_sight, background):
    state = State(
        landscape=OWN, formula="20 + x^2 - 10cos(2pi x) + y^2", mode="cloud", count=10_000, background=background
    )
    asked = [*asked_for(state), *at_first_sight]
    kinds = {work.func.__name__ for work in asked}
    assert {"answered", "refined", "followed", "_made"} <= kinds
    for work in asked:
        packed(work)


def test_maps_of_all_views_travel_back(at_first_sight):
    asked = [work.args[0] for work in at_first_sight if work.func.__name__ == "refined"]
    kinds = {type(one): one for one in asked}
    assert len(kinds) == 3
    for one in kinds.values():
        packed(one.answer(4))


def test_without_a_worker_work_is_done_in_a_thread():
    assert background_work.WORK._worker is None
    done = threading.Event()
    LatestTaskRunner(lambda token, result: done.set(), lambda callback: callback(), 0.0).request("one", lambda job: 1)
    assert done.wait(WITHIN)
