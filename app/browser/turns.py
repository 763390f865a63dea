"""Turns: all sessions' work shares the processor, a few threads at a time, and the event loop has priority.

A thread works for some milliseconds and then yields to those that wait. The next turn is for whoever has had the least
of late, so that long work takes what short work leaves. Between two turns a thread waits until the event loop is idle,
with a timeout: no visitor's drag waits for another's work.

Source: decay-usage scheduling, as in 4.3BSD (McKusick et al., The Design and Implementation of the 4.4BSD Operating
System, section 4.4).
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from math import exp
from typing import Any, NamedTuple

LENGTH = 0.01  # seconds of a turn
PATIENCE = 0.05  # seconds that a turn waits for the event loop
MEMORY = 10.0  # seconds after which a turn counts for 1/e of its length
FORGOTTEN = 10 * MEMORY  # after which it counts for nothing


class Waiting(NamedTuple):
    """A thread that waits for its turn."""

    owner: Hashable
    turn: threading.Event


class Turns:
    """Gives turns to threads.

    Args:
        slots: threads that work at a time; by default one less than there are cores, which is left for the event loop.
    """

    def __init__(self, slots: int | None = None) -> None:
        self._guard = threading.Lock()
        self._free = slots or max((os.cpu_count() or 1) - 1, 1)
        self._waiting: list[Waiting] = []  # since when in this order
        self._used: dict[Hashable, tuple[float, float]] = {}  # seconds by owner, and when they were counted
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

    def begin(self, owner: Hashable = None) -> None:
        """Waits for a turn.

        Args:
            owner: whom the thread works for; equal ones share what they get.
        """
        self._wait_for_loop()
        turn = threading.Event()
        with self._guard:
            if self._free:
                self._free -= 1
                turn.set()
            else:
                self._waiting.append(Waiting(owner, turn))
        turn.wait()
        self._mine.owner, self._mine.since = owner, time.monotonic()

    def end(self) -> None:
        """Passes the turn to the thread whose owner has had the least; among equals, to the one that waits longest."""
        owner, now = self._mine.owner, time.monotonic()
        with self._guard:
            self._used[owner] = self._had(owner, now) + now - self._mine.since, now
            if self._waiting:
                next_one = min(self._waiting, key=lambda one: self._had(one.owner, now))
                self._waiting.remove(next_one)
                next_one.turn.set()
            else:
                self._free += 1
                self._used = {one: used for one, used in self._used.items() if now - used[1] < FORGOTTEN}

    def go_on(self) -> None:
        """Yields if this turn has lasted long enough."""
        if time.monotonic() - self._mine.since > LENGTH:
            self.end()
            self.begin(self._mine.owner)

    def _had(self, owner: Hashable, now: float) -> float:
        """Seconds of turns, of which those that are past count less and less."""
        seconds, at = self._used.get(owner, (0.0, now))
        return seconds * exp((at - now) / MEMORY)

    def _wait_for_loop(self) -> None:
        """Until the event loop has done what it had to do when this was asked."""
        if self._loop is None or self._loop.is_closed():
            return
        idle = threading.Event()
        self.in_loop(idle.set)
        idle.wait(PATIENCE)


TURNS = Turns()
