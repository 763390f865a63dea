"""A figure with one image of few colours, with a tooltip of what is under the pointer, and takes clicks."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from bokeh.events import Tap
from bokeh.models import ColorBar, CustomJSHover, FixedTicker, HoverTool, LinearColorMapper, Range1d
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.browser.overlay import clip
from app.browser.screen_reader import remove_from_tab_order
from app.browser.source_updates import Columns, SourceUpdates
from app.browser.viewport import TOOLS, keep_scale, place_toolbar
from app.layers.plane import placed
from app.model.box import Box
from app.theme import SHADES, apply_theme, palette

NO_FORMATTERS: Mapping[str, CustomJSHover] = MappingProxyType({})
TOOLTIP = """
<div style="font-size: 0.9375rem; line-height: 1.35; padding: 2px 4px; max-width: 360px">{}</div>
"""


class MapImage:
    """A figure with one image of uint8 codes.

    Args:
        updates: collects its columns.
        name: of its data source.
        x_range, y_range: the visible part.
        hover: HTML of the tooltip; @image{custom} is replaced by the label of the pixel's code.
        labels: of each code, for the tooltip.
        values: names of further columns, images of the same shape that the tooltip may name.
        formatters: of what the tooltip names.
        tools: of the figure, besides hovering.
        options: of `bokeh.plotting.figure`.

    Attributes:
        figure: for overlays.
    """

    def __init__(
        self,
        updates: SourceUpdates,
        name: str,
        x_range: Range1d,
        y_range: Range1d,
        *,
        hover: str,
        labels: Sequence[str] = (),
        values: Sequence[str] = (),
        formatters: Mapping[str, CustomJSHover] = NO_FORMATTERS,
        tools: str = TOOLS,
        **options,
    ) -> None:
        self.figure = Figure(
            x_range=x_range,
            y_range=y_range,
            tools=tools,
            active_scroll="wheel_zoom" if tools else None,
            min_border_right=4,
            sizing_mode="stretch_both",
            min_width=60,
            min_height=60,
            **options,
        )
        clip(self.figure)
        keep_scale(self.figure)
        remove_from_tab_order(self.figure)
        place_toolbar(self.figure)
        self.figure.grid.visible = False
        self.figure.axis.axis_label_standoff = -2  # several panels leave little room
        self.figure.axis.axis_label_text_font_size = "15px"
        self._name = name
        self._mapper = LinearColorMapper(palette=["#000000", "#ffffff"], low=-0.5, high=1.5)
        image = self.figure.image(
            "image",
            "x",
            "y",
            "dw",
            "dh",
            source=updates.source(name, "image", "x", "y", "dw", "dh", *values),
            color_mapper=self._mapper,
            level="image",
        )
        self._labels = CustomJSHover(args={"labels": list(labels)}, code="return labels[value] ?? ''")
        self.figure.add_tools(
            HoverTool(
                renderers=[image], tooltips=TOOLTIP.format(hover), formatters={"@image": self._labels, **formatters}
            )
        )

    def set_labels(self, labels: Sequence[str]) -> None:
        """Sets what the tooltip says of each code."""
        self._labels.args = {"labels": list(labels)}

    def put(self, updates: SourceUpdates, make: Callable[..., Columns], *arguments: Any) -> None:
        """Shows what `make(*arguments)` returns: `image_columns`."""
        updates.put(self._name, make, *arguments)

    def clear(self, updates: SourceUpdates) -> None:
        """Shows no image."""
        updates.clear(self._name)

    def colours(self, colours: Sequence[str]) -> None:
        """Gives each code its colour."""
        self._mapper.update(palette=list(colours), low=-0.5, high=len(colours) - 0.5)

    def bar(self, title: str = "") -> ColorBar:
        """A scale beside the figure; its ticks are given by `scale_ticks`."""
        bar = ColorBar(
            color_mapper=self._mapper,
            title=title,
            width=14,
            padding=6,
            label_standoff=8,
            major_label_text_font_size="15px",
            title_text_font_size="15px",
            title_text_font_style="normal",
            bar_line_color=None,
            ticker=FixedTicker(ticks=[]),
            display_low=-0.5,
            display_high=SHADES - 0.5,
        )
        self.figure.add_layout(bar, "right")
        return bar

    def on_click(self, callback: Callable[[float, float], None]) -> None:
        """Calls back with the place of a click; the tooltip is hidden, because a click may open another view."""
        self.figure.js_on_event(Tap, script(Path(__file__).with_name("hide_tooltip.mjs"), figure=self.figure))
        self.figure.on_event(Tap, guarded(lambda event: callback(event.x, event.y)))

    def theme(self, dark: bool) -> None:
        apply_theme(self.figure, dark)
        p = palette(dark)
        for bar in self.figure.select(ColorBar):
            bar.update(
                background_fill_color=p.paper,
                major_label_text_color=p.ink,
                title_text_color=p.ink,
                major_tick_line_color=p.ink,
            )


def image_columns(codes: np.ndarray, box: Box, **values: Any) -> Columns:
    """The columns of codes over a box; `values` are what the tooltip may name: images of that shape, or constants."""
    return placed(codes, box) | {name: [value] for name, value in values.items()}


def scale_ticks(bar: ColorBar, ticks: dict[float, str]) -> None:
    """Puts labels at codes of a colour bar, whole or between."""
    bar.update(ticker=FixedTicker(ticks=list(ticks)), major_label_overrides=dict(ticks))


def columns_of(panels: int) -> int:
    """How many of so many panels stand side by side."""
    return panels if panels < 4 else {4: 2, 7: 4, 8: 4, 9: 3, 10: 4}.get(panels, 3 if panels < 7 else 6)
