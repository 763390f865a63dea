"""Several maps side by side, as large as the space allows, in as many columns as that takes."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import panel as pn
from bokeh.models import GridBox
from bokeh.plotting import figure as Figure

from app.theme import REFLOW, stylesheet

CSS = stylesheet(Path(__file__).with_suffix(".css"))
NARROW_CSS = stylesheet(Path(__file__).with_name("map_grid_narrow.css"))
COLUMNS_CSS = stylesheet(Path(__file__).with_name("map_columns.css"))


class MapGrid:
    """A grid of maps.

    A figure once shown stays in it, hidden: the browser forgets what a script has done to one that is taken out.

    Args:
        figures: those that can be shown, in their order.
        begun: whether all of them are built at once, and not when they are first shown.

    Attributes:
        box: for the document.
        content: for the layout.
    """

    def __init__(self, figures: Sequence[Figure], *, begun: bool) -> None:
        self._figures = figures
        children = [(figure, 0, 0) for figure in figures] if begun else []
        self.box = GridBox(children=children, sizing_mode="stretch_both", spacing=4)
        self.content = pn.Column(
            pn.pane.Bokeh(self.box, sizing_mode="stretch_both", margin=0),
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["map-grid"],
            stylesheets=[REFLOW],
        )

    def show(self, shown: Sequence[Figure]) -> None:
        """Shows these figures alone."""
        there = [figure for figure, *_ in self.box.children]
        children = [(figure, 0, 0) for figure in self._figures if figure in shown or figure in there]
        for figure in self._figures:
            figure.visible = figure in shown
            for axis in figure.axis:  # a hidden figure with axes has the whole page laid out whenever a source changes
                axis.visible = figure.visible
        if (css := [CSS, columns_css(len(shown)), NARROW_CSS]) != self.box.stylesheets:
            self.box.stylesheets = css
        if children != self.box.children:
            self.box.children = (
                children  # last: the browser lays out at each change, and cannot while it builds a figure
            )


def columns_css(count: int) -> str:
    """`--columns`: for each shape of the space, how many columns make `count` square maps largest."""
    return "".join(
        COLUMNS_CSS.replace("COLUMNS", str(columns)).replace("ROWS", str(rows)) for columns, rows in breakpoints(count)
    )


def breakpoints(count: int) -> list[tuple[int, int]]:
    """From which shape of the space on so many columns are best: (columns, rows), from columns : rows on.

    c columns take ⌈count/c⌉ rows; of those numbers of columns that take as many rows the least is best. In a space of
    width W and height H squares have the side min(W/c, H/r); more columns C, fewer rows, are as good once W/C = H/r.
    """
    useful: list[tuple[int, int]] = []
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        if not useful or rows < useful[-1][1]:
            useful.append((columns, rows))
    return [(more, rows) for (_, rows), (more, _) in pairwise(useful)]
