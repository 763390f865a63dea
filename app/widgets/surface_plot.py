"""The surface of the loss in three dimensions, drawn by the plotly.js that Panel brings along."""

from pathlib import Path
from typing import ClassVar

import panel
import param
from panel.custom import JSComponent

from app.browser.javascript import module
from app.layers.loss_graph import SOURCES
from app.layers.rule_groups import CODES, STARTS
from app.layers.step_anatomy import COLUMNS
from app.model.lineup import PLACES
from app.theme import colour, stylesheet
from figures.style import START

HERE = Path(__file__).parent
BUNDLE = Path(panel.__file__).parent / "dist" / "bundled" / "plotlyplot"
LABEL = "Surface of the loss over θ: arrow keys rotate it, + and − zoom"


def library() -> str:
    """The address of plotly.js on this server, relative to the page's.

    Raises:
        FileNotFoundError: where Panel has come without it.
    """
    for path in sorted(BUNDLE.glob("plotly-*.min.js")):
        return f"static/extensions/panel/bundled/{BUNDLE.name}/{path.name}"
    raise FileNotFoundError(f"Panel brings no plotly.js in {BUNDLE}")


class SurfacePlot(JSComponent):
    """Draws what `app.layers.loss_graph` and `app.layers.step_anatomy` sent, and follows the clock of playback.

    It finds them in the page, and loads the library when it is first shown.
    """

    library = param.String(default=library(), constant=True, doc="address of plotly.js on this server")
    sources = param.List(default=list(SOURCES), constant=True, doc="names of the data sources that it draws")
    places = param.List(default=list(PLACES), constant=True)
    quantities = param.List(default=list(COLUMNS), constant=True, doc="what is known of each step, in this order")
    colours = param.Dict(
        default={str(CODES[place]): colour(place) for place in PLACES} | {str(CODES[STARTS]): START},
        constant=True,
        doc="a rule's colour by its code",
    )
    label = param.String(default=LABEL, constant=True)

    _esm = module(HERE / "surface_plot.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "surface_plot.css")]
