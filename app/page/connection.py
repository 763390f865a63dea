"""When the connection is lost or the server does not respond, the page says so, and reconnects with its address."""

from pathlib import Path
from typing import Any, NamedTuple

import panel as pn
from bokeh.core.properties import Int
from bokeh.model import DataModel
from bokeh.models import Spacer

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.theme import stylesheet

HERE = Path(__file__).parent


class Timeouts(NamedTuple):
    """Milliseconds.

    Attributes:
        ask_after: from a change in the page to the request whether the server is alive.
        silent_after: without an answer, after which the page says that the server does not respond.
        lost_after: since the server answered a request while this page had no answer, it drops the connection.
    """

    ask_after: int = 1_000
    silent_after: int = 8_000
    lost_after: int = 6_000


TIMEOUTS = Timeouts()


class Line(DataModel):
    """A request of the page and its answer, by number."""

    asked = Int(default=0)
    answered = Int(default=0)


class Connection:
    """Answers the page.

    Attributes:
        holder: adds the channel to the document.
    """

    def __init__(self) -> None:
        self.line = Line()
        self.line.on_change("asked", guarded(self._asked))
        self.holder = pn.pane.Bokeh(Spacer(width=0, height=0, tags=[self.line]), width=0, height=0, margin=0)
        if (document := pn.state.curdoc) is not None:
            style = stylesheet(HERE / "connection.css")
            watch = script(HERE / "connection.mjs", line=self.line, style=style, waits=TIMEOUTS._asdict())
            document.js_on_event("document_ready", watch)

    def _asked(self, attribute: str, old: Any, new: int) -> None:
        self.line.answered = new
