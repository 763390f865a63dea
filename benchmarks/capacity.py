"""`python -m benchmarks.capacity`: how many visitors a server of the app and a host of the static site bear.

The app: clients without a browser all drag their starts, and more come until the median frame takes longer than 100 ms.
The site: `python -m http.server` is asked for what a browser asks for that opens Explore, by many visitors.
"""

import argparse
import asyncio
import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.export.site.losses import losses
from app.export.site.pages import BOKEH
from app.export.site.write import files
from benchmarks.client import LOST, Page
from benchmarks.fairness import drag
from benchmarks.machine import machine
from tools.browser import NotServed, Server

MOST = 100.0  # milliseconds that the median frame may take
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # numbers of sessions that are tried
SECONDS = 6.0  # for each
WARM = 3.0  # seconds in which one drags before any frame counts
BOUND = 150.0  # seconds after which no larger number is tried
VISITORS = 300
AT_ONCE = 20  # of them
ASKED = re.compile(r"<script[^>]* src=\"([^\"]+)\"")
PAGE = "explore-banana.html"


def say(text: str) -> None:
    """Tells how far it is."""
    print(text, file=sys.stderr, flush=True)


async def sessions(server: Server, seconds: float, bound: float) -> list[tuple[int, float, float]]:
    """Numbers of sessions that drag, median and 95th percentile of their frames in ms.

    It ends with the first median that is too long, or when time is up.
    """
    found: list[tuple[int, float, float]] = []
    end = time.monotonic() + bound
    async with contextlib.AsyncExitStack() as stack:
        pages: list[Page] = []
        for size in SIZES:
            while len(pages) < size:
                pages.append(await stack.enter_async_context(Page().opened(server.port)))
            if size == SIZES[0]:
                await drag(pages[0], time.monotonic() + WARM, [])
            waits: list[float | None] = []
            until = time.monotonic() + seconds
            await asyncio.gather(*(drag(page, until, waits) for page in pages))
            known = [1e3 * LOST if wait is None else wait for wait in waits]
            found.append((size, float(np.median(known)), float(np.percentile(known, 95))))
            say(f"{size} sessions: {found[-1][1]:.0f} ms, {len(known)} frames")
            if found[-1][1] > MOST or time.monotonic() > end:
                break
    return found


def verdict(found: Sequence[tuple[int, float, float]]) -> str:
    """How many sessions the server holds, in one sentence."""
    held = [size for size, median, _ in found if median <= MOST]
    if not held:
        return f"Not one session has a median frame within {MOST:g} ms."
    more = "" if len(held) < len(found) else "; more were not tried"
    return f"{held[-1]} sessions are held at a median frame of at most {MOST:g} ms{more}."


class Hosting(NamedTuple):
    """What visitors of Explore cost the host: requests and bytes of each, and seconds of its processor for all."""

    requests: int
    size: int
    seconds: float


def hosting(folder: Path, visitors: int) -> Hosting:
    """Has so many visitors open Explore of a site that is in a folder."""
    asked = [PAGE, *ASKED.findall((folder / PAGE).read_text("utf-8"))]
    command = [sys.executable, "-u", "-m", "http.server", "--directory", str(folder), "--bind", "127.0.0.1", "0"]
    before = os.times()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as host:
        try:
            port = int(re.findall(r"port (\d+)", host.stdout.readline())[0])
            with ThreadPoolExecutor(AT_ONCE) as pool:
                sizes = [*pool.map(lambda _: visit(port, asked), range(visitors))]
        finally:
            host.terminate()
    after = os.times()  # a process that has ended counts
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return Hosting(len(asked), max(sizes), seconds)


def visit(port: int, asked: Sequence[str]) -> int:
    """Asks for files and returns the number of bytes that came."""
    size = 0
    for name in asked:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", f"/{name}")
        answer = connection.getresponse()
        if answer.status != 200:
            raise ConnectionError(f"{name} was answered with {answer.status}")
        size += len(answer.read())
        connection.close()
    return size


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description="Count whom a server bears.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"for each number of sessions ({SECONDS:g})")
    parser.add_argument("--bound", type=float, default=BOUND, help=f"seconds for all of them ({BOUND:g})")
    parser.add_argument("--visitors", type=int, default=VISITORS, help=f"of the static site ({VISITORS})")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder / "log")
        try:
            server.wait()
            say(f"{server.url} is served")
            found = asyncio.run(sessions(server, options.seconds, options.bound))
        except NotServed as reason:
            print(reason, file=sys.stderr)
            return 1
        finally:
            server.stop()
        say("writing the site's page")
        site = files(losses([], ["banana"]))
        for page in (BOKEH, PAGE):
            (folder / page).write_bytes(site[page]())
        say(f"{options.visitors} visitors open it")
        cost = hosting(folder, options.visitors)
    print(machine(("panel", "bokeh"), "python -m benchmarks.capacity"))
    print("\n| sessions that drag | median frame | p95 |\n|--:|--:|--:|")
    for size, median, late in found:
        print(f"| {size} | {median:.0f} ms | {late:.0f} ms |")
    print(f"\n{verdict(found)}")
    print(
        f"\n{options.visitors} visitors of the static site: {cost.requests} files and {cost.size / 1e6:.2f} MB each, "
        f"{1e3 * cost.seconds / options.visitors:.1f} ms of the host's processor"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
