"""Ctrl-C ends a server within a second, whatever it is doing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from signal import SIGINT

import pytest

from app.model.link import write
from tests.robustness.dear import FORMULAS, dearest
from tools.browser import Server
from tools.socket_session import session

WITHIN = 1.0  # seconds


async def idle(server: Server) -> None:
    await interrupted(server)


async def computing(server: Server) -> None:
    """A session's runs and pictures are being computed beside it."""
    async with session(server.port, write(dearest(FORMULAS["a long product"]))):
        before = spent(server)
        await asyncio.sleep(0.5)
        assert spent(server) - before > 0.1, "nothing is being computed"
        await interrupted(server)


async def opening(server: Server) -> None:
    """The event loop itself is busy."""
    asked = asyncio.create_task(opened(server.port, write(dearest(FORMULAS["its root"]))))
    await asyncio.sleep(0.5)
    await interrupted(server)
    await asyncio.gather(asked, return_exceptions=True)  # the server ended under it


async def opened(port: int, query: str) -> None:
    async with session(port, query):
        pass


def spent(server: Server) -> float:
    """Seconds of processor time."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def interrupted(server: Server) -> None:
    began = time.monotonic()
    server.process.send_signal(SIGINT)
    await asyncio.to_thread(server.process.wait, 30)
    assert time.monotonic() - began < WITHIN


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
