"""The page's address follows the state, and the browser's back button undoes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

import panel as pn
from bokeh.core.properties import Any as AnyValue
from bokeh.core.properties import Float, Nullable
from bokeh.model import DataModel
from panel_material_ui import Tabs

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.lessons.lecture import Lecture
from app.model.lesson_link import read, write
from app.model.link import values_of
from app.model.state import State

FOLLOW = 250  # milliseconds between two changes of the address, at least; browsers refuse many a second
GESTURE = 800  # milliseconds without a change after which the next change is a new history entry

HERE = Path(__file__).parent


class Channel(DataModel):
    """To the browser: query and hash to show. From it: those of a history entry that was gone back to.

    Both carry a number, so that the same address twice counts as a change.
    """

    shown = AnyValue(default=None)
    visited = AnyValue(default=None)


class Gesture(DataModel):
    """When the address last followed a change; browser only."""

    changed_at = Nullable(Float)  # on the browser's clock, in milliseconds
    pause = Float(default=GESTURE)


class AddressBar:
    """Keeps address and state together. A drag replaces one entry of the history, each further gesture adds one.

    The query is the state; the hash is the tab, which the browser does not send.

    Args:
        state: is updated from the address, now and when the visitor goes back in history.
        lecture: opens the scene that the address names, or ends.
        notify: is called with the sentence on what was ignored in an address.

    Attributes:
        channel: must be reachable from the document.
        query: what the address shows, or will shortly.
        hash: the same of the hash.
    """

    def __init__(self, state: State, lecture: Lecture, notify: Callable[[str], None]) -> None:
        self._state, self._lecture, self._notify = state, lecture, notify
        self._document = pn.state.curdoc
        self._number, self._waiting, self._followed_at = 0, False, 0.0
        self.channel = Channel()
        shared = {"address": self.channel, "gesture": Gesture(syncable=False)}
        self.channel.js_on_change("shown", script(HERE / "show_address.mjs", **shared))
        self.channel.on_change("visited", guarded(self._visited))
        self._tabs: Tabs | None = None
        self._hashes = [""]
        self._followed: Callable[[], None] = lambda: None
        self.query = self.hash = ""
        self._take(requested())
        state.param.watch(self._changed, [*values_of(state), "moment"])
        if self._document is not None:
            self._document.js_on_event("document_ready", script(HERE / "visit_address.mjs", **shared))

    def follow_tabs(self, tabs: Tabs, titles: Sequence[str]) -> None:
        """Puts the open tab into the address; the first one is the default."""
        self._tabs, self._hashes = tabs, anchors(titles)
        tabs.param.watch(self._changed, "active")

    def on_follow(self, callback: Callable[[], None]) -> None:
        """Sets the callback that is called when the address has followed."""
        self._followed = callback

    def link(self) -> str:
        """Query and hash of what is shown now."""
        return write(self._state) + self._hash()

    def follow(self) -> None:
        """Updates the address to the state and the tab."""
        self._waiting, self._followed_at = False, monotonic()
        query, hash = write(self._state), self._hash()
        if (query, hash) != (self.query, self.hash):
            self.query, self.hash = query, hash
            self._number += 1
            self.channel.shown = {"query": query, "hash": hash, "number": self._number}
            self._followed()

    def _hash(self) -> str:
        return "" if self._tabs is None else self._hashes[self._tabs.active]

    def _changed(self, *_: Any) -> None:
        if self._document is None:
            self.follow()
        elif not self._waiting:
            self._waiting = True
            wait = FOLLOW - 1e3 * (monotonic() - self._followed_at)
            self._document.add_timeout_callback(guarded(self.follow), max(round(wait), 0))

    def _visited(self, attribute: str, old: Any, new: Any) -> None:
        if not isinstance(new, dict):
            return
        if isinstance(query := new.get("query"), str):
            self._take(query)
        if self._tabs is not None and (hash := new.get("hash")) in self._hashes:
            self._tabs.active = self._hashes.index(hash)
        self.hash = self._hash()

    def _take(self, query: str) -> None:
        values, ignored, place = read(query)
        if place is not None:
            refused = self._lecture.open(place.lesson, place.scene, values)
        else:
            self._lecture.close()
            refused = self._state.try_update(**values)
        self.query = write(self._state)
        self._notify(refused or ignored)


def anchors(titles: Sequence[str]) -> list[str]:
    """The anchor of each tab; that of the first one is empty."""
    return ["", *("#" + title.lower().replace(" ", "-") for title in titles[1:])]


def requested() -> str:
    """The query of the browser's request for this page."""
    context = pn.state.curdoc and pn.state.curdoc.session_context
    request = context and context.request
    if not request:
        return ""
    if request.path != "/":  # a page that connected late: its session had expired, and is created again
        return urlencode(request.arguments, doseq=True, quote_via=quote)
    return (request.uri or "").partition("?")[2]
