"""The phase diagram: what becomes of the same starts for every ρ and α."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from typing import NamedTuple

import numpy as np
import panel as pn
from bokeh.models import CustomJSHover, FixedTicker, GridBox, Range1d
from bokeh.palettes import Viridis256
from panel.viewable import Viewer

from app.choice import choice
from app.controls import Controls
from app.frame import Columns, Frame
from app.gate import Gate
from app.look import short
from app.map_plot import MapPlot
from app.refiner import Refiner
from app.state import State
from figures.style import OUTCOME_COLOURS
from landscapes import Landscape
from optimizers import OPTIMIZERS, Rule
from optimizers.maps import PhaseDiagram, cell_centres, phase_diagram
from optimizers.starts import Grid, Starts

COARSE, FINE = 32, 64  # cells along a side: at once, and when the hand rests
RHO = (-2.0, 1.0)  # decades
LEARNING_RATE = (-4.0, 0.0)
PAPER = {"rho": 1.0, "learning_rate": 0.01}
PER_SIDE = 10  # starts, as in the paper's Figure 5
MOST_STARTS = 100  # in a cell
DIGITS = 3
NOTHING = 255  # code of a cell where no run stayed finite
BOX = (*LEARNING_RATE, *RHO)

LOSS = "final loss"
SHOWN = {
    "at the saddle": "saddle",
    "at flat minima": "flat minimum",
    "at other minima": "minimum",
    "at a maximum": "maximum",
    "diverged": "diverged",
    "mean final loss": LOSS,
}


class Scale(NamedTuple):
    """Values of the first and the last colour, and how values are told.

    Attributes:
        low, high: of the value, or of its decimal logarithm.
        logarithmic: whether colours go by decades.
    """

    low: float
    high: float
    logarithmic: bool

    def codes(self, value: np.ndarray) -> np.ndarray:
        """uint8: 0 to 254 from low to high, 255 where there is no value."""
        with np.errstate(all="ignore"):
            place = np.log10(value) if self.logarithmic else value
            fraction = np.clip((place - self.low) / max(self.high - self.low, 1e-12), 0.0, 1.0)
        return np.where(np.isnan(value), NOTHING, np.nan_to_num(fraction) * (NOTHING - 1)).astype(np.uint8)

    def ends(self) -> tuple[str, str]:
        """The first and the last colour's value in words."""
        if self.logarithmic:
            return f"{10**self.low:.1g}", f"{10**self.high:.1g}"
        return f"{self.low:.0%}", f"{self.high:.0%}"


def decades(ends: tuple[float, float], cells: int) -> np.ndarray:
    """Centres of cells of one ratio."""
    return 10.0 ** cell_centres(*ends, cells)


def cell(place: float, ends: tuple[float, float], cells: int) -> float:
    """The centre, to three digits, of the cell that holds a place on a logarithmic axis."""
    index = int(np.clip((place - ends[0]) / (ends[1] - ends[0]) * cells, 0, cells - 1))
    return float(f"{decades(ends, cells)[index]:.{DIGITS}g}")


