"""Playback: a trail and a head for each run, and the step on every linked view, moved in the browser alone."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import numpy as np
from bokeh.core.properties import Bool, Float, Int
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource, GlyphRenderer, MultiLine, Scatter, Slider, Span
from bokeh.plotting import figure as Figure

from app.browser.javascript import script
from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.loss_curve import LossCurve
from app.layers.marginals import Marginals
from app.layers.rule_groups import POINTS, coloured
from app.layers.trajectories import MANY, Trajectories, few
from app.model.lineup import PLACES
from app.theme import palette, weight
from figures.style import EDGE

MAX_PLAYED = 120_000  # positions that the browser holds; of more, every n-th start is played
AT_ONCE = 10_000  # up to so many positions are sent with every frame, others when they are wanted
SECONDS = 10  # that a run takes at speed 1
SPEEDS = ("0.25", "0.5", "1", "2", "4", "10")
RUG = 36  # px, of which one half is seen
FADED = 0.25  # of the whole paths, while they are played


class PlaybackState(DataModel):
    """Whether the clock runs; browser only."""

    running = Bool(default=False)
    starts = Int(default=0)  # how often it was set going
    seconds = Float(default=SECONDS)


class Playback:
    """What moves over the plane, along the loss curve and beside the plane when a run is played.

    Attributes:
        clock: its value is the step that is shown.
        state: whether it runs.
    """

    def __init__(
        self,
        updates: SourceUpdates,
        steps: int,
        plane: Figure,
        curve: LossCurve,
        paths: Trajectories,
        marginals: Marginals | None = None,
    ) -> None:
        self.clock = Slider(title="Step", start=0, end=steps, value=steps, step=1, syncable=False, name="step")
        self.state = PlaybackState(syncable=False, name="playback state")
        self.clock.tags = [self.state]
        trails, heads = updates.source("trails", "xs", "ys", "rule"), updates.source("heads", *POINTS)
        marks = updates.source("marks", *POINTS)
        line = MultiLine(xs="xs", ys="ys", line_color=coloured(), line_width=3, line_join="round")
        self._trails = plane.add_glyph(trails, line, level=MOVING)
        self._heads = plane.add_glyph(heads, _dot(13), level=MOVING)
        self._rug = [] if marginals is None else _rug(marginals, heads)
        self._now = Span(
            location=0, dimension="height", line_width=2, visible=False, syncable=False, level=MOVING, name="now"
        )
        curve.figure.add_layout(self._now)
        curve.figure.add_glyph(marks, _dot(11), level=MOVING)
        self._number = 0
        playback = updates.source("playback", "steps", "runs", "few", "alpha", "faded", "number")
        show = script(
            Path(__file__).with_suffix(".mjs"),
            clock=self.clock,
            playback=playback,
            played=updates.source("played", "positions"),
            trails=trails,
            heads=heads,
            losses=updates.sources["losses"],
            marks=marks,
            now=self._now,
            lines=paths.lines,
            halos=paths.halo,
            halo=paths.halo.glyph.line_alpha,
            ends=paths.at_the_end,
        )
        self.clock.js_on_change("value", show)
        playback.js_on_change("data", show)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        """Sends the positions to play, and last of all the columns that have the browser draw them.

        Where there are many positions, they are sent only while a visitor plays.
        """
        runs = scene.seen("paths", "ends")
        short = sum(run.paths.positions[:, 0].size for run in runs) <= AT_ONCE
        if short or scene.playing:
            updates.put("played", lambda runs: {"positions": _positions(runs, played_every(runs))}, runs)
        elif updates.stale("played", runs):
            updates.clear("played")
        wide, times = few(runs), weight(scene.state.projector)
        self._trails.glyph.line_width = 3 * times
        self._heads.glyph.size = times * (13 if wide else 8)
        for tick in self._rug:
            tick.glyph.line_width = 4 if wide else 1
        steps = runs[0].question.steps if runs else scene.state.steps
        updates.put("playback", self._playback_columns, runs, steps, scene.playing, scene.state.anatomy)

    def _playback_columns(self, runs: Sequence[Runs], steps: int, playing: bool, anatomy: bool) -> Columns:
        """While the anatomy of a step is shown, few paths stay as they are; of many the heads would hide it."""
        self._number += 1  # the browser takes columns that are equal for no change
        every, wide = played_every(runs), few(runs)
        numbers = {run.entry.place: _chosen(run, every).shape[2] for run in runs}
        columns = {
            "steps": steps,
            "runs": [0 if anatomy and not wide else numbers.get(place, 0) for place in PLACES],
            "few": wide,  # the trails of many take longer to paint than a frame lasts, and hide each other
            "alpha": 1.0 if wide else MANY,
            "faded": 1.0 if anatomy and wide else FADED,
            "number": self._number,
        }
        return {name: [value] for name, value in columns.items()}

    def theme(self, dark: bool) -> None:
        self._now.line_color = palette(dark).ink


def _dot(size: int) -> Scatter:
    return Scatter(x="x", y="y", size=size, fill_color=coloured(), line_color=EDGE)


def _rug(marginals: Marginals, heads: ColumnDataSource) -> list[GlyphRenderer]:
    """Where the heads are, along each axis."""
    tick = {"marker": {"value": "dash"}, "size": RUG, "line_color": coloured()}
    return [
        marginals.above.add_glyph(heads, Scatter(x="x", y={"value": 0}, angle=np.pi / 2, **tick), level=MOVING),
        marginals.right.add_glyph(heads, Scatter(x={"value": 0}, y="y", **tick), level=MOVING),
    ]


def played_every(runs: Sequence[Runs]) -> int:
    """Every how many starts one is played."""
    if not runs:
        return 1
    length, _, number = runs[0].paths.positions.shape
    return runs[0].every * ceil(length * number * len(runs) / MAX_PLAYED)


def _chosen(run: Runs, every: int) -> np.ndarray:
    return run.paths.positions[:, :, :: every // run.every]


def _positions(runs: Sequence[Runs], every: int) -> np.ndarray:
    """All positions that are played in one array, which is sent faster than many: rule, axis, run, step; float32."""
    pieces = [np.empty(0, np.float32)]
    for run in runs:
        positions = _chosen(run, every).transpose(1, 2, 0)
        drawable = (np.abs(positions) < 1e30).all(axis=0)
        pieces.append(np.where(drawable, positions, np.nan).astype(np.float32).ravel())
    return np.concatenate(pieces)
