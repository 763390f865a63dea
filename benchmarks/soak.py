"""`python -m benchmarks.soak`: an hour of use, and whether anything accumulates.

One visitor stays all the time and does anything the page offers; twenty others come and go in turns. It fails when the
log or the browser's console holds an error, when frames go on arriving after a hand has stopped, when sessions outlive
their pages, or when the server's memory keeps growing.

With `--hostile`, everything is done twice, the second time with a visitor who requests everything expensive. It then
fails too when the others' frames take more than half as long again, or when the server does not end within a second.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT

import numpy as np
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from benchmarks.client import HostileVisitor
from benchmarks.clock import Clock
from benchmarks.machine import machine
from benchmarks.visitor import Visitor
from benchmarks.watched import Census
from tools.browser import SIZE, NotServed, Server, Watch, chromium, visit

OTHERS = 20
WARM_UP = 0.25  # of the time: kernels are loaded and caches filled, which takes memory once
MAX_GROWTH = 1.0  # MB a minute, the slope of memory against time after the warm-up
JUDGED_FROM = 10.0  # minutes; in less, caches are still being filled
MAX_LATE = 6  # frames of one view after the hand has stopped: under way, newest, refined, and after a view has moved
DRAINED_WITHIN = 30.0  # seconds
QUIET = 0.4  # seconds without a frame after which nothing more is taken to come
GONE_WITHIN = 90.0  # seconds after which a closed page's session has ended, at the latest
KEPT = 1  # session: the process's first, in whose context Panel's own periodic task runs
SAY_EVERY = 60.0  # seconds
MAX_SLOWER = 1.5  # times, the median frame with a hostile visitor
ENDED_WITHIN = 1.0  # seconds after an interruption
HALFWAY = 5.0  # seconds that the hostile visitor is given before the interruption
DRAGS = {"slider", "hand"}  # acts whose frames answer a hand
TROUBLE = re.compile(r"^(?:.*\b(?:ERROR|CRITICAL)\b.*|Traceback.*(?:\n[ ].*)*\n.*)$", re.MULTILINE)  # whole tracebacks
PAGES = ("", "?starts=grid#destinations", "#phase-diagram", "?loss=sinc#stability", "#figure-5", "?starts=cloud")


@dataclass
class Record:
    """What was seen.

    Attributes:
        acts: how often each thing was done.
        visits: pages opened.
        frames: that arrived at the page that stays.
        late: for each act there, the most frames of one view after the hand had stopped.
        lag: for each act there, milliseconds from its end to the last frame.
        memory: (minutes, MB) of the server.
        kept: what kept a visitor from doing something.
        queued: acts after which the frames did not come to an end.
        complaints: of the browser.
        trouble: errors and tracebacks in the server's log.
        at_work: sessions and work beside them with all pages open.
        at_end: the same after all pages were closed, and its time had passed.
        left: MB of the server by then.
        answers: for each frame that answered a drag of any visitor, milliseconds from the hand's move to its arrival.
        orders: of the hostile visitor.
    """

    acts: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    frames: int = 0
    late: list[int] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    at_work: Census | None = None
    at_end: Census | None = None
    left: float = 0.0
    answers: list[float] = field(default_factory=list)
    orders: int = 0


def watched_server(log: Path, forget: float) -> Server:
    """The app under watch; the session of a closed page ends after `forget` to twice as many seconds."""
    return Server(log, ("benchmarks.watched", "--forget", str(forget)), asked=True)


def megabytes(server: Server) -> float:
    """Resident memory of the server."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def census(server: Server) -> Census:
    return Census(**json.loads(server.ask("")))


def soak(
    browser: Browser,
    server: Server,
    seconds: float,
    others: int,
    seed: int,
    say: Callable[[str], None],
    hostile: bool = False,
) -> Record:
    """Uses the app for so long; with a hostile visitor beside the others if that is asked for."""
    record = Record()
    context = browser.new_context(viewport=SIZE)
    watch = Watch(context)
    stays = context.new_page()
    visit(stays, server.url, "starts")
    clock, visitor, company = Clock(stays), Visitor(stays, seed), deque()
    began, said = time.monotonic(), 0.0
    visitor.look_round()
    enemy = HostileVisitor(server.port) if hostile else None
    while (spent := time.monotonic() - began) < seconds:
        clock.install()
        clock.take()
        did = _act(visitor, record)
        _settle(clock, record, did)
        _receive(company, others, record, context, server.url, seed)
        record.memory.append((spent / 60, megabytes(server)))
        if spent - said > SAY_EVERY:
            said = spent
            say(f"{spent / 60:.0f} min: {sum(record.acts.values())} acts, {record.memory[-1][1]:.0f} MB")
    record.at_work = census(server)
    context.close()
    if enemy is not None:
        enemy.leave()
        record.orders = enemy.orders
    record.complaints = watch.complaints
    record.at_end, record.left = _gone(server), megabytes(server)
    record.trouble = TROUBLE.findall(server.log)
    return record


