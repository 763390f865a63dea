"""Checkpoints: long work calls its supervisor every few milliseconds, which may pause or cancel it there.

Whoever starts the work says what is done at its checkpoints; where nobody does, nothing is. So a computation needs no
argument for being stopped: it calls `checkpoint` between two pieces of work, whoever it works for.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Supervisor:
    """Receives the checkpoints of a thread. This one does nothing.

    Attributes:
        helped: whether other threads may take part in the thread's work; their checkpoints count as its own.
    """

    helped = False

    def begin(self) -> None:
        """Called as the thread begins to work; may wait."""

    def end(self) -> None:
        """Called as the thread has done its work, or waits for others."""

    def check(self, updates: int) -> None:
        """Called at a checkpoint; may wait, and raise `concurrent.futures.CancelledError`.

        Args:
            updates: of runs, done since the last checkpoint.
        """


class _Here(threading.local):
    supervisor: Supervisor | None = None


_here = _Here()


def checkpoint(updates: int = 0) -> None:
    """Reports that this thread's work continues.

    Raises:
        CancelledError: where it is to stop.
    """
    if _here.supervisor is not None:
        _here.supervisor.check(updates)


def supervisor() -> Supervisor | None:
    """The supervisor of this thread's checkpoints."""
    return _here.supervisor


@contextmanager
def supervised(by: Supervisor | None) -> Iterator[None]:
    """While it lasts, this thread works for someone; for None, unsupervised."""
    before, _here.supervisor = _here.supervisor, by
    try:
        if by is not None:
            by.begin()
        try:
            yield
        finally:
            if by is not None:
                by.end()
    finally:
        _here.supervisor = before


@contextmanager
def idle() -> Iterator[None]:
    """While it lasts, this thread waits for others and does not work."""
    by = _here.supervisor
    if by is None:
        yield
        return
    by.end()
    try:
        yield
    finally:
        by.begin()
