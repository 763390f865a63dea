"""Where runs end, as one density along each axis of the plane, in units of the tallest."""

from collections.abc import Sequence

import numpy as np
from bokeh.models import Label, MultiLine, Range1d
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING, clip
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.runs import Runs, positions_of
from app.compute.scene import Scene
from app.layers.plane import AXIS
from app.layers.rule_groups import LINES, PINNED, STARTS, coloured, greyed, lines
from app.theme import FONT, apply_theme, palette
from optimizers.outcomes import density
from optimizers.starts import Starts

ABSCISSAS = 240
MOST = 2000  # values of one curve; of more, evenly spread ones are taken
SIDE = 72  # px
ROOM = 1.08  # of the tallest curve
NAMES = [(f"marginal {axis}", f"pinned marginal {axis}") for axis in (0, 1)]


class Marginals:
    """KDEs of the final θ₁ above and of the final θ₂ beside the plane, over the grey ones of the starts.

    A single run has no density: a stem marks where it ended.
    """

    def __init__(self, updates: SourceUpdates, plane: Figure) -> None:
        height = Range1d(0, ROOM)
        self.above = _bare(
            x_range=plane.x_range, y_range=height, height=SIDE, sizing_mode="stretch_width", name="above"
        )
        self.above.min_border_left = AXIS
        self.above.min_border_right = 2
        self.right = _bare(
            y_range=plane.y_range, x_range=height, width=SIDE, sizing_mode="stretch_height", name="right"
        )
        for axis, figure in enumerate((self.above, self.right)):
            clip(figure)
            along = {"xs": "xs", "ys": "ys"} if axis == 0 else {"xs": "ys", "ys": "xs"}
            pinned = MultiLine(**along, line_color=coloured(greyed), line_dash=PINNED, line_width=2)
            figure.add_glyph(updates.source(f"pinned marginal {axis}", *LINES), pinned, level=MOVING)
            line = MultiLine(**along, line_color=coloured(), line_dash="dash", line_width=2.5)
            figure.add_glyph(updates.source(f"marginal {axis}", *LINES), line, level=MOVING)
        self._labels = [
            Label(
                x=x,
                y=y,
                x_units="screen",
                y_units="screen",
                text_font=FONT,
                text_font_size="14px",
                text_baseline=baseline,
            )
            for x, y, baseline in ((4, SIDE - 2, "top"), (8, 4, "bottom"))
        ]
        for figure, label in zip((self.above, self.right), self._labels, strict=True):
            figure.add_layout(label)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        seen = scene.seen("marginals"), scene.seen_pinned("marginals")
        for label, axis_name in zip(self._labels, ("θ₁", "θ₂"), strict=True):
            label.text = axis_name if scene.state.projector else f"final {axis_name}"
        starts = None if scene.state.mode == "one" else scene.starts
        for axis in (0, 1):
            span = scene.box[2 * axis : 2 * axis + 2]
            updates.put_all(NAMES[axis], marginals, axis, starts, *seen, span)

    def theme(self, dark: bool) -> None:
        for figure in (self.above, self.right):
            apply_theme(figure, dark)
            figure.outline_line_color = None
        for label in self._labels:
            label.text_color = palette(dark).dim


def marginals(
    axis: int, starts: Starts | None, runs: Sequence[Runs], pinned: Sequence[Runs], span: tuple[float, float]
) -> dict[str, Columns]:
    """The densities along one axis, those of the starts, the runs and the pinned runs, in units of the tallest."""
    shown, faint = ([(run.entry.place, *curve(run.final[axis], span)) for run in group] for group in (runs, pinned))
    if starts is not None:
        shown.insert(0, (STARTS, *curve(positions_of(starts)[axis], span)))
    tallest = max((heights.max() for _, _, heights in shown + faint if heights.size > 2), default=1.0)
    return {
        name: lines((key, [at], [np.minimum(heights / tallest, 1)]) for key, at, heights in curves)
        for name, curves in zip(NAMES[axis], (shown, faint), strict=True)
    }


def curve(values: np.ndarray, span: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Abscissas over the span and the density of the values there, or a stem where they are all the same."""
    values = values[:: -(-values.size // MOST)]
    at = np.linspace(*span, ABSCISSAS)
    heights = density(values, at)
    if not heights.any():
        finite = values[np.isfinite(values) & (np.abs(values) < 1e30)]
        if not finite.size:
            return np.empty(0, np.float32), np.empty(0, np.float32)
        if np.ptp(finite) < 1e-9 * max(1.0, abs(finite[0])):
            at, heights = np.array([finite[0], finite[0]]), np.array([0.0, np.inf])
    return at.astype(np.float32), heights.astype(np.float32)


def _bare(**options) -> Figure:
    figure = Figure(tools="", toolbar_location=None, min_border=2, **options)
    figure.axis.visible = False
    figure.grid.visible = False
    return figure
