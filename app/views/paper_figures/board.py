"""What the five pictures are made of: panels, data sources and the colours of both themes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.events import DoubleTap
from bokeh.models import ColumnDataSource, CustomJS, GridBox, LinearColorMapper, Range1d
from bokeh.plotting import figure as Figure
from matplotlib import colormaps
from matplotlib.colors import to_hex
from scipy.ndimage import zoom

from app.browser.source_updates import Columns, SourceUpdates
from app.theme import FONT, apply_theme, palette
from figures import style
from figures.background import Background

FRAME_DARK = "#222b37"  # the published grey, for a dark room
LABELS, GAP = 64, 12  # px to the left of a panel with and without labels
TITLE, AXIS = 36, 68  # px above a panel for its title, and below it for its labels
SHARP = 3  # pixels of the bands per grid point, so that their edges look smooth


def span(ends: Sequence[float]) -> Range1d:
    """A fixed range, to be shared by the panels that are to zoom together."""
    return Range1d(*ends, reset_start=ends[0], reset_end=ends[1])


def show(range_: Range1d, start: float, end: float) -> None:
    """Moves a range and where a double click goes back to; while both are as before, what is zoomed into stays."""
    start, end = float(start), float(end)
    if (range_.reset_start, range_.reset_end) != (start, end):
        range_.update(start=start, end=end, reset_start=start, reset_end=end)


@dataclass(frozen=True, eq=False)
class FigureScene:
    """What a picture draws: the numbers of its figure's module; equal where the values of its parameters are."""

    numbers: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FigureScene) and self.numbers.values == other.numbers.values

    __hash__ = None


class Board:
    """The panels of a picture, built once; `columns` of the picture's module feed them.

    Attributes:
        figures: all panels.
        sources: what is fed, by name.
    """

    def __init__(self, updates: SourceUpdates) -> None:
        self.figures: list[Figure] = []
        self.sources = updates.sources
        self.source = updates.source
        self._tinted: list[tuple[Any, str, str, str]] = []
        self._mappers: list[tuple[LinearColorMapper, Sequence[str], Sequence[str]]] = []
        self._framed: list[Figure] = []

    def panel(
        self,
        x_range: Range1d,
        y_range: Range1d,
        *,
        title: str = "",
        framed: bool = True,
        labels: tuple[str | None, str | None] = (None, None),
        **options,
    ) -> Figure:
        """A panel; dragging a box zooms it, a double click shows all again.

        Args:
            framed: on the published pictures' grey with a white grid.
            labels: of the axes; an axis without one is not drawn.
            options: of `bokeh.plotting.figure`.
        """
        figure = Figure(
            x_range=x_range,
            y_range=y_range,
            title=title,
            tools="box_zoom,reset",
            toolbar_location=None,
            sizing_mode="stretch_both",
            min_border_left=GAP if labels[1] is None else LABELS,
            min_border_right=4,
            min_border_top=TITLE if title else 6,
            min_border_bottom=6 if labels[0] is None else AXIS,
            **options,
        )
        return self.adopt(figure, framed=framed, labels=labels)

    def adopt(self, figure: Figure, *, framed: bool, labels: tuple[str | None, str | None]) -> Figure:
        """Makes a figure a panel of this picture."""
        for axis, label in zip((figure.xaxis, figure.yaxis), labels, strict=True):
            axis.update(axis_label=label, visible=label is not None)
        figure.js_on_event(DoubleTap, CustomJS(args={"figure": figure}, code="figure.reset.emit()"))
        figure.title.update(align="center", text_font=FONT, text_font_size="20px", text_font_style="normal")
        self.figures.append(figure)
        if framed:
            self._framed.append(figure)
        else:
            figure.grid.visible = False
        return figure

    def tinted(self, glyph: Any, light: str, dark: str, *properties: str) -> None:
        """Properties with a colour for each theme."""
        self._tinted += [(glyph, name, light, dark) for name in properties]

    def inked(self, glyph: Any, *properties: str) -> None:
        """Properties that are black in the published picture, and as light as text in the dark theme."""
        self.tinted(glyph, style.EDGE, palette(True).ink, *properties)

    def paths(self, figure: Figure, name: str, colour: str, width: float, **options) -> None:
        figure.line("x", "y", source=self.source(name, "x", "y"), color=colour, line_width=width, **options)

    def marks(self, figure: Figure, name: str, marker: str, size: int, colour: str | None = None, **options) -> None:
        """Markers with a black edge; black altogether where no colour is given."""
        source = self.sources.get(name) or self.source(name, "x", "y")
        glyph = figure.scatter("x", "y", source=source, marker=marker, size=size, fill_color=colour, **options).glyph
        self.inked(glyph, "line_color", *[] if colour else ["fill_color"])

    def bands(self, figure: Figure, source: ColumnDataSource, background: Background) -> None:
        """The loss behind the paths, from a source of `band_image`."""
        dark = [_night(colour) for colour in background.colours]
        mapper = LinearColorMapper(palette=list(background.colours), low=0, high=len(dark))
        self.mapped(mapper, background.colours, dark)
        left, right = background.x[[0, -1]]
        bottom, top = background.y[[0, -1]]
        figure.image(
            "image",
            source=source,
            x=left,
            y=bottom,
            dw=right - left,
            dh=top - bottom,
            color_mapper=mapper,
            level="image",
        )

    def mapped(self, mapper: LinearColorMapper, light: Sequence[str], dark: Sequence[str]) -> None:
        """A colour mapper with a palette for each theme."""
        self._mappers.append((mapper, light, dark))

    def label(self, numbers: Any) -> None:
        """Takes on what is named after a value, and the ranges that hold what was computed."""

    def columns(self, numbers: Any) -> dict[str, Columns]:
        """What each source of the picture shows."""
        raise NotImplementedError

    def draw(self, scene: FigureScene, updates: SourceUpdates) -> None:
        """Shows the numbers that were computed."""
        self.label(scene.numbers)
        updates.put_all(list(self.sources), lambda scene: self.columns(scene.numbers), scene)

    def theme(self, dark: bool) -> None:
        """Takes on the light or the dark theme."""
        p = palette(dark)
        for figure in self.figures:
            apply_theme(figure, dark)
            figure.outline_line_color = None
            for legend in list(figure.legend):
                legend.update(
                    label_text_color=p.ink,
                    background_fill_color=FRAME_DARK if dark else style.PANEL,
                    background_fill_alpha=0.9,
                    border_line_color=p.rule,
                )
        for figure in self._framed:
            figure.background_fill_color = FRAME_DARK if dark else style.PANEL
            figure.grid.grid_line_color = "#3b4757" if dark else "#ffffff"
        for glyph, name, light, night in self._tinted:
            setattr(glyph, name, night if dark else light)
        for mapper, light, night in self._mappers:
            mapper.palette = list(night if dark else light)


