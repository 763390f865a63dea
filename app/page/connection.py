"""When the connection is lost or the server does not respond, the page says so, and reconnects with its state."""

from pathlib import Path
from typing import Any, NamedTuple

import panel as pn
from bokeh.core.properties import Int, String
from bokeh.model import DataModel
from bokeh.models import Spacer

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.page.address_bar import AddressBar
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
    """A request of the page and its answer, by number; the link to what the page shows."""

    asked = Int(default=0)
    answered = Int(default=0)
    link = String(default="")


class Connection:
    """Answers the page, and sends it with each frame the link to what the frame shows.

    The address bar may follow later, because browsers limit its changes per second.

    Attributes:
        holder: adds the channel to the document.
    """

    def __init__(self, address: AddressBar) -> None:
        self._address = address
        self.line = Line()
        self.line.on_change("asked", guarded(self._asked))
        address.on_follow(self.note)
        self.holder = pn.pane.Bokeh(Spacer(width=0, height=0, tags=[self.line]), width=0, height=0, margin=0)
        if (document := pn.state.curdoc) is not None:
            style = stylesheet(HERE / "connection.css")
            watch = script(HERE / "connection.mjs", line=self.line, style=style, waits=TIMEOUTS._asdict())
            document.js_on_event("document_ready", watch)

    def note(self) -> None:
        """Notes what is shown now."""
        self.line.link = self._address.link()

    def _asked(self, attribute: str, old: Any, new: int) -> None:
        self.line.answered = new
