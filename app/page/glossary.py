"""Terms on the screen explain themselves on hover and tap: one sentence from the table of terms."""

from pathlib import Path
from typing import Any

import panel as pn
from bokeh.core.properties import Dict, String
from bokeh.model import DataModel
from bokeh.models import Spacer

from app.browser.javascript import script
from app.compute.glossary import glossary
from app.model.state import State


class Terms(DataModel):
    """The sentence of each term, by its name in small letters."""

    sentences = Dict(String, String)


class Glossary:
    """Keeps the terms in the page; their sentences hold the landscape's tolerance.

    Attributes:
        holder: adds them to the document.
    """

    def __init__(self, state: State) -> None:
        self._terms = Terms(sentences=glossary(state.landscape_object))
        spacer = Spacer(width=0, height=0, tags=[self._terms])
        self.holder = pn.pane.Bokeh(spacer, width=0, height=0, margin=0)

        def changed(*events: Any) -> None:
            self._terms.sentences = glossary(state.landscape_object)

        state.param.watch(changed, ["landscape", "formula", "left", "right", "bottom", "top"])
        if (document := pn.state.curdoc) is not None:
            document.js_on_event("document_ready", script(Path(__file__).with_suffix(".mjs"), terms=self._terms))