def starts_of_a_cell(state: State) -> tuple[Starts, np.ndarray]:
    """The session's starts, a hundred of them at most; a 10 × 10 grid, as in Figure 5, where there is only one."""
    starts = Grid(PER_SIDE, *state.box()) if state.mode == "one" else state.starts()
    points = starts.positions()
    return starts, points[:, :: -(-points.shape[1] // MOST_STARTS)]


def values(diagram: PhaseDiagram, shown: str) -> np.ndarray:
    """What is coloured, shape (rules, ρ, α): a share, or how far the mean final loss lies above the least."""
    if shown != LOSS:
        return diagram.share(shown)
    least = diagram.landscape.minimum
    with np.errstate(all="ignore"):
        loss = np.where(np.isfinite(diagram.loss), diagram.loss, np.nan)
        if least is None:
            least = np.nanmin(loss) if np.isfinite(loss).any() else 0.0
        return np.maximum(loss - least, 0.0)


def scale(value: np.ndarray, shown: str) -> Scale:
    """Shares from 0 to 1; losses by decades between the first and the last percentile."""
    if shown != LOSS:
        return Scale(0.0, 1.0, False)
    seen = value[np.isfinite(value) & (value > 1e-12)]
    low, high = np.log10(np.percentile(seen, [1, 99])) if seen.size else (0.0, 1.0)
    return Scale(float(low), float(high), True)


class Phase(Viewer):
    """One session's phase diagrams."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._frame = state, Frame()
        frame = self._frame
        x_range, y_range = Range1d(*LEARNING_RATE), Range1d(*RHO)
        power = CustomJSHover(code=f"return (10 ** value).toPrecision({DIGITS})")
        self._panels = {
            key: MapPlot(
                frame,
                f"phase {key}",
                x_range,
                y_range,
                hover=f"{short(key)}: α = $x{{custom}}, ρ = $y{{custom}}<br><b>@value{{0.000 a}}</b> @said",
                values=["value", "said"],
                formatters={"$x": power, "$y": power},
                tools="",
                x_axis_label="α",
                y_axis_label="ρ",
                title=short(key),
            )
            for key in OPTIMIZERS
        }
        marks = {name: frame.source(name, "x", "y") for name in ("paper", "here")}
        for panel in self._panels.values():
            figure = panel.figure
            for axis, (low, high) in ((figure.xaxis, LEARNING_RATE), (figure.yaxis, RHO)):
                ticks = range(round(low), round(high) + 1)
                axis.ticker = FixedTicker(ticks=list(ticks))
                axis.major_label_overrides = {tick: f"{10.0**tick:g}" for tick in ticks}
            for colour, width in (("#000000", 5), ("#ffffff", 2.5)):
                for name, marker, size in (("paper", "circle", 20), ("here", "cross", 13)):
                    figure.scatter(
                        "x", "y", source=marks[name], marker=marker, size=size, fill_color=None,
                        line_color=colour, line_width=width,
                    )  # fmt: skip
            panel.on_click(self._clicked)
        self._grid = GridBox(children=[], sizing_mode="stretch_both", spacing=4)
        self._what = choice("Share of the runs, or loss", SHOWN, "saddle")
        self._legend = pn.pane.HTML(margin=0, stylesheets=[LEGEND_CSS])
        self._words = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[WORDS_CSS])
        self._said = ""
        self._known: dict[int, tuple] = {}
        self._cells = COARSE
        self._looked_at = True
        self._refiner = Refiner(self._refined, pn.state.curdoc.add_next_tick_callback)
        pn.state.on_session_destroyed(lambda context: self._refiner.cancel())
        self._gate = Gate(self._draw, frame.sources)
        self._grid.tags = [self._gate.channel]
        self._theme()
        self._gate.fill()
        state.param.watch(self._gate.request, [name for name in state.param if name not in {"name", "dark"}])
        state.param.watch(self._theme, "dark")
        self._what.param.watch(self._gate.request, "value")
        self._row = pn.Row(
            Controls(state),
            pn.Column(
                pn.Row(self._what, self._legend, margin=0, styles={"gap": "14px", "align-items": "flex-end"}),
                pn.pane.Bokeh(self._grid, sizing_mode="stretch_both", margin=0),
                self._words,
                sizing_mode="stretch_both",
                margin=0,
                styles={"gap": "6px"},
            ),
            sizing_mode="stretch_both",
            margin=0,
            styles={"gap": "10px", "padding": "8px 10px 10px 14px"},
        )

    def look(self, shown: bool) -> None:
        """Told whether the view is looked at: it does nothing while it is not."""
        self._looked_at = shown
        if shown:
            self._gate.request()
        else:
            self._refiner.cancel()

    def _draw(self) -> dict[str, Columns]:
        if not self._looked_at:
            return {}
        state, frame = self._state, self._frame
        self._arrange(state.optimizers)
        rules = tuple(_any_rho(rule) for rule in state.rules())
        starts, points = starts_of_a_cell(state)
        token = (rules, state.surface, starts, state.steps)
        if rules:
            work = partial(_diagram, rules, state.surface, points, state.steps)
            fine = self._known.get(FINE)
            if fine is not None and fine[0] == token:
                self._show(token, fine[1])
            else:
                self._refiner.request(token, lambda cancelled: work(FINE, cancelled))
                if COARSE not in self._known or self._known[COARSE][0] != token:
                    self._known[COARSE] = (token, work(COARSE))
                self._show(token, self._known[COARSE][1])
        else:
            self._words.object = "<p role='status'>No optimizer is chosen.</p>"
        frame.put("paper", tuple(PAPER.values()), lambda: _mark(**PAPER))
        here = {"rho": state.rho, "learning_rate": state.learning_rate}
        frame.put("here", tuple(here.values()), lambda: _mark(**here))
        return frame.take()

    def _show(self, token: tuple, diagram: PhaseDiagram) -> None:
        what, self._cells = self._what.value, diagram.rho.size
        value = values(diagram, what)
        colours = scale(value, what)
        for rule, one in zip(diagram.rules, value, strict=True):
            self._panels[rule.key].put(
                self._frame,
                (token, self._cells, what),
                BOX,
                partial(colours.codes, one),
                value=partial(np.nan_to_num, one.astype(np.float32), nan=-1.0),
                said=lambda what=what: "mean final loss above the least" if what == LOSS else f"of the runs: {what}",
            )
        self._legend.object = legend(colours)
        self._words.object = (
            f"<p role='status'>{escape(self._said)} {diagram.runs} starts in each cell, {diagram.steps} steps. "
            "Circle: the paper’s ρ = 1, α = 0.01; cross: the setting of this session; a click on a cell takes its "
            f"ρ and α.{' Grey: every run diverged.' if what == LOSS else ''}</p>"
        )

    def _arrange(self, optimizers: list[str]) -> None:
        shown = [self._panels[key].figure for key in OPTIMIZERS if key in optimizers]
        columns = min(len(shown), 3) or 1
        children = [(figure, n // columns, n % columns) for n, figure in enumerate(shown)]
        if children != self._grid.children:
            self._grid.update(
                children=children,
                rows=["minmax(0, 1fr)"] * -(-len(shown) // columns),
                cols=["minmax(0, 1fr)"] * columns,
            )

    def _clicked(self, x: float, y: float) -> None:
        rho, learning_rate = cell(y, RHO, self._cells), cell(x, LEARNING_RATE, self._cells)
        refusal = self._state.accept(rho=rho, learning_rate=learning_rate)
        self._said = refusal or f"Now ρ = {rho:g} and α = {learning_rate:g}, here and in Explore."
        self._gate.request()

    def _refined(self, token: tuple, result: PhaseDiagram) -> None:
        self._known[FINE] = (token, result)
        self._gate.request()

    def _theme(self, *_) -> None:
        for panel in self._panels.values():
            panel.theme(self._state.dark)
            panel.colours([*Viridis256[:NOTHING], OUTCOME_COLOURS["elsewhere"]])

    def __panel__(self) -> pn.Row:
        return self._row


def _any_rho(rule: Rule) -> Rule:
    """The rule without the session's ρ, which the diagram varies itself."""
    return replace(rule, rho=1.0) if "rho" in rule.hyperparameters else rule


def _diagram(
    rules: tuple[Rule, ...],
    landscape: Landscape,
    points: np.ndarray,
    steps: int,
    cells: int,
    cancelled: Callable[[], bool] | None = None,
) -> PhaseDiagram:
    return phase_diagram(
        rules,
        landscape,
        points,
        rho=decades(RHO, cells),
        learning_rate=decades(LEARNING_RATE, cells),
        steps=steps,
        cancelled=cancelled,
    )


def _mark(rho: float, learning_rate: float) -> Columns:
    """A place on the diagram; none where ρ = 0 has no logarithm."""
    inside = rho > 0
    return {"x": [np.log10(learning_rate)] if inside else [], "y": [np.log10(rho)] if inside else []}


def legend(colours: Scale) -> str:
    """The scale as a strip of colours between its ends, as HTML."""
    low, high = colours.ends()
    strip = ", ".join(Viridis256[:NOTHING:16])
    return f"<span>{low}<i style='background: linear-gradient(90deg, {strip})'></i>{high}</span>"


LEGEND_CSS = """
:host { font-size: 15px; }
span { display: inline-flex; align-items: center; white-space: nowrap; }
i { width: 120px; height: 16px; margin: 0 6px; border: 1px solid rgba(127, 127, 127, 0.8); }
"""
WORDS_CSS = "p { margin: 0; font-size: 16px; line-height: 1.35; }"