def band_image(background: Background) -> ColumnDataSource:
    """The bands as one small image: the index of the band in every pixel."""
    loss = zoom(background.loss, SHARP, order=1)
    shades = np.digitize(loss, background.levels[1:-1]).astype(np.uint8)
    return ColumnDataSource({"image": [shades]})


def grid(rows: Sequence[Sequence[Figure]], *, heights: Sequence[int] = ()) -> GridBox:
    """Panels in rows and columns; titles above the first row, the axes' labels at the left and below the last one.

    Args:
        heights: the rows' panels are in proportion to them.
    """
    last = len(rows) - 1
    return GridBox(
        children=[(panel, i, j) for i, row in enumerate(rows) for j, panel in enumerate(row)],
        rows=shares(heights or [1] * len(rows), [(not i) * TITLE + (i == last) * AXIS for i in range(len(rows))]),
        cols=columns_of([1] * len(rows[0])),
        sizing_mode="stretch_both",
    )


def columns_of(widths: Sequence[int], taken: int = 0) -> list[str]:
    """CSS tracks of columns in proportion to `widths`, the first with labels; `taken` px are left for others."""
    return shares(widths, [LABELS - GAP, *[0] * (len(widths) - 1)], taken)


def shares(parts: Sequence[int], extras: Sequence[int], taken: int = 0) -> list[str]:
    """CSS tracks that divide what is left after `taken` and the extras, in px, in proportion to `parts`."""
    rest = f"(100% - {sum(extras) + taken}px)"
    return [f"calc({rest} * {part / sum(parts):.4f} + {extra}px)" for part, extra in zip(parts, extras, strict=True)]


_SHADES = {to_hex(colour): index / 255 for index, colour in enumerate(colormaps[style.DIVERGING](np.arange(256)))}


def _night(colour: str) -> str:
    """The dark theme's colour for one of the published map's."""
    heat = palette(True).heat
    return heat[round(_SHADES[colour] * (len(heat) - 1))]


def points(positions: np.ndarray) -> Columns:
    """Columns x and y of points, shape (2, n) or (2,)."""
    x, y = np.atleast_2d(positions.T).T
    return {"x": x, "y": y}
