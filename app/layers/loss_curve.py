"""The loss against the step: the median run of each rule, and the band from the 10th to the 90th percentile."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from bokeh.models import BasicTicker, CustomJSTickFormatter, FixedTicker, MultiLine, Patches, Range1d
from bokeh.plotting import figure as Figure

from app.browser.javascript import body
from app.browser.overlay import MOVING, clip
from app.browser.source_updates import Columns, SourceUpdates
from app.browser.steady_axis import steady
from app.compute.runs import RunQuestion, Runs
from app.compute.scene import Scene
from app.layers.rule_groups import LINES, PINNED, Group, coloured, greyed, lines
from app.model.state import State
from app.theme import apply_theme
from landscapes import Landscape

MAX_POINTS = 500
FLOOR = 1e-12  # losses this close to the minimum are drawn at the foot
UNKNOWN = 1e-2  # without a known minimum: linear to ±0.01, logarithmic beyond
RIM = 0.04  # of the axis, beyond the whole units that it shows
CEILING = 1e12  # a run whose loss grows beyond counts as diverging


class LossCurve:
    """ℓ - ℓ_min on a logarithmic axis, or ℓ on a symmetric logarithmic one where ℓ_min is not known.

    Attributes:
        pinned_heights: the least and the greatest height of the pinned runs, empty without any.
    """

    def __init__(self, updates: SourceUpdates, state: State) -> None:
        self.figure = Figure(
            x_range=Range1d(0, state.steps),
            y_range=Range1d(0, 1),
            tools="",
            toolbar_location=None,
            x_axis_label="step",
            min_border_left=56,
            min_border_right=12,
            sizing_mode="stretch_both",
            name="loss",
        )
        clip(self.figure)
        steady(self.figure, self.figure.yaxis[0])
        self._known: dict[RunQuestion, tuple[np.ndarray, ...]] = {}  # quantiles of what is shown
        self.pinned_heights: tuple[float, ...] = ()
        along = {"xs": "xs", "ys": "ys"}
        band = Patches(**along, fill_color=coloured(), fill_alpha=0.12, line_color=None)
        self.figure.add_glyph(updates.source("bands", *LINES), band, level=MOVING)
        pinned = MultiLine(**along, line_color=coloured(greyed), line_dash=PINNED, line_width=2)
        self.figure.add_glyph(updates.source("pinned losses", *LINES), pinned, level=MOVING)
        line = MultiLine(**along, line_color=coloured(), line_dash="dash", line_width=3, line_join="round")
        self.figure.add_glyph(updates.source("losses", *LINES), line, level=MOVING)
        self._ticks(state.landscape_object)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        landscape, runs = scene.state.landscape_object, scene.seen("curve")
        self.figure.x_range.end = scene.state.steps
        self._ticks(landscape)
        # two kinds of axis cannot be shared: one shows ℓ - ℓ_min, the other ℓ
        known = landscape.minimum is not None
        pinned = [run for run in scene.seen_pinned("curve") if (run.paths.landscape.minimum is not None) == known]
        if not (updates.stale("losses", runs) or updates.stale("pinned losses", pinned)):
            return
        everything = (*runs, *pinned)
        self._known = {run.question: self._known.get(run.question) or quantiles(run) for run in everything}
        updates.put("bands", self._bands, runs)
        updates.put("losses", self._medians, runs)
        updates.put("pinned losses", self._medians, pinned)
        self._fit([heights for run in everything for heights in self._known[run.question][1:]])
        self.pinned_heights = extremes([heights for run in pinned for heights in self._known[run.question][1:]])

    def _bands(self, runs: Sequence[Runs]) -> Columns:
        return lines(_band(run.entry.place, *self._known[run.question]) for run in runs if run.final.shape[1] > 1)

    def _medians(self, runs: Sequence[Runs]) -> Columns:
        known = ((run.entry.place, self._known[run.question]) for run in runs)
        return lines((place, [step], [middle]) for place, (step, _, middle, _) in known)

    def _fit(self, curves: list[np.ndarray]) -> None:
        """Whole units, so that the axis stands still while curves move a little."""
        if ends := extremes(curves):
            low, high = np.floor(ends[0]), max(np.ceil(ends[1]), np.floor(ends[0]) + 1)
            rim = RIM * (high - low)
            self.figure.y_range.update(start=low - rim, end=high + rim)

    def _ticks(self, landscape: Landscape) -> None:
        axis = self.figure.yaxis[0]
        known = landscape.minimum is not None
        if axis.tags == [known]:
            return
        axis.tags = [known]
        self.figure.title.text = "Loss above the minimum" if known else "Loss"
        if known:
            axis.ticker = BasicTicker(mantissas=[1, 2, 5], min_interval=1, desired_num_ticks=6)
            args = {"floor": float(np.log10(FLOOR))}
            code = body(Path(__file__).with_name("power_of_ten.mjs"), ("tick", *args))
            axis.formatter = CustomJSTickFormatter(args=args, code=code)
            axis.major_label_overrides = {}
        else:
            losses = [0.0, *(sign * 10.0**k for k in (-1, 0, 1, 2, 3, 4, 6, 8, 10, 12) for sign in (1, -1))]
            heights = [float(scaled(np.array(loss), None)) for loss in losses]
            axis.ticker = FixedTicker(ticks=heights)
            axis.major_label_overrides = {at: f"{loss:g}" for at, loss in zip(heights, losses, strict=True)}

    def theme(self, dark: bool) -> None:
        apply_theme(self.figure, dark)


def scaled(loss: np.ndarray, minimum: float | None) -> np.ndarray:
    """The height at which a loss is drawn: log₁₀(ℓ - ℓ_min), or sign(ℓ) log₁₀(1 + |ℓ| / 0.01)."""
    with np.errstate(all="ignore"):
        if minimum is None:
            return np.sign(loss) * np.log10(1 + np.abs(loss) / UNKNOWN)
        return np.log10(np.maximum(loss - minimum, FLOOR))


def computed_curve(landscape: Landscape) -> dict[str, float | None]:
    """What a page computes heights with (`loss_columns.mjs`)."""
    return {
        "minimum": landscape.minimum, "floor": FLOOR, "unknown": UNKNOWN, "ceiling": CEILING,
        "max_points": MAX_POINTS, "rim": RIM,
    }  # fmt: skip


def drawable(heights: np.ndarray, minimum: float | None) -> np.ndarray:
    """Heights as float32, with gaps where the loss is not finite or beyond the ceiling."""
    top = scaled(np.array(CEILING), None if minimum is None else 0.0)
    return np.where(np.abs(heights) <= top, heights, np.nan).astype(np.float32)


def extremes(curves: Sequence[np.ndarray]) -> tuple[float, ...]:
    """The least and the greatest of the finite heights; nothing where there are none."""
    seen = np.concatenate([np.zeros(0), *curves])
    seen = seen[np.isfinite(seen)]
    return (float(seen.min()), float(seen.max())) if seen.size else ()


def _band(key: str, step: np.ndarray, low: np.ndarray, middle: np.ndarray, high: np.ndarray) -> Group:
    """The outline of the band, as far as both its edges are there."""
    there = np.isfinite(low) & np.isfinite(high)
    step, low, high = step[there], low[there], high[there]
    return key, [np.concatenate([step, step[::-1]])], [np.concatenate([low, high[::-1]])]


def quantiles(run: Runs) -> tuple[np.ndarray, ...]:
    """Steps, and the 10th, 50th and 90th percentile of the runs' heights at each, float32; NaN sorts as the worst."""
    positions = run.paths.positions
    length = len(positions)
    step = np.arange(length) if length <= MAX_POINTS else np.linspace(0, length - 1, MAX_POINTS).astype(int)
    landscape = run.paths.landscape
    with np.errstate(all="ignore"):
        loss = landscape.value(*positions[step].transpose(1, 0, 2))
        heights = np.sort(scaled(loss, landscape.minimum), axis=1)
    last = heights.shape[1] - 1
    columns = (heights[:, round(last * part)] for part in (0.1, 0.5, 0.9))
    return step.astype(np.float32), *(drawable(column, landscape.minimum) for column in columns)