def _act(visitor: Visitor, record: Record) -> str:
    """Does something; a visitor who is kept from it is noted, and everybody goes on."""
    try:
        did = visitor.act()
    except BrowserError as error:
        did = "nothing"
        record.kept.append(" ".join(str(error).split()))
    record.acts[did] += 1
    return did


def _settle(clock: Clock, record: Record, did: str) -> None:
    """Waits until nothing more arrives, and notes what came after the hand had stopped."""
    clock.install()
    stopped, deadline = clock.now, time.monotonic() + DRAINED_WITHIN
    frames = clock.take()
    while True:
        time.sleep(QUIET)
        more = clock.take()
        frames += more
        if not more and not clock.pending():
            break
        if time.monotonic() > deadline:
            record.queued.append(did)
            break
    if did in DRAGS:
        record.answers += [frame.arrived - frame.moved for frame in frames if frame.moved]
    after = [frame for frame in frames if frame.arrived > stopped]
    record.frames += len(frames)
    record.late.append(max(Counter(frame.channel for frame in after).values(), default=0))
    record.lag.append(max((frame.arrived - stopped for frame in after), default=0.0))


def _receive(company: deque[Visitor], others: int, record: Record, context, url: str, seed: int) -> None:
    """One more visitor comes; where it is full, the one who came first goes. One of them does something."""
    if len(company) >= others:
        company.popleft().page.close()
    page = context.new_page()
    record.visits += 1
    try:
        page.goto(f"{url}/{PAGES[record.visits % len(PAGES)]}", timeout=1e3 * DRAINED_WITHIN)
        page.locator("[role=tab]:visible").first.wait_for(timeout=1e3 * DRAINED_WITHIN)
    except BrowserError as error:
        record.kept.append(" ".join(str(error).split()))
        page.close()
        return
    company.append(Visitor(page, seed + record.visits))
    acting = company[record.visits % len(company)]
    clock = Clock(acting.page)
    did = _act(acting, record)
    frames = clock.take()
    if did in DRAGS:
        record.answers += [frame.arrived - frame.moved for frame in frames if frame.moved]


def _gone(server: Server) -> Census:
    deadline = time.monotonic() + GONE_WITHIN
    while ((now := census(server)).sessions > KEPT or now.refining) and time.monotonic() < deadline:
        time.sleep(1)
    return now


def growth(memory: list[tuple[float, float]]) -> float:
    """MB a minute: the slope of memory against time after the warm-up."""
    minutes, taken = np.array(memory).T
    late = minutes >= WARM_UP * minutes[-1]
    return float(np.polyfit(minutes[late], taken[late], 1)[0]) if late.sum() > 2 else 0.0


def faults(record: Record) -> list[str]:
    """What must not be, a sentence each; memory is not judged here."""
    found = [f"the browser: {complaint}" for complaint in record.complaints]
    found += [f"the log: {line}" for line in record.trouble]
    found += [f"a visitor was kept from something: {reason[:1000]}" for reason in record.kept]
    found += [f"frames went on for more than {DRAINED_WITHIN:.0f} s after {did}" for did in record.queued]
    if (most := max(record.late, default=0)) > MAX_LATE:
        found.append(f"{most} frames of one view came after the hand had stopped, and {MAX_LATE} is the most there is")
    if record.at_end.sessions > KEPT:
        found.append(f"{record.at_end.sessions} sessions are alive {GONE_WITHIN:.0f} s after all pages were closed")
    if record.at_end.refining:
        found.append(f"{record.at_end.refining} pieces of work of closed sessions are left")
    return found


