"""The loss against the step: the median run of each rule, and the band from the 10th to the 90th percentile."""

import numpy as np
from bokeh.models import BasicTicker, CustomJSTickFormatter, DataRange1d, FixedTicker, Line, Range1d, VArea
from bokeh.plotting import figure as Figure

from app.frame import Frame
from app.look import apply_theme, colour, dash
from app.runs import Runs
from app.state import State
from landscapes import Landscape
from optimizers import OPTIMIZERS

MOST_POINTS = 500
FLOOR = 1e-12  # losses this close to the minimum are drawn at the foot
UNKNOWN = 1e-2  # without a known minimum: linear to ±0.01, logarithmic beyond
CEILING = 1e12  # a run whose loss grows beyond is on its way to infinity
POWER_OF_TEN = """
const raised = String(tick).replace(/./g, (digit) => digit == "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])
return (tick <= -12 ? "≤ " : "") + "10" + raised
"""


class LossCurve:
    """ℓ - ℓ_min on a logarithmic axis, or ℓ on a symmetric logarithmic one where ℓ_min is not known."""

    def __init__(self, frame: Frame, state: State) -> None:
        self.figure = Figure(
            x_range=Range1d(0, state.steps),
            y_range=DataRange1d(range_padding=0.06, only_visible=True),
            tools="",
            toolbar_location=None,
            x_axis_label="step",
            min_border_left=56,
            min_border_right=12,
            sizing_mode="stretch_both",
            name="loss",
        )
        for key in OPTIMIZERS:
            band = VArea(x="x", y1="low", y2="high", fill_color=colour(key), fill_alpha=0.12)
            self.figure.add_glyph(frame.source(f"band {key}", "x", "low", "high"), band)
        for key in OPTIMIZERS:
            line = Line(x="x", y="y", line_color=colour(key), line_dash=dash(key), line_width=3, line_join="round")
            self.figure.add_glyph(frame.source(f"loss {key}", "x", "y"), line)
        self._ticks(state.surface)

    def draw(self, frame: Frame, state: State, runs: list[Runs]) -> None:
        shown = {run.key: run for run in runs}
        self.figure.x_range.end = state.steps
        self._ticks(state.surface)
        for key in OPTIMIZERS:
            run = shown.get(key)
            if run is None:
                frame.clear(f"loss {key}")
                frame.clear(f"band {key}")
            elif frame.stale(f"loss {key}", run.token):
                step, low, middle, high = quantiles(run)
                frame.put(f"loss {key}", run.token, lambda: {"x": step, "y": middle})  # noqa: B023
                if run.final.shape[1] == 1:
                    frame.clear(f"band {key}")
                else:
                    frame.put(f"band {key}", run.token, lambda: {"x": step, "low": low, "high": high})  # noqa: B023

    def _ticks(self, landscape: Landscape) -> None:
        axis = self.figure.yaxis[0]
        known = landscape.minimum is not None
        if axis.tags == [known]:
            return
        axis.tags = [known]
        self.figure.title.text = "Loss above the minimum" if known else "Loss"
        if known:
            axis.ticker = BasicTicker(mantissas=[1, 2, 5], min_interval=1, desired_num_ticks=6)
            axis.formatter = CustomJSTickFormatter(code=POWER_OF_TEN)
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


def drawable(heights: np.ndarray, minimum: float | None) -> np.ndarray:
    """Heights as float32, with gaps where the loss is not finite or beyond the ceiling."""
    top = scaled(np.array(CEILING), None if minimum is None else 0.0)
    return np.where(np.abs(heights) <= top, heights, np.nan).astype(np.float32)


def quantiles(run: Runs) -> tuple[np.ndarray, ...]:
    """Steps, and the 10th, 50th and 90th percentile of the runs' heights at each, float32; NaN sorts as the worst."""
    positions = run.paths.positions
    length = len(positions)
    step = np.arange(length) if length <= MOST_POINTS else np.linspace(0, length - 1, MOST_POINTS).astype(int)
    landscape = run.paths.landscape
    with np.errstate(all="ignore"):
        loss = landscape.value(*positions[step].transpose(1, 0, 2))
        heights = np.sort(scaled(loss, landscape.minimum), axis=1)
    last = heights.shape[1] - 1
    columns = (heights[:, round(last * part)] for part in (0.1, 0.5, 0.9))
    return step, *(drawable(column, landscape.minimum) for column in columns)
