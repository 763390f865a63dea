"""Long work: cut in any way, done by anyone, stopped at any time, and never larger than it may be."""

import pickle
import sys
import threading
import time
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from landscapes import LANDSCAPES, Landscape
from optimizers import GD, SAM, FisherSAM, MongeSAM
from optimizers.maps import destination_map, destinations, phase_diagram, tiles
from optimizers.maps.transfer import in_worker, to_worker

banana = LANDSCAPES["banana"]
STARTS = np.random.default_rng(0).uniform(-3, 3, size=(2, 5003))


class Reversed(Executor):
    """Does nothing until it is waited for, and then the last task first."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, fn, args))
        if len(self.waiting) == 8:
            while self.waiting:
                future_, fn, args = self.waiting.pop()
                future_.set_result(fn(*args))
        return future


def same(first, second):
    for one, other in zip(first, second, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize("key", ["banana", "sinc", "rastrigin"])
@pytest.mark.parametrize("tile", [1, 37, 1000, 5003, 10**6])
def test_results_do_not_depend_on_the_tiling(key, tile):
    starts = STARTS[:, : 40 * tile + 3]  # the last tile is not full
    whole = destinations(FisherSAM(0.5), LANDSCAPES[key], starts, learning_rate=0.01, steps=20)
    same(whole, destinations(FisherSAM(0.5), LANDSCAPES[key], starts, learning_rate=0.01, steps=20, tile=tile))


@pytest.mark.parametrize("tile", [1, 100, 701, 10**6])
def test_phase_diagrams_do_not_depend_on_the_tiling(tile):
    axes = {"rho": [0.1, 0.5, 1.0], "learning_rate": [0.01, 0.02, 0.1, 0.5], "steps": 20}
    whole = phase_diagram([GD(), SAM(1.0)], banana, STARTS[:, :101], **axes)
    cut = phase_diagram([GD(), SAM(1.0)], banana, STARTS[:, :101], **axes, tile=tile)
    same((whole.counts, whole.loss), (cut.counts, cut.loss))


def test_tiles_may_finish_in_any_order():
    eight = -(-STARTS.shape[1] // 8)
    whole = destinations(SAM(0.5), banana, STARTS, learning_rate=0.01, steps=20)
    backwards = destinations(SAM(0.5), banana, STARTS, learning_rate=0.01, steps=20, tile=eight, executor=Reversed())
    same(whole, backwards)


def test_progress_counts_every_run_once():
    reports = []
    destinations(
        GD(), banana, STARTS, learning_rate=0.01, steps=1, tile=500, progress=lambda *done: reports.append(done)
    )
    assert reports[-1] == (5003, 5003)
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    assert len(reports) == 11


def test_a_phase_diagram_reports_its_progress_to_the_end():
    reports = []
    phase_diagram(
        [GD(), SAM(1.0)],
        banana,
        STARTS[:, :10],
        rho=[0.1, 0.2],
        learning_rate=[0.1, 0.2, 0.3],
        steps=1,
        tile=20,
        progress=lambda *done: reports.append(done),
    )
    # gradient descent has no ρ: its one row of three cells stands for both
    assert reports[-1] == (90, 90)


def test_work_stops_between_tiles_when_cancelled():
    stop = threading.Event()
    reports = []

    def progress(done, total):
        reports.append(done)
        if len(reports) == 3:
            stop.set()

    with ThreadPoolExecutor(1) as pool, pytest.raises(CancelledError):
        destinations(
            GD(),
            banana,
            STARTS,
            learning_rate=0.01,
            steps=1,
            tile=10,
            executor=pool,
            progress=progress,
            cancelled=stop.is_set,
        )
    assert 3 <= len(reports) <= 3 + tiles.IN_FLIGHT


def test_work_that_is_cancelled_at_once_computes_nothing():
    with pytest.raises(CancelledError):
        destinations(GD(), FORBIDDEN, STARTS, learning_rate=0.1, steps=1, cancelled=lambda: True)


def test_tiles_under_way_end_soon_once_the_work_is_cancelled():
    """The processor is free again: nothing runs on in threads that nobody waits for."""
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(CancelledError):
        destinations(SAM(1.0), banana, STARTS, learning_rate=0.01, steps=10**12, cancelled=stop.is_set)
    deadline = time.monotonic() + 20
    while any(thread.name.startswith("long-work") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _forbidden(x, y):
    raise AssertionError("a run was begun")


FORBIDDEN = Landscape(_forbidden, known_stationary=())


def test_an_error_in_a_tile_comes_out_and_ends_the_work():
    with pytest.raises(AssertionError, match="a run was begun"):
        destinations(GD(), FORBIDDEN, STARTS, learning_rate=0.1, steps=1, tile=100)


def test_no_more_tiles_wait_than_may():
    handed_out = []

    class Counting(ThreadPoolExecutor):
        def submit(self, *args):
            handed_out.append(self._work_queue.qsize())
            return super().submit(*args)

    with Counting(1) as pool:
        destinations(GD(), banana, STARTS, learning_rate=0.1, steps=1, tile=10, executor=pool)
    assert len(handed_out) == 501
    assert max(handed_out) <= tiles.IN_FLIGHT


def test_a_map_too_large_is_refused_with_its_size_and_the_limit():
    with pytest.raises(
        tiles.TooLarge, match=r"100000 × 100000 starts would take 340\.0 GB.* limit of 1\.1 GB; ask for"
    ):
        destination_map(GD(), banana, learning_rate=0.1, steps=1, resolution=100_000)


def test_a_phase_diagram_too_large_is_refused():
    with pytest.raises(tiles.TooLarge, match=r"10000 × 10000 cells × 1 rules from 5003 starts would take 6\.4 GB"):
        phase_diagram([SAM(1.0)], banana, STARTS, rho=np.ones(10_000), learning_rate=np.full(10_000, 0.1), steps=1)


def test_too_many_runs_are_refused_before_they_are_copied():
    endless = np.broadcast_to(np.zeros((2, 1)), (2, 10**8))
    with pytest.raises(tiles.TooLarge, match=r"100000000 runs would take 3\.4 GB"):
        destinations(GD(), banana, endless, learning_rate=0.1, steps=1)


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def dask_executor():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


ANY_KIND = pytest.mark.parametrize(
    "landscape",
    [banana, Landscape(lambda x, y: (x - 1.0) ** 2 + y * y), Landscape.from_formula("(1 - x*y)^2")],
    ids=["listed", "functions", "formula"],
)


@ANY_KIND
def test_processes_give_what_threads_give(processes, landscape):
    pytest.importorskip("cloudpickle")
    work = {"learning_rate": 0.01, "steps": 20, "tile": 2000}
    here = destinations(MongeSAM(1.0), landscape, STARTS, **work)
    same(here, destinations(MongeSAM(1.0), landscape, STARTS, **work, executor=processes))


def test_functions_that_cannot_travel_are_refused_with_a_sentence(processes, monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    bowl = Landscape(lambda x, y: x * x + y * y, name="Bowl")
    with pytest.raises(ValueError, match="the landscape 'Bowl' holds functions that cannot be sent"):
        destinations(GD(), bowl, STARTS, learning_rate=0.1, steps=1, executor=processes)


def test_a_worker_unpickles_a_landscape_once():
    pytest.importorskip("cloudpickle")
    bowl = Landscape(lambda x, y: x * x + y * y)
    first, second = (in_worker(pickle.loads(pickle.dumps(to_worker(bowl, None)))) for _ in range(2))
    assert first is second
    assert first.value(3.0, 4.0) == 25.0


@ANY_KIND
def test_a_dask_cluster_gives_what_threads_give(dask_executor, landscape):
    work = {"learning_rate": 0.01, "steps": 20, "resolution": 40}
    here = destination_map(SAM(1.0), landscape, **work)
    there = destination_map(SAM(1.0), landscape, **work, tile=400, executor=dask_executor)
    same((here.final, here.outcome, here.motion), (there.final, there.outcome, there.motion))


def test_a_phase_diagram_on_a_dask_cluster(dask_executor):
    axes = {"rho": [0.1, 1.0], "learning_rate": [0.01, 0.1], "steps": 20, "tile": 100}
    here = phase_diagram([GD(), SAM(1.0)], banana, STARTS[:, :100], **axes)
    there = phase_diagram([GD(), SAM(1.0)], banana, STARTS[:, :100], **axes, executor=dask_executor)
    same((here.counts, here.loss), (there.counts, there.loss))
