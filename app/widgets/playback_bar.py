"""The bar under the plane: playback by pointer and keyboard, and what can be laid over the picture."""

from pathlib import Path
from typing import ClassVar

import param
from panel.custom import JSComponent

from app.browser.javascript import module
from app.layers.playback import SPEEDS
from app.theme import stylesheet

HERE = Path(__file__).parent
DEBOUNCE = 300  # milliseconds without a move after which the session is told the step


class PlaybackBar(JSComponent):
    """The bar. It moves the clock of `app.layers.playback`, found in the page, and tells the session little."""

    wanted = param.Boolean(default=False, doc="whether a visitor plays, or looks at a step before the last")
    anatomy = param.Boolean(default=False, doc="whether the step that is shown is taken apart")
    pinned = param.Boolean(default=False, doc="whether a run is kept as A")
    step = param.Integer(
        default=None, doc="shown once the clock rests; None for the whole, or the first one taken apart"
    )
    every = param.Integer(default=1, doc="every how many starts one is played")

    speeds = param.List(default=list(SPEEDS), constant=True, doc="to choose from")
    debounce = param.Integer(default=DEBOUNCE, constant=True, doc="milliseconds")

    _esm = module(HERE / "playback_bar.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "playback_bar.css")]
