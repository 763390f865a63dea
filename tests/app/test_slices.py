"""Work in slices lets other pages' events pass, keeps apart what Bokeh keeps for the process, and fails alone."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bokeh.document import Document
from bokeh.io import curdoc
from bokeh.io.doc import patch_curdoc
from greenlet import getcurrent

from app.browser.slices import LENGTH, MOST, PAUSE, RECENT, Slices, in_slices, pausing
from tests.sweep import Sweep
from tools.browser import Server
from tools.socket_session import session

MADE = ContextVar("made", default="nothing")


class Thing:
    """Stands for what libraries make."""

    def search(self) -> None:
        assert isinstance(getcurrent(), Slices)


Thing.__init__ = pausing(Thing.__init__, makes=True)
Thing.search = pausing(Thing.search, makes=False)


@pytest.fixture(autouse=True)
def lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one, for every test has a new event loop."""
    monkeypatch.setattr(Slices, "under_way", asyncio.Lock())


def busy(steps: int, step: Callable[[], Any] = Thing) -> int:
    """Works for so many slices at least."""
    for _ in range(steps):
        began = time.monotonic()
        while time.monotonic() - began < 1.1 * LENGTH:
            pass
        step()
    return steps


@pytest.mark.parametrize("free", [False, True])
def test_events_pass_between_the_slices(free: bool) -> None:
    async def main() -> int:
        passed = 0
        work = asyncio.create_task(in_slices(partial(busy, 5), free=free))
        while not work.done():
            await asyncio.sleep(0)
            passed += 1
        assert await work == 5
        return passed

    assert asyncio.run(main()) >= 5


def test_who_makes_nothing_passes_and_who_makes_something_waits() -> None:
    ended = []

    async def noted(name: str, work: Callable[[], Any], free: bool) -> None:
        await in_slices(work, free=free)
        ended.append(name)

    async def main() -> None:
        building = asyncio.create_task(noted("a page", partial(busy, 4), False))
        await asyncio.sleep(0)
        await asyncio.gather(
            building,
            noted("a tab", Thing, True),
            noted("a frame", partial(busy, 2, list), True),
        )

    asyncio.run(main())
    assert ended == ["a frame", "a page", "a tab"]


@pytest.mark.parametrize(("waiting", "least"), [(1, 0.04), (2, 0.02), (100, 0.04 / MOST)])
def test_frames_have_their_share_of_the_loop(waiting: int, least: float, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Slices(list, free=False)
    monkeypatch.setattr(Slices, "waiting", waiting)
    work._began = time.monotonic() - 0.04
    monkeypatch.setattr(Slices, "framed", time.monotonic() - 2 * RECENT)
    assert work.rest() == PAUSE
    work.passed()
    assert least <= work.rest() < least + 0.1


def test_what_a_frame_searches_does_not_have_it_wait() -> None:
    async def main() -> None:
        building = asyncio.create_task(in_slices(partial(busy, 4)))
        await asyncio.sleep(0)
        assert await in_slices(partial(busy, 2, Thing.__new__(Thing).search), free=True) == 2
        assert not building.done()
        await building

    asyncio.run(main())


def test_each_has_its_own_document_and_context() -> None:
    def work(name: str) -> tuple[bool, str]:
        document = Document()
        MADE.set(name)
        with patch_curdoc(document):
            busy(3)
            return curdoc() is document, MADE.get()

    async def main() -> None:
        found = await asyncio.gather(*(in_slices(partial(work, name), free=True) for name in ("one", "two")))
        assert found == [(True, "one"), (True, "two")]
        assert MADE.get() == "nothing"

    asyncio.run(main())


def test_an_exception_comes_out_and_the_next_may_work() -> None:
    def fails() -> None:
        busy(2)
        raise ValueError("no page")

    async def main() -> None:
        with pytest.raises(ValueError, match="no page"):
            await in_slices(fails)
        assert await in_slices(partial(busy, 1)) == 1

    asyncio.run(main())


def test_pages_that_are_opened_together_hold_what_each_asked_for(tmp_path: Path, sweep: Sweep) -> None:
    rates = (0.25, 0.375, 0.5, 0.625)[: sweep.count(2, 4)]
    server = Server(tmp_path / "log")

    async def opened() -> list[str]:
        async with AsyncExitStack() as stack:
            pages = await asyncio.gather(
                *(stack.enter_async_context(session(server.port, f"?v=1&rho={rho}")) for rho in rates)
            )
            return [json.dumps(document) for document in await asyncio.gather(*(page.document() for page in pages))]

    try:
        server.wait()
        for mine, document in zip(rates, asyncio.run(opened()), strict=True):
            assert [rho for rho in rates if f"rho={rho}" in document] == [mine]
        assert "Traceback" not in server.log
    finally:
        server.stop()
