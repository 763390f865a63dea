"""`python -m benchmarks.app`: input-to-paint latency, in headless Chromium, in one run on this machine.

The input is a real mouse event of the browser; it counts as painted once every view that changes is on the
screen (see `benchmarks.clock`). Where the page computes by itself, two lines stand below each other: the session's way,
with nothing computed in the page, and the page's way, as the app is used, with the session answering after it. Beside
them stands the harness's own floor: the same move, answered by the page alone, that changes one glyph of the figure.
"""

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Browser, Page

from app.browser.background_work import DEBOUNCE
from benchmarks.clock import Clock, Painted
from benchmarks.machine import machine
from tools.browser import SIZE, NotServed, Server, chromium, place, visit

RULES = "opt=gd,sam,m-sam,fisher-sam,asam"
SAMPLES, QUICK_SAMPLES = 60, 8
WARM_UP = 6  # moves that are not counted
DRAG, QUICK_DRAG = 3.0, 1.0  # seconds
HAND_RATE = 60  # moves a second
COARSE_PIXELS, FINE_PIXELS = 5_000, 200_000  # at least, of a coarse and a fine map
WITHIN = 10.0  # seconds after which a move counts as lost

StartHandle = Callable[[Page], Iterator[None]]


class Case(NamedTuple):
    """A measurement.

    Attributes:
        name: in the table.
        query: state, and tab, to open.
        hand: presses, and then moves the mouse each time it is asked to.
        source: a data source of the figure, whose points the floor moves.
        pixels: the frame meant has an image of at least so many.
        target: the median wanted, ms.
        worst: the 95th percentile wanted, ms.
        drag: whether a continuous drag is measured too.
        rest: seconds that the app waits for the hand to rest before it begins.
        ahead: the median wanted, ms, where the page computes by itself; None where it cannot.
        rate: frames a second wanted there.
    """

    name: str
    query: str
    hand: StartHandle
    source: str
    pixels: int
    target: float
    worst: float | None = None
    drag: bool = False
    rest: float = 0.0
    ahead: float | None = None
    rate: float | None = None


def slider(page: Page, name: str = "Radius ρ") -> Iterator[None]:
    """Drags ρ, or what is named so, to and fro on its slider."""
    thumb = page.locator(".MuiSlider-root:visible", has=page.get_by_role("slider", name=name))
    box = thumb.locator(".MuiSlider-thumb").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return drag(page, x, y, lambda turn: (x - 4 * abs((turn + 7) % 14 - 7), y))


def stretch(page: Page) -> Iterator[None]:
    """Drags the amount of the stretch."""
    return slider(page, "Stretch s")


def start(page: Page) -> Iterator[None]:
    """Drags the start, or the frame of the starts, round a circle."""
    return _round(page, *((-1.5, 0.5) if "starts=" not in page.url else (0.0, 0.0)))


def _round(page: Page, x: float, y: float) -> Iterator[None]:
    x, y = place(page, "starts", x, y)
    return drag(page, x, y, lambda turn: (x + 30 * math.cos(0.3 * turn) - 30, y + 30 * math.sin(0.3 * turn)))


def drag(page: Page, x: float, y: float, path: Callable[[int], tuple[float, float]]) -> Iterator[None]:
    page.mouse.move(x, y)
    page.mouse.down()
    for turn in count(1):
        page.mouse.move(*path(turn))
        yield


CASES = (
    Case(
        "one start × 5 rules × 200 steps, ρ on its slider", f"?{RULES}", slider, "starts", 0, 50, drag=True, ahead=50,
    ),
    Case(
        "one start × 5 rules × 200 steps, the start dragged", f"?{RULES}", start, "starts", 0, 50, drag=True, ahead=40,
    ),
    Case(
        "Figure 5's work: 100 starts × 5 rules, ρ on its slider",
        f"?{RULES}&starts=grid&size=10", slider, "starts", 0, 80, 150, drag=True, ahead=60, rate=20,
    ),
    Case(
        "Figure 5's work: 100 starts × 5 rules, the frame dragged",
        f"?{RULES}&starts=grid&size=10", start, "starts", 0, 80, 150, drag=True, ahead=60, rate=20,
    ),
    Case(
        "10 000 starts, M-SAM, as density, ρ on its slider",
        "?opt=m-sam&starts=cloud&count=10000", slider, "starts", COARSE_PIXELS, 250,
    ),
    Case(
        "destination maps of SAM and M-SAM, coarse, ρ on its slider",
        "?opt=sam#destinations", slider, "start", COARSE_PIXELS, 200, drag=True,
    ),
    Case(
        f"destination maps of SAM and M-SAM, 500×500, less the {1e3 * DEBOUNCE:.0f} ms of rest",
        "?opt=sam#destinations", slider, "start", FINE_PIXELS, 200, rest=DEBOUNCE,
    ),
    Case(
        "coordinates: one start × 3 rules × 200 steps in θ and in φ, the chart's slider", "#coordinates", stretch,
        "φ starts", 0, 50, drag=True,
    ),
)  # fmt: skip


