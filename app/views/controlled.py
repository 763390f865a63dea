"""What views beside the control panel have in common: widgets bound to the state, and their layout."""

from collections.abc import Callable
from typing import Any

import panel as pn
from panel.viewable import Viewable

from app.model.box import Box
from app.model.moment import WITHHELD
from app.model.state import State
from app.theme import REFLOW
from app.views.file_buttons import Contents, file_buttons
from app.views.view import SceneType, View
from app.widgets.control_panel import ControlPanel


class ControlledView(View[SceneType]):
    """One session's view beside the control panel.

    Args:
        state: what is shown.
        view: the visible part of the plane, if the view shows the plane.
    """

    def __init__(self, state: State, view: Callable[[], Box] | None = None) -> None:
        super().__init__(state)
        self._controls = ControlPanel(state, view)
        self._bound: dict[str, Any] = {}
        self._not_projected: list[Viewable] = []  # what a scene does not need
        self._file_buttons = file_buttons(self._contents)

    def sync(self) -> None:
        self._controls.sync()
        for name, widget in self._bound.items():
            widget.value = getattr(self._state, name)
        for part in self._not_projected:
            part.visible = not self._state.projector
        self._file_buttons.visible = not (self._state.projector or self._state.moment.hidden)

    def files(self) -> Viewable:
        if self._state.moment.hidden:
            return pn.pane.HTML(f"<p>{WITHHELD}</p>", margin=0)
        return file_buttons(self._contents)

    def _contents(self) -> Contents:
        """What the files hold."""
        raise NotImplementedError

    def _bind(self, name: str, widget: Any) -> Any:
        """The widget, bound to one choice of the state both ways."""
        self._bound[name] = widget
        widget.label, widget.value = self._state.param[name].label, getattr(self._state, name)
        widget.param.watch(lambda event: self._state.try_update(**{name: event.new}), "value")
        return widget

    def _toolbar(self, height: int, *parts: Viewable) -> pn.Row:
        """The row above the figures; it keeps its height, because a change would fit them twice."""
        styles = {"gap": "4px 8px", "align-items": "flex-end", "min-height": f"{height}px", "flex-wrap": "wrap"}
        return pn.Row(*parts, sizing_mode="stretch_width", margin=0, styles=styles)

    def _notes(self, *parts: Viewable) -> pn.Row:
        """The row beneath the figures."""
        return pn.Row(*parts, sizing_mode="stretch_width", margin=0, css_classes=["map-notes"], stylesheets=[REFLOW])

    def _beside(self, figures: Viewable, *parts: Viewable) -> pn.Row:
        """Figures, and what is said of them: to the right where the window is wide, else beneath."""
        words = pn.Column(*parts, sizing_mode="stretch_both", margin=0, scroll="y-auto", css_classes=["map-words"])
        return pn.Row(
            figures,
            words,
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["map-beside"],
            stylesheets=[REFLOW],
            styles={"gap": "10px"},
        )

    def _layout(self, *parts: Viewable) -> pn.Row:
        """The controls, and the parts in a column to the right."""
        return pn.Row(
            self._controls,
            pn.Column(
                *parts,
                sizing_mode="stretch_both",
                margin=0,
                css_classes=["maps"],
                stylesheets=[REFLOW],
                styles={"gap": "6px"},
            ),
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["map-view"],
            stylesheets=[REFLOW],
        )
