"""What the views of maps have in common: progress, widgets bound to the state, and clicks that open Explore."""

from collections.abc import Callable
from typing import Any, Generic

import panel as pn
from panel.viewable import Viewable

from app.compute.answer import Answer, Asked, Found
from app.compute.scene import MapScene
from app.model.box import Box
from app.model.state import State
from app.views.maps.coarse_then_fine import CoarseThenFine
from app.views.view import View
from app.widgets.control_panel import ControlPanel


class MapView(View[MapScene[Asked, Found]], Generic[Asked, Found]):
    """One session's view of maps, coarse at once and fine once nothing changes.

    A subclass makes layers, and widgets that `_bind` binds to choices of the state, then calls `_begin`.

    Args:
        state: what is shown.
        coarse, fine: pixels or cells along a side.
        view: the visible part of the plane, if the view shows the plane.
    """

    def __init__(self, state: State, coarse: int, fine: int, view: Callable[[], Box] | None = None) -> None:
        super().__init__(state)
        self._controls = ControlPanel(state, view)
        self._answers: CoarseThenFine[Asked, Found] = CoarseThenFine(coarse, fine, self.request)
        self._bound: dict[str, Any] = {}
        self._refused = ""
        self.work = (self._answers,)

    def sync(self) -> None:
        self._controls.sync()
        for name, widget in self._bound.items():
            widget.value = getattr(self._state, name)

    def _bind(self, name: str, widget: Any) -> Any:
        """The widget, bound to one choice of the state both ways."""
        self._bound[name] = widget
        widget.label, widget.value = self._state.param[name].label, getattr(self._state, name)
        widget.param.watch(lambda event: self._state.try_update(**{name: event.new}), "value")
        return widget

    def _choose(self, **values: Any) -> None:
        """Takes what was clicked and opens Explore, which runs it; where it is refused, the view says why."""
        self._refused = self._state.try_update(**values) or ""
        if not self._refused:
            self._run()
        self.request()

    def _progress_html(self, answer: Answer, size: str) -> str:
        """That an answer is coarse, and how far the fine one has come, as HTML; empty for the fine one.

        Args:
            size: what the coarse answer is of, in words.
        """
        if not answer.coarse:
            return ""
        words = "<b>Computing …</b> " if answer.found is None else f"<b>Coarse</b> ({size}); refining. "
        if answer.done is None:
            return words
        share = f"{answer.done:.0%}"
        bar = f"<progress value='{answer.done:.3f}' aria-label='Refinement progress'>{share}</progress>"
        return f"{words}{bar} {share}. "

    def _toolbar(self, height: int, *parts: Viewable) -> pn.Row:
        """The row above the maps; its height is fixed, because a change would fit them twice."""
        styles = {"gap": "8px", "align-items": "flex-end", "min-height": f"{height}px"}
        return pn.Row(*parts, sizing_mode="stretch_width", margin=0, styles=styles)

    def _layout(self, *parts: Viewable) -> pn.Row:
        """The controls, and the parts in a column to the right."""
        return pn.Row(
            self._controls,
            pn.Column(*parts, sizing_mode="stretch_both", margin=0, styles={"gap": "6px"}),
            sizing_mode="stretch_both",
            margin=0,
            styles={"gap": "10px", "padding": "8px 10px 10px 14px"},
        )
