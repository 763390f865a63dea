"""`python -m benchmarks.fairness`: how long ordinary visitors wait for a frame, alone and beside a hostile one.

No browser takes part: clients speak to a server of its own as pages do. Each drags its start, and every move is timed
until its frame is there. A hostile client opens one expensive link after another, and switches tabs.
The phases take turns, so that other load on the machine affects all: alone; with a newcomer who opens pages and tabs as
the hostile client does, but nothing expensive, because building a page takes time too; with that client.
"""

import argparse
import asyncio
import json
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.client import LOST, Page, keep_opening
from benchmarks.machine import machine
from benchmarks.soak import TROUBLE
from benchmarks.stalls import Stall
from tests.robustness.expensive import links
from tools.browser import NotServed, Server

VISITORS = 4
SECONDS = 15.0  # of a phase
TURNS = 2  # of both phases
MOVE_EVERY = 0.15  # seconds between two moves of one hand
KINDS = ("alone", "beside a newcomer", "beside a hostile client")
PLAIN = ("", "?v=1&rho=0.5", "?v=1&alpha=0.02")  # links of the newcomer
MAX_SLOWER = 1.5
SETTLE = 3.0  # seconds in which what was left behind ends


class Phase(NamedTuple):
    """What was seen: milliseconds from move to frame, how many never came, and the loop's stalls."""

    waits: list[float]
    lost: int
    stalls: list[Stall]


async def drag(page: Page, until: float, waits: list[float | None]) -> None:
    """Leads the start round, for so long."""
    angle = 0.0
    while time.monotonic() < until:
        angle += 0.1
        waits.append(await page.move(-1.0 + 0.5 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)))
        await asyncio.sleep(MOVE_EVERY)


async def phase(server: Server, pages: list[Page], seconds: float, orders: Iterator[str] | None) -> Phase:
    """All drag for so long; beside one who orders where there are orders."""
    told(server)
    enemy = None if orders is None else asyncio.create_task(keep_opening(server.port, orders))
    waits: list[float | None] = []
    try:
        until = time.monotonic() + seconds
        await asyncio.gather(*(drag(page, until, waits) for page in pages))
        if enemy is not None and enemy.done():
            enemy.result()
    finally:
        if enemy is not None:
            enemy.cancel()
            await asyncio.gather(enemy, return_exceptions=True)
    return Phase([1e3 * LOST if wait is None else wait for wait in waits], waits.count(None), told(server))


def told(server: Server) -> list[Stall]:
    return [Stall(*one) for one in json.loads(server.ask(""))["worst"]]


async def measure(server: Server, visitors: int, seconds: float, turns: int) -> list[list[Phase]]:
    """A phase of each kind, so many times."""
    pages, found = [Page() for _ in range(visitors)], []
    orders = (None, cycle(PLAIN), cycle(links()))
    opened = [page.opened(server.port) for page in pages]
    for one in opened:
        await one.__aenter__()
    for _ in range(turns):
        found.append([])
        for kind in orders:
            found[-1].append(await phase(server, pages, seconds, kind))
            await asyncio.sleep(SETTLE)
    for one in opened:
        await one.__aexit__(None, None, None)
    return found


def table(found: list[list[Phase]]) -> str:
    rows = [
        "| turn | frames | median | p95 | longest | lost | longest stall | busiest |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for number, turn in enumerate(found, 1):
        for name, one in zip(KINDS, turn, strict=True):
            waits = np.array(one.waits)
            stall = max((stall.seconds for stall in one.stalls), default=0.0)
            busy = max((stall.busy for stall in one.stalls), default=0.0)
            rows.append(
                f"| {number}, {name} | {waits.size} | {np.median(waits):.0f} ms | {np.percentile(waits, 95):.0f} ms | "
                f"{waits.max():.0f} ms | {one.lost} | {1e3 * stall:.0f} ms | {1e3 * busy:.0f} ms |"
            )
    return "\n".join(rows)


def slower(found: list[list[Phase]]) -> list[float]:
    """How many times as long as alone the median frame takes, beside each."""
    alone, *beside = (np.median(np.concatenate([turn[kind].waits for turn in found])) for kind in range(len(KINDS)))
    return [float(one / alone) for one in beside]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fairness", description="Time frames beside others.")
    parser.add_argument("--visitors", type=int, default=VISITORS, help=f"who drag ({VISITORS})")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"of a phase ({SECONDS:g})")
    parser.add_argument("--turns", type=int, default=TURNS, help=f"of both phases ({TURNS})")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "log", ("benchmarks.stalls",), asked=True)
        try:
            server.wait()
            found = asyncio.run(measure(server, options.visitors, options.seconds, options.turns))
        except NotServed as reason:
            print(reason, file=sys.stderr)
            return 1
        finally:
            server.stop()
        complaints = server.log
    if trouble := TROUBLE.findall(complaints):
        print(*trouble, sep="\n", file=sys.stderr)
    print(machine(("panel", "bokeh"), "python -m benchmarks.fairness"))
    print(f"\n{options.visitors} clients, phases of {options.seconds:g} s\n\n{table(found)}")
    newcomer, hostile = slower(found)
    print(f"\nmedians, times as long as alone: {newcomer:.2f} {KINDS[1]}, {hostile:.2f} {KINDS[2]}")
    for number, turn in enumerate(found, 1):
        for name, one in zip(KINDS, turn, strict=True):
            for stall in one.stalls:
                busy = f"busy {1e3 * stall.busy:.0f} + {1e3 * stall.others:.0f} ms"  # in the loop, in other threads
                print(f"{number}, {name}: {1e3 * stall.seconds:.0f} ms, {busy}, in {stall.ran}")
    return int(bool(trouble) or hostile > MAX_SLOWER)


if __name__ == "__main__":
    sys.exit(main())
