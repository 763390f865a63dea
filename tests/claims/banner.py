"""What the page says once its server is lost, silent, full or restarted: it is left alone with such a server."""

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import quickjs

from app.browser.javascript import module
from app.page.connection import HERE, TIMEOUTS
from tests.claims.row import Found, Row
from tests.paths import ROOT

ALIVE, REFUSED, FULL, GONE = 204, 403, 503, 0  # answers to "ready"
MINUTE = 60_000


@dataclass
class Page:
    """A page in QuickJS, whose clock is moved on at will."""

    context: quickjs.Context

    @classmethod
    def opened(cls) -> "Page":
        """A page of a server that answers."""
        page = cls(quickjs.Context())
        text = module(HERE / "connection.mjs").replace("export default ", "globalThis.watch = ")
        names = "begin, happens, server, tick, seen"
        for one in (f"{module(ROOT / 'tests/javascript/lost_server.mjs')}\nglobalThis.page = {{ {names} }}", text):
            page.context.module(one)
        page.do(f"begin(watch, {json.dumps(TIMEOUTS._asdict())})")
        page.server(ALIVE, answers=True)
        return page

    def do(self, call: str) -> Any:
        """What a call of the page's gives."""
        found = self.context.eval(f"JSON.stringify(page.{call})")
        while self.context.execute_pending_job():
            pass
        return None if found is None else json.loads(found)

    def server(self, status: int, *, answers: bool) -> None:
        """What the server does from now on."""
        self.do(f"server({status}, {json.dumps(answers)})")

    def after(self, milliseconds: float) -> dict[str, Any]:
        """What it shows so much later."""
        until = self.do("seen()")["now"] + milliseconds
        while self.do(f"tick({until})"):
            pass
        return self.do("seen()")


def frozen(page: Page, seen: dict[str, Any], sentence: str) -> None:
    """The page says so, and can be neither changed nor has been loaded anew."""
    assert (seen["words"], seen["inert"], seen["reloads"]) == (sentence, True, [])


def live(seen: dict[str, Any]) -> None:
    assert (seen.get("words"), seen["inert"], seen["reloads"]) == (None, False, [])


def lost(sweep) -> Found:
    """A page whose server answers shows nothing; one that is cut off says so, and comes back with what it showed."""
    page = Page.opened()
    page.do("happens.changed()")
    live(page.after(10 * MINUTE))
    page.server(GONE, answers=False)
    page.do("happens.lost()")
    for _ in range(5):
        frozen(page, page.after(MINUTE), LOST)
    page.server(ALIVE, answers=True)
    seen = page.after(MINUTE)
    assert len(seen["reloads"]) == 1
    assert seen["address"] == "/?v=1&rho=0.3"
    return 7, ""


def silent(sweep) -> Found:
    """It is said only of a server that was asked and does not answer, and no longer once it does."""
    page = Page.opened()
    page.server(GONE, answers=False)
    live(page.after(10 * MINUTE))  # nobody asked
    page.do("happens.changed()")
    live(page.after(TIMEOUTS.ask_after + TIMEOUTS.silent_after - 1))
    frozen(page, page.after(2), SILENT)
    frozen(page, page.after(10 * MINUTE), SILENT)
    page.server(ALIVE, answers=True)
    live(page.after(1))
    return 5, ""


def of_status(status: int, sentence: str, sweep) -> Found:
    """It is said while the server answers so, whatever was before, and the page reconnects when it no longer does."""
    page = Page.opened()
    page.server(GONE, answers=False)
    page.do("happens.lost()")
    frozen(page, page.after(MINUTE), LOST)
    page.server(status, answers=False)
    frozen(page, page.after(MINUTE), sentence)
    page.server(GONE, answers=False)
    frozen(page, page.after(MINUTE), LOST)
    page.server(status, answers=False)
    frozen(page, page.after(10 * MINUTE), sentence)
    page.server(ALIVE, answers=True)
    assert len(page.after(MINUTE)["reloads"]) == 1
    return 5, ""


def countdown(sweep) -> Found:
    """It counts down to the next attempt: a server that is back is reached within so many seconds, and not before."""
    cases, late = 0, 0.0
    for wait in range(0, 40_000, 40_000 // sweep.count(20, 1000)):
        page = Page.opened()
        page.server(GONE, answers=False)
        page.do("happens.lost()")
        told = page.after(wait)
        page.server(ALIVE, answers=True)
        seconds = int(re.fullmatch(r"Retrying in (\d+) s", told["wait"])[1])
        (reloaded,) = page.after(MINUTE)["reloads"]
        assert 1000 * (seconds - 1) - 1000 <= reloaded - told["now"] <= 1000 * seconds + 1
        cases, late = cases + 1, max(late, (reloaded - told["now"]) / 1000 - seconds)
    return cases, f"{late:.1f} s later than said"


def pressed(sweep) -> Found:
    """The button reaches a server that is back at once, and says what it does."""
    page = Page.opened()
    page.server(GONE, answers=False)
    page.do("happens.lost()")
    before = page.after(MINUTE)
    assert before["retry"] == "Retry now"
    page.server(ALIVE, answers=True)
    page.do("happens.retry()")
    assert page.after(1)["reloads"][0] - before["now"] <= 1
    return 1, ""


LOST = "The connection to the server is lost. The page shows its last state and cannot be changed."
SILENT = "The server does not respond. The page shows its last state and cannot be changed."
NEW_LINK = "The server was restarted and requires its new link. Open that in another tab; this page then reconnects."
CROWDED = "The server is full. This page reconnects when someone has left."
ROWS = [
    Row("Banner", LOST, lost),
    Row("Banner", SILENT, silent),
    Row("Banner", NEW_LINK, partial(of_status, REFUSED, NEW_LINK)),
    Row("Banner", CROWDED, partial(of_status, FULL, CROWDED)),
    Row("Banner", "Retrying in … s", countdown),
    Row("Banner", "Retry now", pressed),
]
DEFINITIONS = {"Reconnecting …"}  # while an attempt is under way


def shown() -> set[str]:
    """All that the banner's script may write."""
    text = (HERE / "connection.mjs").read_text("utf-8")
    sentences = set(re.findall(r'"([A-Z][^"]* [^"]*)"', text))
    return sentences | {re.sub(r"\$\{.*\}", "…", one) for one in re.findall(r"`([A-Z][^`]* [^`]*)`", text)}