class Measured(NamedTuple):
    """Milliseconds from the move; `arrived` and `painted` have a value for each move that was answered."""

    arrived: np.ndarray
    painted: np.ndarray
    lost: int


class Dragged(NamedTuple):
    """A continuous drag: frames per second; after the pointer stopped, how many came and how late the last was."""

    rate: float
    after: int
    lag: float


def measure(clock: Clock, hand: Iterator[None], samples: int, case: Case, own: bool) -> Measured:
    """Moves one by one, each after the one before has been answered, by the session or by the page's own frame."""
    arrived, painted, lost = [], [], 0
    for turn in range(samples + WARM_UP):
        clock.take()
        next(hand)
        frame = clock.next(case.pixels, WITHIN, own=own)
        if own:
            clock.settle(WITHIN)
        if turn < WARM_UP:
            continue
        if frame is None or frame.painted is None:
            lost += 1
            continue
        arrived.append(frame.arrived - frame.moved - 1e3 * case.rest)
        painted.append(frame.painted - frame.moved - 1e3 * case.rest)
    return Measured(np.array(arrived), np.array(painted), lost)


def floor(page: Page, clock: Clock, samples: int, source: str | None) -> float:
    """The median of moves that the page answers by itself."""
    clock.floor(source)
    x, y = SIZE["width"] / 2, 20
    hand = drag_without_button(page, x, y)
    taken = []
    for turn in range(samples + WARM_UP):
        clock.take()
        next(hand)
        frame = clock.next(0, WITHIN)
        if turn >= WARM_UP and frame is not None and frame.painted is not None:
            taken.append(frame.painted - frame.moved)
    clock.no_floor()
    return float(np.median(taken))


def drag_without_button(page: Page, x: float, y: float) -> Iterator[None]:
    for turn in count():
        page.mouse.move(x + turn % 40, y)
        yield


def keep_dragging(
    page: Page, clock: Clock, hand: Iterator[None], seconds: float, rest: int = 1500, *, own: bool = False
) -> Dragged:
    """Moves without waiting for an answer, as a hand does, and then holds still for so many ms."""
    clock.take()
    began = time.monotonic()
    for turn in count(1):
        next(hand)
        left = began + turn / HAND_RATE - time.monotonic()
        if time.monotonic() - began > seconds:
            break
        time.sleep(max(left, 0.0))
    spent, stopped = time.monotonic() - began, clock.moved
    page.wait_for_timeout(rest)
    return dragged(clock.take(own=None), stopped, spent, own=own)


def dragged(frames: list[Painted], stopped: float, seconds: float, *, own: bool = False) -> Dragged:
    """Of all frames during a drag; the rate is that of the session's, or of the page's own."""
    before = [frame for frame in frames if frame.arrived <= stopped and frame.own == own]
    after = [frame for frame in frames if frame.arrived > stopped]
    paints = {round(frame.shown) for frame in before if frame.shown is not None}
    last = max((frame.shown or frame.arrived for frame in frames), default=stopped)
    return Dragged(len(paints) / seconds, len(after), max(last - stopped, 0.0))


def opened(browser: Browser, url: str, source: str) -> tuple[Page, Clock]:
    page = browser.new_page(viewport=SIZE)
    visit(page, url, source)
    page.wait_for_timeout(2000)
    return page, Clock(page)


