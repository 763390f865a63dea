"""Turns: all sessions' work shares the processor, a few threads at a time, and the event loop has priority.

A thread works for some milliseconds and then yields to those that wait, first come first served. Between two turns it
waits until the event loop is idle, with a timeout: no visitor's drag waits for another's work.
"""

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LENGTH = 0.01  # seconds of a turn
PATIENCE = 0.05  # seconds that a turn waits for the event loop


class Turns:
    """Gives turns to threads.

    Args:
        slots: threads that work at a time; by default one less than there are cores, which is left for the event loop.
    """

    def __init__(self, slots: int | None = None) -> None:
        self._guard = threading.Lock()
        self._free = slots or max((os.cpu_count() or 1) - 1, 1)
        self._waiting: deque[threading.Event] = deque()
        self._mine = threading.local()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    def yield_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on every turn waits until this loop is idle."""
        self._loop = loop

    def in_loop(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Has the event loop call this, from any thread; calls it here where there is no loop to yield to."""
        if self._loop is None:
            call(*arguments)
            return
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(call, *arguments)

    def close(self) -> None:
        """All work ends at its next checkpoint."""
        self.closed = True

    def begin(self) -> None:
        """Waits for a turn."""
        self._wait_for_loop()
        turn = threading.Event()
        with self._guard:
            if self._free:
                self._free -= 1
                turn.set()
            else:
                self._waiting.append(turn)
        turn.wait()
        self._mine.since = time.monotonic()

    def end(self) -> None:
        """Passes the turn to the thread that has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def go_on(self) -> None:
        """Yields if this turn has lasted long enough."""
        if time.monotonic() - self._mine.since > LENGTH:
            self.end()
            self.begin()

    def _wait_for_loop(self) -> None:
        """Until the event loop has done what it had to do when this was asked."""
        if self._loop is None or self._loop.is_closed():
            return
        idle = threading.Event()
        self.in_loop(idle.set)
        idle.wait(PATIENCE)


TURNS = Turns()