def table(record: Record) -> str:
    lag, third = np.array(record.lag), max(len(record.lag) // 3, 1)
    memory = np.array(record.memory)
    rows = {
        "acts": f"{sum(record.acts.values()):,} ({', '.join(f'{n} {did}' for did, n in record.acts.most_common())})",
        "other sessions opened": f"{record.visits:,}",
        "frames at the page that stays": f"{record.frames:,}",
        "last frame after the hand stopped, median of the first third and of the last": (
            f"{np.median(lag[:third]):.0f} ms, {np.median(lag[-third:]):.0f} ms"
        ),
        f"most frames of a view after the hand stopped (at most {MAX_LATE})": f"{max(record.late, default=0)}",
        "server's memory at the beginning, most, at the end, after all pages were closed": (
            f"{memory[0, 1]:.0f} MB, {memory[:, 1].max():.0f} MB, {memory[-1, 1]:.0f} MB, {record.left:.0f} MB"
        ),
        f"growth after the first {WARM_UP:.0%} of the time (at most {MAX_GROWTH:g} MB a minute)": (
            f"{growth(record.memory):.2f} MB a minute"
        ),
        "sessions alive: with all pages open, after all were closed": (
            f"{record.at_work.sessions}, {record.at_end.sessions}"
        ),
        "work beside sessions, under way: likewise": f"{record.at_work.refining}, {record.at_end.refining}",
        "frames that answered a drag, of all visitors: how many, median, 95 of 100": answered(record.answers),
        "complaints of the browser, errors in the log": f"{len(record.complaints)}, {len(record.trouble)}",
    }
    return "\n".join(["| soak | |", "|:--|:--|", *(f"| {name} | {value} |" for name, value in rows.items())])


def answered(answers: list[float]) -> str:
    """How soon frames arrived."""
    if not answers:
        return "none"
    return f"{len(answers):,}, {np.median(answers):.0f} ms, {np.percentile(answers, 95):.0f} ms"


def seconds_to_end(server: Server) -> float:
    """How long the server takes to end once it is interrupted."""
    began = time.monotonic()
    server.process.send_signal(SIGINT)
    server.process.wait(timeout=GONE_WITHIN)
    return time.monotonic() - began


def slower(alone: Record, besieged: Record) -> float:
    """How many times as long the median frame takes beside the hostile visitor; not a number where there is none."""
    if not (alone.answers and besieged.answers):
        return float("nan")
    return float(np.median(besieged.answers) / np.median(alone.answers))


def comparison(alone: Record, besieged: Record, ended: float) -> str:
    """Frames without and with the hostile visitor."""
    ratio = slower(alone, besieged)
    rows = {
        "frames that answered a drag, alone: how many, median, 95 of 100": answered(alone.answers),
        f"beside a hostile visitor of {besieged.orders} orders": answered(besieged.answers),
        f"ratio of the medians (at most {MAX_SLOWER:g})": f"{ratio:.2f}",
        f"interrupted at work, the server ended after (at most {ENDED_WITHIN:g} s)": f"{ended:.2f} s",
    }
    return "\n".join(["| hostile | |", "|:--|:--|", *(f"| {name} | {value} |" for name, value in rows.items())])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="Use the app, and watch it.")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--others", type=int, default=OTHERS, help=f"other sessions at a time ({OTHERS})")
    parser.add_argument("--seed", type=int, default=0, help="seed of what is done (0)")
    parser.add_argument("--hostile", action="store_true", help="again as long, with a hostile visitor beside them")
    options = parser.parse_args()
    records, ended = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        server = watched_server(Path(folder) / "log", forget=15.0)
        try:
            server.wait()
            with chromium(["--renderer-process-limit=8"]) as browser:
                print(machine(("panel", "bokeh"), "make soak", f"Chromium {browser.version}, headless"), flush=True)
                for hostile in (False, True) if options.hostile else (False,):
                    records.append(
                        soak(browser, server, 60 * options.minutes, options.others, options.seed, _say, hostile)
                    )
                if options.hostile:
                    enemy = HostileVisitor(server.port)
                    time.sleep(HALFWAY)
                    ended = seconds_to_end(server)
                    enemy.leave()
        except (NotServed, FileNotFoundError) as reason:
            print(reason, file=sys.stderr)
            return 1
        finally:
            server.stop()
    print(f"\n{options.minutes:g} minutes, one session and {options.others} others, seed {options.seed}\n")
    found = []
    for record in records:
        print(table(record))
        found += faults(record)
        if options.minutes >= JUDGED_FROM and (grows := growth(record.memory)) > MAX_GROWTH:
            found.append(f"the server's memory grows by {grows:.2f} MB a minute")
    if options.hostile:
        print(f"\n{comparison(*records, ended)}")
        if (ratio := slower(*records)) > MAX_SLOWER:
            found.append(f"a hostile visitor makes the others' frames {ratio:.2f} times as slow")
        elif np.isnan(ratio):
            found.append("nobody dragged anything in so short a time: nothing is known of a hostile visitor")
        if ended > ENDED_WITHIN:
            found.append(f"the server took {ended:.2f} s to end")
    for fault in found:
        _say(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