def row(browser: Browser, url: str, case: Case, samples: int, seconds: float, own: bool = False) -> str:
    """A line of the table: the session's way, or where the page computes by itself, its own picture."""
    page, clock = opened(browser, f"{url}/{case.query}", case.source)
    try:
        if not own:
            clock.leave_to_session()
        hand = case.hand(page)
        taken = measure(clock, hand, samples, case, own)
        motion = keep_dragging(page, clock, hand, seconds, own=own) if case.drag else None
        page.mouse.up()
        page.wait_for_timeout(500)
        least = floor(page, clock, samples, case.source)
    finally:
        page.close()
    ways = " by the page" if own else " by the session"
    name = case.name + ("" if case.ahead is None else f": computed{ways}")
    if not taken.painted.size:
        return f"| {name} | no move was answered within {WITHIN:.0f} s | | | | | |"
    lost = f" ({taken.lost} of {samples} moves unanswered)" if taken.lost else ""
    if own:
        wanted = f"≤ {case.ahead:.0f}" + (f", ≥ {case.rate:.0f} frames/s" if case.rate else "")
    else:
        wanted = f"≤ {case.target:.0f}" + (f", p95 ≤ {case.worst:.0f}" if case.worst else "")
    continuous = (
        f"{motion.rate:.0f} frames/s; then {motion.after} frame{'s' if motion.after != 1 else ''}, the last after "
        f"{motion.lag:.0f} ms"
        if motion
        else ""
    )
    return (
        f"| {name}{lost} | {np.median(taken.painted):.0f} | {np.percentile(taken.painted, 95):.0f} | {wanted} | "
        f"{np.median(taken.arrived):.0f} | {least:.0f} | {continuous} |"
    )


def surface(browser: Browser, url: str, seconds: float) -> str:
    """How often the surface is drawn while ρ is dragged."""
    page, clock = opened(browser, f"{url}/?{RULES}&surface=1", "starts")
    try:
        plot = page.locator(".surface")
        page.wait_for_function("plot => plot.drawn > 0", arg=plot.element_handle())
        hand = slider(page)
        keep_dragging(page, clock, hand, 0.5)  # what is drawn for the first time takes longer
        before = plot.evaluate("plot => plot.drawn")
        motion = keep_dragging(page, clock, hand, seconds, rest=0)
        drawn = plot.evaluate("plot => plot.drawn") - before
    finally:
        page.close()
    return (
        f"the surface beside the plane, one start × 5 rules × 200 steps, ρ dragged: drawn {drawn / seconds:.0f} times "
        f"a second, target ≥ 10; frames of all of Explore: {motion.rate:.0f} a second"
    )


def nothing(browser: Browser, url: str, samples: int) -> float:
    """The median of moves that change nothing at all."""
    page, clock = opened(browser, url, "starts")
    try:
        return floor(page, clock, samples, None)
    finally:
        page.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app", description="Time the app, input to paint.")
    parser.add_argument("--quick", action="store_true", help="few moves, to see that it works")
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    options = parser.parse_args()
    samples, seconds = (QUICK_SAMPLES, QUICK_DRAG) if options.quick else (SAMPLES, DRAG)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "log")
        try:
            server.wait()
            with chromium() as browser:
                packages = ("panel", "bokeh", "panel-material-ui", "numpy", "numba")
                print(machine(packages, "make bench-app", f"Chromium {browser.version}, headless, 1280 × 720"))
                print(
                    f"\nMilliseconds from the mouse's event, {samples} moves each; a move that changes nothing takes "
                    f"{nothing(browser, server.url, samples):.0f} to the next paint. While dragging: {seconds:g} s at "
                    f"{HAND_RATE} moves a second, target ≥ 15 frames/s and nothing queued when the hand stops (one "
                    "frame in flight and one of the newest state may follow, and the fine map). Computed by the page: "
                    "all that follows the runs in the figures is painted, while the session answers too, whose table "
                    "comes after it; computed by the session: the same app, with nothing computed in the page.\n"
                )
                print("| input-to-paint latency | median | p95 | target | data in the page | floor | while dragging |")
                print("|:--|--:|--:|:--|--:|--:|:--|", flush=True)
                for case in CASES:
                    if options.only in case.name:
                        print(row(browser, server.url, case, samples, seconds), flush=True)
                        if case.ahead is not None:
                            print(row(browser, server.url, case, samples, seconds, own=True), flush=True)
                if options.only in "surface":
                    print(f"\n{surface(browser, server.url, seconds)}", flush=True)
        except (NotServed, FileNotFoundError) as reason:
            print(reason, file=sys.stderr)
            return 1
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
