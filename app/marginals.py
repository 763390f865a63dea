"""Where runs end, as one density along each axis of the plane."""

import numpy as np
from bokeh.models import DataRange1d, Label, Line
from bokeh.plotting import figure as Figure

from app.frame import Frame
from app.heat import Box
from app.landscape_plot import AXIS
from app.look import FONT, apply_theme, colour, dash, palette
from app.runs import Runs
from app.state import State
from figures.style import START
from optimizers import OPTIMIZERS
from optimizers.outcomes import density

ABSCISSAS = 240
MOST = 2000  # values of one curve; of more, evenly spread ones are taken
SIDE = 72  # px


class Marginals:
    """KDEs of the final θ₁ above and of the final θ₂ beside the plane, over the grey ones of the starts.

    A single run has no density: a stem marks where it ended.
    """

    def __init__(self, frame: Frame, plane: Figure) -> None:
        self.above = _bare(
            x_range=plane.x_range, y_range=_from_zero(), height=SIDE, sizing_mode="stretch_width", name="above"
        )
        self.above.min_border_left = AXIS
        self.above.min_border_right = 2
        self.beside = _bare(
            y_range=plane.y_range, x_range=_from_zero(), width=SIDE, sizing_mode="stretch_height", name="beside"
        )
        for axis, figure in enumerate((self.above, self.beside)):
            along = ("x", "y") if axis == 0 else ("y", "x")
            start = Line(x=along[0], y=along[1], line_color=START, line_width=2)
            figure.add_glyph(frame.source(f"starts {axis}", "x", "y"), start)
            for key in OPTIMIZERS:
                line = Line(x=along[0], y=along[1], line_color=colour(key), line_dash=dash(key), line_width=2.5)
                figure.add_glyph(frame.source(f"marginal {axis} {key}", "x", "y"), line)
        self._labels = [
            Label(
                x=x,
                y=y,
                x_units="screen",
                y_units="screen",
                text=f"ends, θ{name}",
                text_font=FONT,
                text_font_size="14px",
            )
            for x, y, name in ((4, SIDE - 22, "₁"), (8, 4, "₂"))
        ]
        for figure, label in zip((self.above, self.beside), self._labels, strict=True):
            figure.add_layout(label)

    def draw(self, frame: Frame, state: State, runs: list[Runs], view: Box) -> None:
        shown = {run.key: run for run in runs}
        starts = state.starts()
        for axis in (0, 1):
            span = view[2 * axis : 2 * axis + 2]
            if state.mode == "one":
                frame.clear(f"starts {axis}")
            else:
                frame.put(
                    f"starts {axis}", (starts, span), lambda axis=axis, span=span: curve(starts.positions()[axis], span)
                )
            for key in OPTIMIZERS:
                name, run = f"marginal {axis} {key}", shown.get(key)
                if run is None:
                    frame.clear(name)
                else:
                    frame.put(
                        name, (run.token, span), lambda run=run, axis=axis, span=span: curve(run.final[axis], span)
                    )

    def theme(self, dark: bool) -> None:
        for figure in (self.above, self.beside):
            apply_theme(figure, dark)
            figure.outline_line_color = None
        for label in self._labels:
            label.text_color = palette(dark).dim


def curve(values: np.ndarray, span: tuple[float, float]) -> dict[str, np.ndarray]:
    """The density of the values over the span, or a stem where they are all the same."""
    values = values[:: -(-values.size // MOST)]
    at = np.linspace(*span, ABSCISSAS)
    heights = density(values, at)
    if not heights.any():
        finite = values[np.isfinite(values) & (np.abs(values) < 1e30)]
        if not finite.size:
            return {"x": [], "y": []}
        if np.ptp(finite) < 1e-9 * max(1.0, abs(finite[0])):
            at, heights = np.array([finite[0], finite[0]]), np.array([0.0, 1.0])
    return {"x": at.astype(np.float32), "y": heights.astype(np.float32)}


def _from_zero() -> DataRange1d:
    return DataRange1d(start=0, range_padding=0.08, only_visible=True)


def _bare(**options) -> Figure:
    figure = Figure(tools="", toolbar_location=None, min_border=2, **options)
    figure.axis.visible = False
    figure.grid.visible = False
    return figure
