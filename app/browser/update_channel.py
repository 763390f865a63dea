"""The one channel between the session and the screen: the latest frame wins, and only one is in flight.

A frame is the columns of every data source that changed, sent as one message. The browser feeds them to the plots and
acknowledges, so that the session may work on the next while it paints; requests in between are
merged into one frame of the latest state. So dragging faster than the machine can draw never builds a queue. While the
page draws by itself what a hand moves, it acknowledges less often.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import panel as pn
from bokeh.core.properties import Any as AnyValue
from bokeh.core.properties import Int
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource
from panel.io import unlocked

from app.browser.ahead import Ahead
from app.browser.callbacks import guarded, recovering
from app.browser.javascript import script

Columns = Mapping[str, Any]
KINDS = {np.dtype(np.float32): "f4", np.dtype(np.uint8): "u1"}
ALIGNED = 8  # bytes
ACK_TIMEOUT = 2.0  # seconds without an acknowledgement after which a frame counts as lost


class FrameMessage(DataModel):
    """To the browser: a frame. From it: the number of the last one acknowledged."""

    frame = AnyValue(default=None)
    taken = Int(default=0)


class UpdateChannel:
    """Feeds data sources in the browser, one frame at a time.

    Args:
        draw: makes the next frame from the latest state: name of a source → its columns, changed sources only.
        sources: by name; the browser holds what they show, this process only their first columns.
        ahead: what the page shows before a frame answers, where it computes anything.

    Attributes:
        model: carries the frames; must be reachable from the document, for example from a figure's tags.
    """

    def __init__(
        self,
        draw: Callable[[], Mapping[str, Columns]],
        sources: dict[str, ColumnDataSource],
        ahead: Ahead | None = None,
    ) -> None:
        self._draw, self._sources = recovering(draw), sources
        self.model = FrameMessage()
        shared = {"channel": self.model, "sources": sources, "ahead": ahead or Ahead(syncable=False)}
        feed = script(Path(__file__).with_suffix(".mjs"), **shared)
        self.model.js_on_change("frame", feed)
        self.model.on_change("taken", guarded(self._acknowledged))
        self._number, self._pending, self._sent_at, self._wanted = 0, False, 0.0, False
        self._document, self._retry_pending = pn.state.curdoc, False
        # a frame that is sent while the page opens would find no script to take it
        self._before_load: dict[str, Columns] | None = None if pn.state.loaded else {}
        if self._before_load is not None:
            pn.state.onload(self._load)

    def fill(self) -> None:
        """Gives the sources their first columns, before the browser has them."""
        for name, columns in self._draw().items():
            self._sources[name].data = dict(columns)

    def request(self, *_: Any) -> None:
        """Requests a frame of the latest state: now, or as soon as the pending one is acknowledged."""
        if self._pending and monotonic() - self._sent_at < ACK_TIMEOUT:
            self._wanted = True
            self._schedule_retry()
        else:
            self._send()

    def _schedule_retry(self) -> None:
        """Sends the newest frame after the timeout if no acknowledgement has come by then to ask for it."""
        if self._document is not None and not self._retry_pending:
            self._retry_pending = True
            self._document.add_timeout_callback(guarded(self._retry), round(1000 * ACK_TIMEOUT))

    def _retry(self) -> None:
        self._retry_pending = False
        if self._pending and self._wanted:
            self.request()

    def _send(self) -> None:
        self._wanted = False
        with unlocked():  # what is said about the frame travels with it
            columns = self._draw()
            if self._before_load is not None:
                self._before_load |= columns
            elif columns:
                self._feed(columns)

    def _load(self) -> None:
        """Sends what has come up while the page was opening."""
        columns, self._before_load = self._before_load, None
        if columns:
            self._feed(columns)

    def _feed(self, columns: Mapping[str, Columns]) -> None:
        self._number += 1
        self._pending, self._sent_at = True, monotonic()
        self.model.frame = {"number": self._number, **packed(columns)}

    def _acknowledged(self, attribute: str, old: int, new: int) -> None:
        if new == self._number:
            self._pending = False
            if self._wanted:
                self._send()


def packed(frame: Mapping[str, Columns]) -> dict[str, Any]:
    """A frame packed into few buffers: each array alone would be two messages, and lists would be searched for models.

    Returns:
        columns: by source and name, those that are no arrays, as JSON. images: source, column and image of each column
        that holds one. numbers: all other arrays, end to end. table: of each, as JSON, its source, column, kind of
        number, place in bytes, and length, or lengths where the column is a list of arrays.
    """
    columns: dict[str, dict[str, Any]] = {}
    images, table, pieces, at = [], [], [], 0
    for source, ones in frame.items():
        columns[source] = {}
        for name, column in ones.items():
            arrays = [column] if _is_array(column) else column
            if not (len(arrays) and _is_array(arrays[0])):
                columns[source][name] = column
            elif arrays[0].ndim > 1:
                images.append((source, name, *arrays))
            else:
                numbers = np.concatenate(arrays)
                kind = KINDS.get(numbers.dtype, "f8")
                data = numbers.astype(kind).tobytes()
                table.append((source, name, kind, at, column.size if _is_array(column) else [*map(len, arrays)]))
                pieces += [data, bytes(-len(data) % ALIGNED)]
                at += len(data) + len(pieces[-1])
    return {
        "columns": json.dumps(columns, allow_nan=False),
        "images": images,
        "table": json.dumps(table),
        "numbers": b"".join(pieces),
    }


def _is_array(column: Any) -> bool:
    return isinstance(column, np.ndarray)
