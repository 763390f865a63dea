"""The pinned run A: it stays on every linked view, faded and dashed, while the choices change."""

from typing import Any

import numpy as np
from bokeh.models import Line, Scatter
from bokeh.plotting import figure as Figure

from app.frame import Frame
from app.heat import Box
from app.link import values_of
from app.look import colour
from app.loss_curve import LossCurve, quantiles
from app.marginals import Marginals, curve
from app.runs import Runs
from app.state import OWN, WINDOW, State
from app.thinning import joined
from app.trajectories import FEW, MOST_LINES, PIXELS, point_columns
from optimizers import OPTIMIZERS

GREY = 128
SQUARE = {"centre_x", "centre_y", "half_width"}
UNSAID = {"landscape", "background", *WINDOW}  # the landscape goes by its name
STARTS = {"one": {"x", "y"}, "grid": {"size"} | SQUARE, "cloud": {"count", "seed"} | SQUARE}


class Ghost:
    """Draws a run that was pinned below those of the moment.

    Attributes:
        runs: what was pinned; empty while nothing is.
    """

    def __init__(self, frame: Frame, plane: Figure, loss: LossCurve, marginals: Marginals) -> None:
        self.runs: list[Runs] = []
        self._values: dict[str, Any] = {}
        self._name = ""
        self._lines, self._ends = [], []
        for key in OPTIMIZERS:
            faint = greyed(key)
            style = {"x": "x", "y": "y", "line_color": faint, "line_dash": [5, 4]}
            under = {"level": "underlay"}
            path = frame.source(f"pinned path {key}", "x", "y")
            self._lines.append(plane.add_glyph(path, Line(**style), **under))
            end = Scatter(x="x", y="y", marker={"value": "star"}, fill_color=None, line_color=faint, line_width=2)
            self._ends.append(plane.add_glyph(frame.source(f"pinned ends {key}", "x", "y"), end, **under))
            loss.figure.add_glyph(frame.source(f"pinned loss {key}", "x", "y"), Line(**style, line_width=2), **under)
            for axis, figure in enumerate((marginals.above, marginals.beside)):
                along = {"x": "x", "y": "y"} if axis == 0 else {"x": "y", "y": "x"}
                stem = frame.source(f"pinned marginal {axis} {key}", "x", "y")
                figure.add_glyph(stem, Line(**style | along, line_width=2), **under)

    def pin(self, state: State, runs: list[Runs]) -> None:
        self.runs, self._values, self._name = runs, values_of(state), state.surface.name
        few = max((run.final.shape[1] for run in runs), default=0) <= FEW
        for line, end in zip(self._lines, self._ends, strict=True):
            line.glyph.update(line_width=2.5 if few else 1, line_alpha=1.0 if few else 0.5)
            end.glyph.update(size=19 if few else 11)

    def unpin(self) -> None:
        self.runs = []

    def draw(self, frame: Frame, state: State, view: Box) -> None:
        pinned = {run.key: run for run in self.runs}
        cell = 2.0 ** np.floor(np.log2((view[1] - view[0]) / PIXELS))
        # two kinds of axis cannot be shared: one shows ℓ - ℓ_min, the other ℓ
        comparable = all((run.paths.landscape.minimum is None) == (state.surface.minimum is None) for run in self.runs)
        for key in OPTIMIZERS:
            run = pinned.get(key)
            names = [f"pinned {what} {key}" for what in ("path", "ends", "loss", "marginal 0", "marginal 1")]
            if run is None:
                for name in names:
                    frame.clear(name)
                continue
            path, ends, loss, *marginals = names
            frame.put(path, (run.token, cell), lambda run=run: _paths(run, cell))
            frame.put(ends, run.token, lambda run=run: point_columns(run.final, MOST_LINES))
            if comparable:
                frame.put(loss, run.token, lambda run=run: _median(run))
            else:
                frame.clear(loss)
            for axis, name in enumerate(marginals):
                span = view[2 * axis : 2 * axis + 2]
                frame.put(name, (run.token, span), lambda run=run, axis=axis, span=span: curve(run.final[axis], span))

    def differences(self, state: State) -> str:
        """What A was made with, where the choices are others now; empty where they are the same."""
        if not self._values:
            return ""
        now, told = values_of(state), []
        mode, own = self._values["mode"], self._values["landscape"] == OWN
        unsaid = set().union(*STARTS.values()) - STARTS[mode] | UNSAID | (set() if own else {"formula"})
        for name, value in self._values.items():
            if value == now[name] or name in unsaid:
                continue
            told.append(f"{state.param[name].label} = {_text(value)}")
        if self._name != state.surface.name:
            told.insert(0, self._name)
        return ", ".join(told)


def greyed(key: str) -> str:
    """A rule's colour half-way to grey."""
    red, green, blue = ((int(colour(key)[i : i + 2], 16) + GREY) // 2 for i in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _paths(run: Runs, cell: float) -> dict[str, np.ndarray]:
    positions = run.paths.positions
    x, y = joined(positions[:, :, :: -(-positions.shape[2] // MOST_LINES)], cell)
    return {"x": x, "y": y}


def _median(run: Runs) -> dict[str, np.ndarray]:
    step, _, middle, _ = quantiles(run)
    return {"x": step, "y": middle}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(OPTIMIZERS[key].name for key in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
