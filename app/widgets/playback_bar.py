"""The bar under the plane: playback by pointer and keyboard, and overlays on the plot."""

from pathlib import Path
from typing import ClassVar

import param
from panel.custom import JSComponent

from app.browser.javascript import module
from app.layers.playback import SPEEDS
from app.theme import stylesheet

HERE = Path(__file__).parent
DEBOUNCE = 300  # milliseconds without a move after which the step is sent to the session


class PlaybackBar(JSComponent):
    """The bar. It moves the clock of `app.layers.playback`, found in the page, and sends the session little."""

    wanted = param.Boolean(default=False, doc="whether a visitor plays, or has selected a step before the last")
    anatomy = param.Boolean(default=False, doc="whether the current step is broken down")
    surface = param.Boolean(default=False, doc="whether the loss is shown as a surface too")
    panels = param.Boolean(default=False, doc="whether each rule has a panel of its own")
    pinned = param.Boolean(default=False, doc="whether a run is kept as A")
    step = param.Integer(
        default=None, doc="that is shown once the clock stops; None for the whole runs, or the first one with Anatomy"
    )
    simple = param.Boolean(default=False, doc="whether anatomy and A are left out")
    every = param.Integer(default=1, doc="one start in so many is played")

    speeds = param.List(default=list(SPEEDS), constant=True, doc="the choices")
    debounce = param.Integer(default=DEBOUNCE, constant=True, doc="milliseconds")

    _esm = module(HERE / "playback_bar.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "playback_bar.css")]
