"""The page's address follows the state, and the browser's back button undoes."""

from collections.abc import Callable
from typing import Any

import panel as pn
from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import CustomJS

from app.guard import guarded
from app.link import read, values_of, write
from app.state import State

FOLLOW = 250  # milliseconds after which the address follows the state; browsers refuse many changes a second
GESTURE = 800  # milliseconds without a change after which the next one is another gesture, to be undone by itself

GO = f"""
const {{query}} = Object.fromEntries(address.shown instanceof Map ? [...address.shown] : Object.entries(address.shown))
if (location.search === query) return
const now = performance.now()
const same = now - (address.changed ?? -Infinity) < {GESTURE}
address.changed = now
history[same ? "replaceState" : "pushState"](null, "", location.pathname + query + location.hash)
"""

LISTEN = """
window.addEventListener("popstate", () => {
    address.changed = -Infinity
    address.visited = {query: location.search, number: performance.now()}
})
"""


class Channel(DataModel):
    """What travels: a query to show, and the query of an entry of the history that was gone back to.

    Both carry a number, so that the same query twice is news.
    """

    shown = AnyValue(default=None)
    visited = AnyValue(default=None)


class Address:
    """Keeps address and state together. A drag replaces one entry of the history, each further gesture adds one.

    Args:
        state: takes what the address says, now and when an entry of the history is gone back to.
        say: is given the sentence on what was ignored in an address.

    Attributes:
        channel: must be reachable from the document.
        query: what the address shows, or will within a moment.
    """

    def __init__(self, state: State, say: Callable[[str], None]) -> None:
        self._state, self._say = state, say
        self._document = pn.state.curdoc
        self._number, self._waiting = 0, False
        self.channel = Channel()
        arguments = {"address": self.channel}
        self.channel.js_on_change("shown", CustomJS(args=arguments, code=GO))
        self.channel.on_change("visited", guarded(self._visited))
        self.query = ""
        self._take(requested())
        state.param.watch(self._changed, list(values_of(state)))
        if self._document is not None:
            self._document.js_on_event("document_ready", CustomJS(args=arguments, code=LISTEN))

    def follow(self) -> None:
        """Brings the address up to the state."""
        self._waiting = False
        query = write(self._state)
        if query != self.query:
            self.query = query
            self._number += 1
            self.channel.shown = {"query": query, "number": self._number}

    def _changed(self, *_: Any) -> None:
        if self._document is None:
            self.follow()
        elif not self._waiting:
            self._waiting = True
            self._document.add_timeout_callback(guarded(self.follow), FOLLOW)

    def _visited(self, attribute: str, old: Any, new: Any) -> None:
        if isinstance(new, dict) and isinstance(query := new.get("query"), str):
            self._take(query)

    def _take(self, query: str) -> None:
        values, ignored = read(query)
        refused = self._state.accept(**values)
        self.query = write(self._state)
        self._say(refused or ignored)


def requested() -> str:
    """The query with which the browser asked for this page."""
    context = pn.state.curdoc and pn.state.curdoc.session_context
    request = context and context.request
    return (request.uri or "").partition("?")[2] if request else ""
