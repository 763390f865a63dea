"""What the views of maps have in common: they redraw themselves, say what they show, and lead into Explore."""

from collections.abc import Callable
from typing import Any

import panel as pn
from bokeh.model import Model
from panel.viewable import Viewable, Viewer

from app.browser.source_updates import Columns, SourceUpdates
from app.browser.update_channel import UpdateChannel
from app.model.box import Box
from app.model.state import State
from app.views.maps.coarse_then_fine import Answer, CoarseThenFine
from app.widgets.control_panel import ControlPanel


class MapView(Viewer):
    """One session's view of maps, coarse at once and fine once nothing changes.

    A subclass makes plots, and widgets that hold choices of the state by `_hold`, then calls `_begin`. Its `_draw` puts
    columns into the frame, its `_theme` colours what it has drawn.

    Args:
        state: what is shown.
        coarse, fine: pixels or cells along a side.
        view: what is looked at, where the plane is.
    """

    def __init__(self, state: State, coarse: int, fine: int, view: Callable[[], Box] | None = None) -> None:
        super().__init__()
        self._state, self._updates, self._controls = state, SourceUpdates(), ControlPanel(state, view)
        self._answers = CoarseThenFine(coarse, fine, lambda: self._channel.request())
        self._looked_at = True
        self._holds: dict[str, Any] = {}
        self._run: Callable[[], None] | None = None

    def set_visible(self, shown: bool) -> None:
        """Told whether the view is looked at: it does nothing while it is not."""
        self._looked_at = shown
        if shown:
            self._channel.request()
        else:
            self._answers.cancel()

    def on_run(self, callback: Callable[[], None]) -> None:
        """Calls back when what was clicked is to be run."""
        self._run = callback

    def _hold(self, name: str, widget: Any) -> Any:
        """The widget, which from now on holds one choice of the state."""
        self._holds[name] = widget
        widget.label, widget.value = self._state.param[name].label, getattr(self._state, name)
        widget.param.watch(lambda event: self._state.try_update(**{name: event.new}), "value")
        return widget

    def _begin(self, carrier: Model) -> None:
        """Draws for the first time, and from now on whenever the state changes.

        Args:
            carrier: a model of the document, to take the channel to the browser along.
        """
        self._channel = UpdateChannel(self._columns, self._updates.sources)
        carrier.tags = [*carrier.tags, self._channel.model]
        self._theme()
        self._channel.fill()
        state = self._state
        state.param.watch(self._channel.request, [name for name in state.param if name not in {"name", "dark"}])
        state.param.watch(lambda event: self._theme(), "dark")

    def _columns(self) -> dict[str, Columns]:
        if not self._looked_at:
            return {}
        self._controls.sync()
        for name, widget in self._holds.items():
            widget.value = getattr(self._state, name)
        self._draw()
        return self._updates.take()

    def _draw(self) -> None:
        raise NotImplementedError

    def _theme(self) -> None:
        raise NotImplementedError

    def _take(self, **values: Any) -> str | None:
        """Takes what was clicked, and leads to where it is run; one sentence where it was refused."""
        refusal = self._state.try_update(**values)
        if refusal is None and self._run is not None:
            self._run()
        return refusal

    def _under_way(self, answer: Answer, size: str) -> str:
        """That an answer is coarse, and how far the fine one has come, as HTML; empty for the fine one.

        Args:
            size: what the coarse answer is of, in words.
        """
        if not answer.coarse:
            return ""
        words = "<b>Computing …</b> " if answer.found is None else f"<b>Coarse</b>, of {size}; a finer one follows. "
        if answer.done is None:
            return words
        share = f"{answer.done:.0%}"
        bar = f"<progress value='{answer.done:.3f}' aria-label='Work done for the fine map'>{share}</progress>"
        return f"{words}{bar} {share}. "

    def _top(self, height: int, *parts: Viewable) -> pn.Row:
        """What stands above the maps; its room is kept from the beginning, lest they be fitted twice."""
        styles = {"gap": "8px", "align-items": "flex-end", "min-height": f"{height}px"}
        return pn.Row(*parts, sizing_mode="stretch_width", margin=0, styles=styles)

    def _row(self, *parts: Viewable) -> pn.Row:
        """The controls, and beside them the parts in a column."""
        return pn.Row(
            self._controls,
            pn.Column(*parts, sizing_mode="stretch_both", margin=0, styles={"gap": "6px"}),
            sizing_mode="stretch_both",
            margin=0,
            styles={"gap": "10px", "padding": "8px 10px 10px 14px"},
        )
