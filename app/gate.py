"""The one gate between the session and the screen: the latest frame wins, and only one is under way.

A frame is the columns of every data source that changed, sent as one message. The browser feeds them to the plots and
acknowledges after it has painted; what was asked for meanwhile is drawn once, from the newest state. So a hand that
drags faster than the machine can draw never builds a queue.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import numpy as np
from bokeh.core.properties import Any as AnyValue
from bokeh.core.properties import Int
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource, CustomJS

from app.guard import guarded

Columns = Mapping[str, Any]
FEW_NUMBERS = 64
GIVEN_UP = 2.0  # seconds after which an acknowledgement is taken for lost (a hidden tab paints nothing)

FEED = """
const entries = (object) => object instanceof Map ? [...object] : Object.entries(object)
const frame = new Map(entries(channel.frame))
for (const [name, columns] of entries(frame.get("columns"))) sources[name].data = Object.fromEntries(entries(columns))
const number = frame.get("number")
const painted = () => { channel.painted = number }
if (document.hidden) painted()
else requestAnimationFrame(() => setTimeout(painted))
"""


class Channel(DataModel):
    """What travels: a frame to the browser, the number of the last painted one back."""

    frame = AnyValue(default=None)
    painted = Int(default=0)


class Gate:
    """Feeds data sources in the browser, one frame at a time.

    Args:
        draw: makes the next frame from the newest state: name of a source → its columns, changed sources only.
        sources: by name; the browser holds what they show, this process only their first columns.

    Attributes:
        channel: must be reachable from the document, say from a figure's tags.
    """

    def __init__(self, draw: Callable[[], Mapping[str, Columns]], sources: dict[str, ColumnDataSource]) -> None:
        self._draw, self._sources = draw, sources
        self.channel = Channel()
        self.channel.js_on_change("frame", CustomJS(args={"channel": self.channel, "sources": sources}, code=FEED))
        self.channel.on_change("painted", guarded(self._acknowledged))
        self._number, self._under_way, self._sent_at, self._wanted = 0, False, 0.0, False

    def fill(self) -> None:
        """Gives the sources their first columns, before the browser has them."""
        for name, columns in self._draw().items():
            self._sources[name].data = dict(columns)

    def request(self, *_: Any) -> None:
        """Asks for a frame of the newest state: now, or as soon as the one under way is painted."""
        if self._under_way and monotonic() - self._sent_at < GIVEN_UP:
            self._wanted = True
        else:
            self._send()

    def _send(self) -> None:
        self._wanted = False
        columns = self._draw()
        if columns:
            self._number += 1
            self._under_way, self._sent_at = True, monotonic()
            self.channel.frame = {"number": self._number, "columns": {name: _packed(c) for name, c in columns.items()}}

    def _acknowledged(self, attribute: str, old: int, new: int) -> None:
        if new == self._number:
            self._under_way = False
            if self._wanted:
                self._send()


def _packed(columns: Columns) -> Columns:
    """Short arrays as lists: each array travels as two messages of its own, which costs more than its few numbers."""
    return {
        name: column.tolist() if isinstance(column, np.ndarray) and column.size <= FEW_NUMBERS else column
        for name, column in columns.items()
    }
