"""Stability: what a criterion says of every point, under real paths and the border of what ends at the saddle."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import panel as pn
from panel.viewable import Viewer

from app.choice import choice
from app.controls import Controls
from app.frame import Columns, Frame
from app.gate import Gate
from app.hand import Hand
from app.look import palette, short
from app.map_plot import Box, MapPlot, Window, domain, outline, pixels, scale_ticks
from app.refiner import Cancelled, Refiner
from app.runs import Runner
from app.state import State
from app.trajectories import Trajectories
from figures.style import stability_norm
from landscapes import Landscape
from optimizers import OPTIMIZERS, Rule
from optimizers.maps import DestinationMap, destination_map, pixel_centres
from optimizers.outcomes import OUTCOMES
from optimizers.stability import Stability, contraction, exact_stability, stability

SHADES = 256
COARSE, FINE = 140, 400  # pixels along a side: at once, and when the hand rests
TICKS = (-1000, -100, -10, -1, -0.1, 0, 0.1, 1, 10, 100, 1000)
SIDE = 330  # px


class Form(NamedTuple):
    """A criterion.

    Attributes:
        symbol: of the value that is shown, positive where the criterion calls a point stable.
        eigenvalues: of which matrix.
        value: from eigenvalues and α.
        says, says_not: what it claims and what it does not.
    """

    symbol: str
    eigenvalues: Callable[[Rule, Landscape, np.ndarray, np.ndarray], Stability]
    value: Callable[[Stability, float], np.ndarray]
    says: str
    says_not: str


NO_BASIN = (
    "that runs end there: stable means that neighbours approach one another along the flow, not that the point is "
    "a goal, nor how far its basin of attraction reaches."
)
FORMS = {
    "A_ρ, the paper’s": Form(
        "λ₂ of A_ρ",
        stability,
        lambda eigenvalues, learning_rate: eigenvalues.smaller,
        "with ρ̃ held fixed, A_ρ = ∇²ℓ(θ+δ)(I + ρ̃ G⁻¹∇²ℓ(θ)) shrinks small offsets under dθ/dt = −∇ℓ(θ+δ).",
        NO_BASIN
        + " A_ρ drops ∂ρ̃/∂θ, so for large ρ it errs: on the banana at ρ = 1 it calls the flat minima unstable, "
        "although most runs end at them.",
    ),
    "Exact Jacobian": Form(
        "λ₂ of J",
        exact_stability,
        lambda eigenvalues, learning_rate: eigenvalues.smaller,
        "the exact Jacobian J = ∇²ℓ(θ+δ)(I + ∂δ/∂θ), with ∂ρ̃/∂θ in it, shrinks small offsets in continuous time.",
        NO_BASIN + " Steps of finite size α may still overshoot: see |1 − αμ|.",
    ),
    "Exact, in steps of α": Form(
        "(1 − max|1 − αμ|)/α",
        exact_stability,
        contraction,
        "one update θ ← θ − α∇ℓ(θ+δ) brings neighbours closer: |1 − αμ| < 1 for both eigenvalues μ of the exact "
        "Jacobian.",
        NO_BASIN + " A run on a 2-cycle is contracted by two updates together, which this does not show.",
    ),
}


class Field(NamedTuple):
    """A criterion over a box, and where the runs from the same pixels end.

    Attributes:
        box: what was looked at.
        value: shape (rows, columns), positive where the criterion says stable.
        singular: where the gradient is exactly zero and ρ̃ infinite.
        ends: of the runs that start at the pixels.
    """

    box: Box
    value: np.ndarray
    singular: np.ndarray
    ends: DestinationMap


def field(
    form: Form,
    rule: Rule,
    landscape: Landscape,
    learning_rate: float,
    steps: int,
    box: Box,
    across: int,
    cancelled: Cancelled | None = None,
) -> Field:
    """Evaluates a criterion and runs the rule at the same pixels."""
    resolution = pixels(box, across)
    eigenvalues = form.eigenvalues(rule, landscape, *pixel_centres(domain(box), *resolution))
    ends = destination_map(
        rule,
        landscape,
        learning_rate=learning_rate,
        steps=steps,
        window=domain(box),
        resolution=resolution,
        cancelled=cancelled,
    )
    return Field(box, form.value(eigenvalues, learning_rate), eigenvalues.singular, ends)


def shades(value: np.ndarray) -> np.ndarray:
    """Figure 4's colours as uint8: below 128 unstable, from 128 on stable; what is not a number is neutral."""
    fraction = np.asarray(stability_norm()(np.nan_to_num(value, nan=0.0)))
    return np.clip(fraction * SHADES, 0, SHADES - 1).astype(np.uint8)


