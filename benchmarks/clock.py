"""A clock in the page: when the input came, when the frame that answers it arrived, and when it was painted."""

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from app.browser.javascript import body

CLOCK = body(Path(__file__).with_suffix(".mjs"), ())


class Painted(NamedTuple):
    """A frame as the page saw it, milliseconds of the page's clock; None if it did not happen.

    Attributes:
        channel, number: which gate sent it, and its number there.
        pixels: of the largest image in it.
        own: whether the page made it itself, before the session answered.
        moved: the hand's last event before it arrived.
        arrived: its columns are in the page's data sources.
        painted: every view that it changes has been shown.
        shown: the first paint after it arrived; frames that arrive between two paints have the same.
    """

    channel: str
    number: int
    pixels: int
    own: bool
    moved: float
    arrived: float
    painted: float | None
    shown: float | None


class Clock:
    """The clock of one page; it lasts as long as the page's document."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.install()

    def install(self) -> None:
        """Puts the clock into the page, and watches the gates of all views that are open by now."""
        self._page.evaluate(f"() => {{ {CLOCK} }}")
        self._page.evaluate("clock.hook()")

    def take(self, *, own: bool | None = False) -> list[Painted]:
        """The session's frames since the last time, the page's own, or with None all of them."""
        frames = (Painted(**frame) for frame in self._page.evaluate("clock.take()"))
        return [frame for frame in frames if own in (None, frame.own)]

    def next(self, least_pixels: int = 0, within: float = 5.0, *, own: bool = False) -> Painted | None:
        """The session's next frame, or the page's own, once it is painted; with so many pixels if that is asked for."""
        frame = self._page.evaluate(
            "([least, within, own]) => clock.next((frame) => frame.own === own && frame.pixels >= least, within)",
            [least_pixels, 1e3 * within, own],
        )
        return frame and Painted(**frame)

    def settle(self, within: float = 5.0) -> None:
        """Waits until the session has answered too, and its frame is painted and acknowledged."""
        self.next(0, within)
        self._page.wait_for_function("clock.pending() === 0", timeout=1e3 * within)

    def leave_to_session(self) -> None:
        """From now on the page computes nothing by itself."""
        self._page.evaluate("clock.leave()")

    @property
    def now(self) -> float:
        return self._page.evaluate("performance.now()")

    @property
    def moved(self) -> float:
        """When the last input came."""
        return self._page.evaluate("clock.moved")

    def pending(self) -> int:
        """How many gates have a frame in the page that is not acknowledged."""
        return self._page.evaluate("clock.pending()")

    def floor(self, source: str | None) -> None:
        """From now on a move changes the points of one source, or nothing, and that counts as a frame."""
        self._page.evaluate("(name) => clock.floor(name)", source)

    def no_floor(self) -> None:
        self._page.evaluate("clock.no_floor()")
