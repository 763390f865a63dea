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

from benchmarks.client import LOST, Page
from benchmarks.fairness import drag
from benchmarks.machine import machine
from tools.browser import ROOT, NotServed, Server

MOST = 100.0  # milliseconds that the median frame may take
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # numbers of sessions that are tried
SECONDS = 10.0  # for each
VISITORS = 300
AT_ONCE = 20  # of them
ASKED = re.compile(r"<script[^>]* src=\"([^\"]+)\"")
PAGE = "explore-banana.html"


async def sessions(server: Server, seconds: float) -> list[tuple[int, float, float]]:
    """Numbers of sessions that drag, median and 95th percentile of their frames in ms; the last median is too long."""
    found: list[tuple[int, float, float]] = []
    async with contextlib.AsyncExitStack() as stack:
        pages: list[Page] = []
        for size in SIZES:
            while len(pages) < size:
                pages.append(await stack.enter_async_context(Page().opened(server.port)))
            waits: list[float | None] = []
            until = time.monotonic() + seconds
            await asyncio.gather(*(drag(page, until, waits) for page in pages))
            known = [1e3 * LOST if wait is None else wait for wait in waits]
            found.append((size, float(np.median(known)), float(np.percentile(known, 95))))
            if found[-1][1] > MOST:
                break
    return found


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
    parser.add_argument("--visitors", type=int, default=VISITORS, help=f"of the static site ({VISITORS})")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder / "log")
        try:
            server.wait()
            found = asyncio.run(sessions(server, options.seconds))
        except NotServed as reason:
            print(reason, file=sys.stderr)
            return 1
        finally:
            server.stop()
        subprocess.run([sys.executable, "-m", "app", "export", str(folder)], cwd=ROOT, check=True, capture_output=True)
        cost = hosting(folder, options.visitors)
    print(machine(("panel", "bokeh"), "python -m benchmarks.capacity"))
    print("\n| sessions that drag | median frame | p95 |\n|--:|--:|--:|")
    for size, median, late in found:
        print(f"| {size} | {median:.0f} ms | {late:.0f} ms |")
    print(
        f"\n{options.visitors} visitors of the static site: {cost.requests} files and {cost.size / 1e6:.2f} MB each, "
        f"{1e3 * cost.seconds / options.visitors:.1f} ms of the host's processor"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
