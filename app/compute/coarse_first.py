"""Pictures of the plane that exceed a frame's budget: coarse at once, fine when they have been computed."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from app.compute.price import LEAST, affordable_size
from app.compute.runs import BackgroundRunner


class CoarseFirst:
    """Caches the latest picture.

    Args:
        fine: samples along a side.
        background: makes a background runner from a callback for its results; without one the fine picture is computed
            at once.
        on_refined: is called when a finer picture is ready.
    """

    def __init__(
        self,
        fine: int,
        background: Callable[[Callable[[Any, Any], None]], BackgroundRunner | None] = lambda take: None,
        on_refined: Callable[[], None] = lambda: None,
    ) -> None:
        self._fine, self._on_refined, self._runner = fine, on_refined, background(self._refined)
        self._known: tuple[Hashable, int, Any] = (None, 0, None)

    def __call__(
        self,
        token: Hashable,
        make: Callable[[int], Any],
        price: Callable[[int], float],
        at_once: int | None = None,
        *,
        blank: bool = False,
    ) -> tuple[Any, int]:
        """The finest picture available, and the samples along its side.

        Args:
            token: equal tokens mean equal pictures.
            make: makes one of so many samples along a side; what it returns stays the same object until it changes. A
                partial of a function at module level can be sent to another process.
            price: operations of that.
            at_once: samples along a side that are taken within a frame at most; the fine ones where it is not given.
            blank: whether there is no picture, None of 0 samples, while a frame does not afford even a very coarse one;
                it is made whatever it costs otherwise.
        """
        known, size, found = self._known
        if known == token and (size == self._fine or self._runner is None):
            return found, size
        most = at_once or self._fine
        wanted = self._fine if self._runner is None else affordable_size(price, most)
        none, wanted = blank and wanted < min(LEAST, most), max(wanted, min(LEAST, most))
        if self._runner is not None and wanted < self._fine:
            sizes = (most, self._fine) if none else (self._fine,)
            self._runner.request(token, partial(_made, make, sizes))
        else:
            self.cancel()  # else it would take what it did last for known when that is asked for again
        if known != token:
            if none:
                return None, 0
            self._known = token, wanted, make(wanted)
        return self._known[2], self._known[1]

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._runner is not None:
            self._runner.cancel()

    def _refined(self, token: Hashable, made: tuple[int, Any]) -> None:
        self._known = token, *made
        self._on_refined()


def _made(make: Callable[[int], Any], sizes: tuple[int, ...], job: Any) -> tuple[int, Any]:
    """The picture of the last size, those of the others shown before."""
    for size in sizes[:-1]:
        job.show((size, make(size)))
    return sizes[-1], make(sizes[-1])
