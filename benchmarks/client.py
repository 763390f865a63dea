"""Clients that speak to a server as its pages do, without a browser; one of them a hostile one."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from threading import Event, Thread
from typing import Any

from tests.robustness.expensive import links
from tools.socket_session import Socket, session

LOST = 20.0  # seconds after which no frame is waited for any more
LINGER = 6.0  # seconds of the hostile client on one page
ORDER_EVERY = 2.0  # seconds between two orders there
TABS = ("", "#destinations", "#phase-diagram", "#stability")


class Page:
    """A session, as far as its page's scripts are concerned: takes every frame, and says so."""

    def __init__(self) -> None:
        self._socket: Socket | None = None
        self._ids: dict[str, list[str]] = {}
        self._frame = asyncio.Event()

    @asynccontextmanager
    async def opened(self, port: int, query: str = "") -> AsyncIterator["Page"]:
        async with session(port, query, self._heard) as self._socket:
            for name, number in models(await self._socket.document()):
                self._ids.setdefault(name.rpartition(".")[2], []).append(number)
            yield self

    def change(self, name: str, **properties: Any) -> None:
        self._socket.change(self._ids[name][0], **properties)

    async def move(self, x: float, y: float) -> float | None:
        """Drags the start; milliseconds until the next frame, None where none came.

        Raises:
            ConnectionError: where the server has closed the connection.
        """
        if self._socket.closed:
            raise ConnectionError("the server has closed the connection of a page")
        self._frame.clear()
        began = time.perf_counter()
        self.change("Touch", place=[x, y, 0.0])
        try:
            await asyncio.wait_for(self._frame.wait(), LOST)
        except TimeoutError:
            return None
        return 1e3 * (time.perf_counter() - began)

    def _heard(self, event: dict[str, Any]) -> None:
        if event["kind"] == "ModelChanged" and event["attr"] == "frame":
            self._frame.set()
            self._socket.change(event["model"]["id"], taken=dict(event["new"]["entries"])["number"])


def models(document: Any) -> Iterator[tuple[str, str]]:
    """Type and id of each model that is defined in a document."""
    if isinstance(document, dict):
        if document.get("type") == "object" and "id" in document:
            yield document["name"], document["id"]
        document = list(document.values())
    if isinstance(document, list):
        for part in document:
            yield from models(part)


async def keep_opening(port: int, orders: Iterator[str]) -> None:
    """Opens a link, orders others on its page and goes from tab to tab, leaves it under its work, and so on."""
    tabs = cycle(TABS)
    while True:
        async with Page().opened(port, next(orders)) as page:
            left = time.monotonic() + LINGER
            while time.monotonic() < left:
                await asyncio.sleep(ORDER_EVERY)
                page.change("Channel", visited={"query": next(orders), "hash": next(tabs), "number": time.monotonic()})


class HostileVisitor:
    """Requests the most expensive work there is, in a thread of its own.

    It has no browser, whose cost would be on its own machine and not on the server's.
    """

    def __init__(self, port: int) -> None:
        self.orders, self._port, self._left = 0, port, Event()
        self._thread = Thread(target=lambda: asyncio.run(self._stay()), name="hostile", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        self._left.set()
        self._thread.join()

    async def _stay(self) -> None:
        opening = asyncio.create_task(self._open())
        while not self._left.is_set():
            await asyncio.sleep(0.1)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)

    async def _open(self) -> None:
        orders = self._counted()
        while True:
            with suppress(Exception):  # the server turns it away, or has ended
                await keep_opening(self._port, orders)
            await asyncio.sleep(ORDER_EVERY)

    def _counted(self) -> Iterator[str]:
        for link in cycle(links()):
            self.orders += 1
            yield link
