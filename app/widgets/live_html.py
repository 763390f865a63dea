"""HTML whose numbers change while something is dragged: the page changes only the texts that differ."""

from pathlib import Path

import param
from panel.custom import JSComponent

from app.browser.javascript import module


class LiveHTML(JSComponent):
    """Shows HTML as a pane does, and keeps the elements that do not differ."""

    object = param.String(default="", doc="the HTML, in which text from elsewhere is escaped")

    _esm = module(Path(__file__).with_suffix(".mjs"))
