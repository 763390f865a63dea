"""The session's start on maps, where there is one start."""

from collections.abc import Iterable

from bokeh.plotting import figure as Figure

from app.browser.source_updates import SourceUpdates
from app.compute.scene import Scene
from figures.style import EDGE, START


class StartMark:
    """A point on each of the figures."""

    def __init__(self, updates: SourceUpdates, figures: Iterable[Figure]) -> None:
        source = updates.source("start", "x", "y")
        for figure in figures:
            figure.scatter("x", "y", source=source, size=10, fill_color=START, line_color=EDGE, line_width=1.5)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state = scene.state
        if state.mode == "one":
            updates.put("start", lambda x, y: {"x": [x], "y": [y]}, state.x, state.y)
        else:
            updates.clear("start")

    def theme(self, dark: bool) -> None:
        """Its colours are those of both themes."""
