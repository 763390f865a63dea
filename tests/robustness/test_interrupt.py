"""Ctrl-C ends a server within a second, whatever it is doing."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from signal import SIGINT
from typing import Any

import pytest

from app.model.link import write
from tests.robustness.expensive import FORMULAS, most_expensive
from tools.browser import Server
from tools.socket_session import session

WITHIN = 1.0  # seconds


async def idle(server: Server) -> None:
    await interrupted(server)


async def computing(server: Server) -> None:
    """A session's runs and pictures are being computed beside it."""
    async with at_work(server):
        await interrupted(server)


@asynccontextmanager
async def at_work(server: Server) -> AsyncIterator[None]:
    """A session for which the worker has shown a part, and computes the rest."""
    shown = asyncio.Event()

    def heard(event: dict[str, Any]) -> None:
        if "computing the rest" in str(event.get("new")):
            shown.set()

    async with session(server.port, write(most_expensive(FORMULAS["a long product"])), heard) as page:
        await page.document()
        await asyncio.wait_for(shown.wait(), 60)
        yield


async def opening(server: Server) -> None:
    """The event loop itself is busy."""
    asked = asyncio.create_task(opened(server.port, write(most_expensive(FORMULAS["its root"]))))
    await asyncio.sleep(0.5)
    await interrupted(server)
    await asyncio.gather(asked, return_exceptions=True)  # the server ended under it


async def opened(port: int, query: str) -> None:
    async with session(port, query):
        pass


def children(parent: int) -> list[int]:
    """The processes that a process has started, and that still live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            status, above = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if int(above) == parent and status != "Z":
                found.append(int(path.parent.name))
    return found


async def interrupted(server: Server) -> None:
    began, workers = time.monotonic(), children(server.process.pid)
    server.process.send_signal(SIGINT)
    await asyncio.to_thread(server.process.wait, 30)
    assert time.monotonic() - began < WITHIN
    assert workers
    await all_ended(workers)


async def all_ended(processes: list[int]) -> None:
    """Waits for that."""
    deadline = time.monotonic() + 20
    while left := [one for one in processes if Path(f"/proc/{one}").exists() and command(one)]:
        assert time.monotonic() < deadline, f"{left} outlive the server"
        await asyncio.sleep(0.05)


def command(process: int) -> str:
    """With which it was started; none of a process that has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8")
    return ""


@pytest.mark.parametrize(
    "moment", [pytest.param(idle, marks=pytest.mark.verify), computing, pytest.param(opening, marks=pytest.mark.verify)]
)
def test_an_interruption_ends_the_server(moment: Callable[[Server], Awaitable[None]], tmp_path: Path) -> None:
    server = Server(tmp_path / "log")
    try:
        server.wait()
        asyncio.run(moment(server))
        assert "Traceback" not in server.log
    finally:
        server.stop()


async def killed(server: Server) -> None:
    async with at_work(server):
        workers = children(server.process.pid)
        server.process.kill()
        await asyncio.to_thread(server.process.wait, 30)
        assert workers
        await all_ended(workers)


def test_the_worker_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    server = Server(tmp_path / "log")
    try:
        server.wait()
        asyncio.run(killed(server))
    finally:
        server.stop()