def outlined(landscape: Landscape) -> str:
    """The outcome whose border is worth seeing: the saddle's, else a maximum's, else the flat minima's."""
    kinds = {stationary.kind for stationary in landscape.stationary}
    return next((kind for kind in ("saddle", "maximum", "flat minimum") if kind in kinds), "elsewhere")


class StabilityView(Viewer):
    """One session's view of stability."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._runner, self._frame = state, Runner(), Frame()
        frame = self._frame
        self._window = Window(frame, state)
        self._plot = MapPlot(
            frame,
            "stability",
            self._window.x_range,
            self._window.y_range,
            hover="($x{0.000}, $y{0.000})<br>value @value{0.000 a}",
            values=["value"],
            x_axis_label="θ₁",
            y_axis_label="θ₂",
        )
        figure = self._plot.figure
        self._window.fit(figure)
        norm = stability_norm()
        scale_ticks(
            self._plot.bar(), {float(norm(tick)) * SHADES - 0.5: f"{tick:g}".replace("-", "−") for tick in TICKS}
        )
        border = frame.source("border", "x", "y")
        self._border = [figure.line("x", "y", source=border, line_width=width) for width in (6, 3)]
        self._points = figure.scatter(
            "x", "y", source=frame.source("points", "x", "y"), marker="diamond", size=12, fill_color=None, line_width=2
        )
        self._curves = figure.line(
            "x", "y", source=frame.source("curves", "x", "y"), line_width=1.5, line_dash="dotted", line_alpha=0.9
        )
        self._singular = figure.scatter(
            "x", "y", source=frame.source("singular", "x", "y"), marker="x", size=12, line_width=3
        )
        self._paths = Trajectories(frame, figure)
        self._hand = Hand(frame, figure, state)
        self._fine: tuple | None = None
        self._looked_at = True
        self._refiner = Refiner(self._refined, pn.state.curdoc.add_next_tick_callback)
        pn.state.on_session_destroyed(lambda context: self._refiner.cancel())

        self._rule = choice("Rule", {short(key): key for key in OPTIMIZERS}, "sam")
        self._form = choice("Criterion", list(FORMS), next(iter(FORMS)))
        self._words = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[WORDS_CSS])
        self._gate = Gate(self._draw, frame.sources)
        figure.tags = [*figure.tags, self._gate.channel]
        self._theme()
        self._gate.fill()
        state.param.watch(self._gate.request, [name for name in state.param if name not in {"name", "dark"}])
        state.param.watch(self._theme, "dark")
        for widget in (self._rule, self._form):
            widget.param.watch(self._gate.request, "value")
        self._window.on_change(self._gate.request)
        self._row = pn.Row(
            Controls(state, lambda: self._window.box),
            pn.Column(
                pn.Row(self._rule, self._form, margin=0, styles={"flex-wrap": "wrap", "gap": "6px"}),
                pn.Row(
                    pn.pane.Bokeh(figure, sizing_mode="stretch_both", margin=0),
                    pn.Column(self._words, width=SIDE, sizing_mode="stretch_height", margin=0, scroll="y-auto"),
                    sizing_mode="stretch_both",
                    margin=0,
                    styles={"gap": "10px"},
                ),
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
        self._window.draw(frame, state)
        box = self._window.box
        if box is not None:
            rule, form, landscape = state.rule(self._rule.value), FORMS[self._form.value], state.surface
            token = (form.symbol, rule, landscape, state.learning_rate, state.steps, box)
            work = partial(field, form, rule, landscape, state.learning_rate, state.steps, box)
            if self._fine is not None and self._fine[0] == token:
                self._show((token, "fine"), self._fine[1], form, rule)
            else:
                if frame.stale("stability", (token, "coarse")):
                    self._show((token, "coarse"), work(COARSE), form, rule)
                self._refiner.request(token, lambda cancelled: work(FINE, cancelled))
            self._paths.draw(frame, state, [self._runner.one(state, rule, state.starts())], box)
            for name, connected in (("points", False), ("curves", True)):
                frame.put(name, landscape, lambda connected=connected: stationary(landscape, connected))
        self._hand.draw(frame, state)
        return frame.take()

    def _show(self, token: tuple, shown: Field, form: Form, rule: Rule) -> None:
        frame, landscape = self._frame, self._state.surface
        goal = outlined(landscape)
        inside = shown.ends.outcome == OUTCOMES.index(goal)
        value = shown.value.astype(np.float32)
        self._plot.put(frame, token, shown.box, lambda: shades(shown.value), value=lambda: value)
        frame.put("border", token, lambda: outline(inside, shown.box))
        x, y = (axis[shown.singular] for axis in np.meshgrid(shown.ends.x, shown.ends.y))
        frame.put("singular", token, lambda: {"x": x, "y": y})
        self._plot.figure.title.text = f"{form.symbol} for {short(rule.key)}"
        self._words.object = words(form, rule, shown, goal, self._state.steps)

    def _refined(self, token: tuple, result: Field) -> None:
        self._fine = (token, result)
        self._gate.request()

    def _theme(self, *_) -> None:
        dark = self._state.dark
        p = palette(dark)
        for part in (self._plot, self._paths, self._hand):
            part.theme(dark)
        self._plot.colours(p.heat)
        self._border[0].glyph.line_color = p.halo
        for renderer in (self._border[1], self._points, self._curves, self._singular):
            renderer.glyph.line_color = p.ink

    def __panel__(self) -> pn.Row:
        return self._row


def stationary(landscape: Landscape, connected: bool) -> dict[str, np.ndarray]:
    """The isolated stationary points, or the curves of them as one line with gaps."""
    pieces = [found.points for found in landscape.stationary if found.connected == connected]
    gap = np.full((2, 1), np.nan)
    x, y = np.concatenate([np.empty((2, 0)), *(part for piece in pieces for part in (piece, gap))], axis=1)
    return {"x": x, "y": y}


def words(form: Form, rule: Rule, shown: Field, goal: str, steps: int) -> str:
    """Theory against simulation in numbers, and what the criterion claims and does not."""
    stable = shown.value > 0
    there = shown.ends.outcome == OUTCOMES.index(goal)
    hits = f"{stable[there].mean():.0%} of them start where it says stable" if there.any() else "none of them here"
    infinite = ": ρ̃ is infinite there" if rule.hyperparameters.get("rho", 0.0) > 0 else ""
    singular = shown.singular.sum()
    flagged = f"<li>{MARKS['×']} ∇ℓ = 0 exactly ({singular}): the Hessian is shown</li>" if singular else ""
    return (
        f"<p role='status'><b>{short(rule.key)}</b>: {form.symbol} > 0 (red) on <b>{stable.mean():.1%}</b> of this "
        f"view. After {steps} steps <b>{there.mean():.1%}</b> of the starts in it are at the {goal}; {hits}.</p>"
        f"<ul><li>{MARKS['border']} border of the starts that end at the {goal}</li>"
        f"<li>{MARKS['◇']} ∇ℓ = 0{infinite}</li>{flagged}</ul>"
        f"<p><b>It says</b> that near a red point {form.says}</p><p><b>It does not say</b> {form.says_not}</p>"
    )


MARKS = {
    "border": "<svg width='30' height='12'><path d='M1 6H29' stroke='currentColor' stroke-width='3'/></svg>",
    "◇": "<svg width='30' height='14'><path d='M1 7H9M21 7H29' stroke='currentColor' stroke-dasharray='2 2' "
    "stroke-width='2'/><path d='M15 1L20 7L15 13L10 7Z' fill='none' stroke='currentColor' stroke-width='2'/></svg>",
    "×": "<svg width='30' height='12'><path d='M10 1L20 11M20 1L10 11' stroke='currentColor' stroke-width='3'/></svg>",
}
WORDS_CSS = """
p { margin: 0 0 8px; font-size: 16px; line-height: 1.36; }
ul { list-style: none; margin: 0 0 8px; padding: 0; font-size: 15px; line-height: 1.4; }
svg { vertical-align: middle; margin-right: 4px; }
"""
