"""How the page is shown: its theme follows the browser's or the visitor's choice, and projector mode has large type."""

from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import Bool
from bokeh.model import DataModel
from bokeh.models import Spacer
from panel.viewable import Viewer

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.model.state import State
from app.page.dialog import header_button


class DisplayChannel(DataModel):
    """Whether the page is in projector mode, for the session and the browser alike."""

    projector = Bool(default=False)


class Display(Viewer):
    """Keeps theme and projector mode, and has a button for the page's header that switches that on.

    Args:
        state: holds whether projector mode is on.

    Attributes:
        holder: adds the channel to the document.
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._button = header_button("Projector", "slideshow", self._switch_on, margin=(0, 8), sx=BUTTON_STYLE)
        self._channel = DisplayChannel(projector=state.projector)
        self._channel.on_change("projector", guarded(self._switched))
        state.param.watch(lambda event: self._channel.update(projector=event.new), "projector")
        spacer = Spacer(width=0, height=0, tags=[self._channel])
        self.holder = pn.pane.Bokeh(spacer, width=0, height=0, margin=0)
        if (document := pn.state.curdoc) is not None:
            document.js_on_event("document_ready", script(Path(__file__).with_suffix(".mjs"), channel=self._channel))

    def _switch_on(self, event: Any) -> None:
        self._state.try_update(projector=True)

    def _switched(self, attribute: str, old: Any, new: bool) -> None:
        self._state.try_update(projector=new)

    def __panel__(self) -> pmui.Button:
        return self._button


BUTTON_STYLE = {"@media (max-width: 699px)": {"display": "none"}}  # a phone is not what a lecture is shown with
