"""Anatomy on the plane: the sets that the rules search, what they find there, and the step that follows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from bokeh.core.properties import Float, Int
from bokeh.model import DataModel
from bokeh.models import MultiLine, Patches, Scatter
from bokeh.plotting import figure as Figure

from app.browser.javascript import script
from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.playback import Playback
from app.layers.rule_groups import POINTS, coloured
from app.model.course import USUAL
from app.model.lineup import PLACES, Entry
from app.model.state import State
from app.theme import palette
from figures.style import EDGE
from optimizers import run as replay
from optimizers.anatomy import Anatomy, anatomy
from optimizers.motions import further

ARROW = 0.1  # of the gradient, as in the paper's Figure 1; a tenth of that where it would be longer than half the view

COLUMNS = ("x", "y", "gx", "gy", "vx", "vy", "dx", "dy", "hx", "hy", "nx", "ny", "xx", "xy", "yy", "sx", "sy")


class Arrow(DataModel):
    """How the arrows of a step are drawn; browser only."""

    scale = Float(default=ARROW)  # of the gradient
    stage = Int(default=0)  # up to which the step is drawn; 0 draws it whole
    least = Float(default=0.0)  # in units of the plane: shorter arrows are drawn that long


class StepAnatomy:
    """Draws one step of one run of each rule, at the clock's step, in the browser alone.

    Attributes:
        arrow: how the arrows are drawn.
    """

    def __init__(self, updates: SourceUpdates, figure: Figure, playback: Playback) -> None:
        parts = [updates.source(f"anatomy {place}", "numbers") for place in PLACES]
        sets, ways, arrows = (updates.source(name, "xs", "ys", "rule") for name in ("sets", "ways", "arrows"))
        perturbed_points, current_points, next_points = (
            updates.source(name, *POINTS) for name in ("perturbed_points", "current_points", "next_points")
        )
        line, point, edge = {"xs": "xs", "ys": "ys"}, {"x": "x", "y": "y"}, {"line_color": EDGE}
        self._halo = MultiLine(line_width=6, line_alpha=0.6, **line)
        for source, glyph in (
            (sets, self._halo),
            (sets, MultiLine(line_color=coloured(), line_width=3.5, line_dash=[9, 5], **line)),
            (ways, MultiLine(line_width=2, **line, **edge)),
            (arrows, Patches(fill_color=coloured(), line_width=1.5, **line, **edge)),
            (current_points, Scatter(size=11, fill_color=EDGE, line_color="white", **point)),
            (next_points, Scatter(size=8, fill_color="white", line_color=coloured(), line_width=2, **point)),
            (perturbed_points, Scatter(size=15, fill_color=coloured(), **point, **edge)),
        ):
            figure.add_glyph(source, glyph, level=MOVING)
        self.arrow = Arrow(syncable=False, name="arrow")
        updates.source("hyperparameters", "rho", "learning_rate")
        broken = updates.source("broken down", "whole", "shown")
        draw = script(
            Path(__file__).with_suffix(".mjs"),
            clock=playback.clock,
            figure=figure,
            parts=parts,
            names=list(COLUMNS),
            arrow=self.arrow,
            longest_scale=ARROW,
            broken=broken,
            sources={
                source.name: source for source in (sets, ways, arrows, perturbed_points, current_points, next_points)
            },
        )
        playback.clock.js_on_change("value", draw)
        updates.sources["playback"].js_on_change("data", draw)
        broken.js_on_change("data", draw)
        self.arrow.js_on_change("stage", draw)
        figure.x_range.js_on_change("start", draw)  # arrows are as thick on the screen whatever the zoom
        figure.js_on_change("inner_width", draw)  # when the page opens, too

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        """Sends every step of the run whose anatomy is shown; it is drawn with the columns of playback.

        Beside the surface, which shows the sets in space, the plane shows them too.
        """
        state, runs = scene.state, scene.seen("paths", "ends")
        shown = state.anatomy or state.surface
        updates.put("hyperparameters", hyperparameters, state.entries(), state.learning_rate)
        known = {run.entry.place: run for run in runs}
        at = middle(state, runs[0]) if shown and runs else 0
        for place in PLACES:
            run = known.get(place)
            if run is None or not shown:
                updates.clear(f"anatomy {place}")
            else:
                updates.put(f"anatomy {place}", lambda run, at: {"numbers": dissected(run, at).ravel()}, run, at)
        # after the numbers, because it has them drawn
        updates.put("broken down", lambda shown, whole: {"whole": [whole], "shown": [shown]}, shown, state.anatomy)

    def theme(self, dark: bool) -> None:
        self._halo.line_color = palette(dark).halo


def hyperparameters(entries: Sequence[Entry], learning_rate: float) -> Columns:
    """ρ of each place, NaN where there is none, and the learning rate."""
    radii = {entry.place: float(getattr(entry.rule, "rho", np.nan)) for entry in entries}
    rho = np.array([radii.get(place, np.nan) for place in PLACES])
    return {"rho": rho, "learning_rate": np.full(rho.shape, learning_rate)}


def middle(state: State, run: Runs) -> int:
    """The run whose anatomy is shown: of many, the one that starts nearest to the centre of their square."""
    if state.mode == "one":
        return 0
    x, y = run.paths.positions[0]
    return int(np.hypot(x - state.centre_x, y - state.centre_y).argmin())


def dissected(run: Runs, at: int) -> np.ndarray:
    """Every step of one run, shape (len(COLUMNS), steps + 1): θ, g, v, δ, ∇ℓ(θ + δ), the next θ, the set's root, d.

    α and ρ are those of the step; the next θ is what noise and the base optimizer make of d.
    """
    paths = run.paths
    course: dict[str, Any] = {"base": paths.base, "schedule": paths.schedule, "noise": paths.noise}
    plain = course == USUAL.settings
    points, state = paths.positions[:, :, at].T, None
    if paths.rule.state or not plain:
        settings: dict[str, Any] = {"learning_rate": paths.learning_rate, "steps": paths.steps, **course}
        whole = replay(paths.rule, paths.landscape, points[:, 0], keep="states", **settings)
        assert whole.states is not None  # they are kept
        state = whole.states[:, : len(paths.rule.state)].T if paths.rule.state else None
    rule, rate = paths.rule, paths.learning_rate
    if not plain:
        following = np.concatenate([points[:, 1:], further(whole, 1).final[:, None]], axis=1)
        factors = paths.schedule.factors(paths.steps)
        if factors is not None:
            factors = np.concatenate([factors, factors[-1:]])
            rate = rate * factors[:, 0]
            if "rho" in rule.hyperparameters:
                rule = replace(rule, **{"rho": rule.hyperparameters["rho"] * factors[:, 1]})
    taken = anatomy(rule, paths.landscape, points, rate, state)
    if not plain:
        taken = taken._replace(next=following)
    return np.concatenate(taken[: Anatomy._fields.index("looked")])  # float64: of what diverges, too, each digit counts
