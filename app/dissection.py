"""Anatomy on the plane: the sets that the rules search, what they find there, and the step that follows."""

import numpy as np
from bokeh.models import CustomJS, Line, Patch, Scatter
from bokeh.plotting import figure as Figure

from app.frame import Frame
from app.look import colour, palette
from app.playback import Playback
from app.runs import Runs
from app.state import State
from figures.style import EDGE
from optimizers import OPTIMIZERS
from optimizers.anatomy import anatomy

ARROW = 0.1  # of the gradient, as in the paper's Figure 1; a tenth of that where it would be longer than half the view

COLUMNS = ("x", "y", "gx", "gy", "vx", "vy", "dx", "dy", "hx", "hy", "nx", "ny", "xx", "xy", "yy")

# The numbers of one step, by name, of a source that holds those of all steps; null where it holds none.
NUMBERS = f"""
const columns = (source) => source.data instanceof Map ? Object.fromEntries(source.data) : source.data
const numbers = (source, step) => {{
    const all = columns(source).numbers, names = {list(COLUMNS)}
    const length = all.length / names.length
    return step < length ? Object.fromEntries(names.map((name, i) => [name, all[i * length + step]])) : null
}}
"""

DRAW = """
const step = clock.value
const half_view = Math.abs(figure.x_range.end - figure.x_range.start) / 2
const pixel = 2 * half_view / Math.max(figure.inner_width, 1)
const all = parts.map((part) => numbers(part, step))
const longest = Math.max(...all.map((part) => part ? Math.hypot(part.hx, part.hy) : 0).filter(Number.isFinite))
let scale = ARROW
while (scale * longest > half_view) scale /= 10
clock.arrow = scale
all.forEach((part, rule) => {
    const set = {x: [], y: []}, found = {x: [], y: []}, way = {x: [], y: []}, arrow = {x: [], y: []}
    const here = {x: [], y: []}, next = {x: [], y: []}
    if (part !== null) {
        const {x, y, dx, dy, hx, hy, nx, ny, xx, xy, yy} = part
        here.x.push(x)
        here.y.push(y)
        next.x.push(nx)
        next.y.push(ny)
        if (xx !== 0 || yy !== 0) {
            for (let k = 0; k <= 180; k++) {
                const angle = k * Math.PI / 90, [cos, sin] = [Math.cos(angle), Math.sin(angle)]
                set.x.push(x + xx * cos + xy * sin)
                set.y.push(y + xy * cos + yy * sin)
            }
            way.x.push(x, x + dx)
            way.y.push(y, y + dy)
            found.x.push(x + dx)
            found.y.push(y + dy)
            const length = scale * Math.hypot(hx, hy)
            const thick = Math.min(pixel, length / 30)
            const neck = length - 17 * thick
            const outline = [[0, 3.5], [neck, 3.5], [neck, 10], [length, 0], [neck, -10], [neck, -3.5], [0, -3.5]]
            if (length > 0) for (const [along, across] of outline) {
                arrow.x.push(x + dx - scale * (hx * along - hy * across * thick) / length)
                arrow.y.push(y + dy - scale * (hy * along + hx * across * thick) / length)
            }
        }
    }
    for (const [source, data] of [[sets[rule], set], [ways[rule], way], [founds[rule], found], [arrows[rule], arrow],
                                  [heres[rule], here], [nexts[rule], next]])
        if (data.x.length > 0 || columns(source).x.length > 0) source.data = data
})
""".replace("ARROW", str(ARROW))


class Dissection:
    """Draws one step of one run of each rule, at the clock's step, in the browser alone."""

    def __init__(self, frame: Frame, figure: Figure, playback: Playback) -> None:
        def sources(name: str, *columns: str) -> list:
            return [frame.source(f"{name} {key}", *columns) for key in OPTIMIZERS]

        parts = sources("anatomy", "numbers")
        sets, ways = sources("set", "x", "y"), sources("way", "x", "y")
        founds, arrows = sources("found", "x", "y"), sources("arrow", "x", "y")
        heres, nexts = sources("here", "x", "y"), sources("next", "x", "y")
        self._halos = [figure.add_glyph(rim, Line(x="x", y="y", line_width=6, line_alpha=0.6)) for rim in sets]
        for key, rim in zip(OPTIMIZERS, sets, strict=True):
            figure.add_glyph(rim, Line(x="x", y="y", line_color=colour(key), line_width=3.5, line_dash=[9, 5]))
        for way in ways:
            figure.add_glyph(way, Line(x="x", y="y", line_color=EDGE, line_width=2))
        for key, arrow in zip(OPTIMIZERS, arrows, strict=True):
            figure.add_glyph(arrow, Patch(x="x", y="y", fill_color=colour(key), line_color=EDGE, line_width=1.5))
        for key, found, here, next_ in zip(OPTIMIZERS, founds, heres, nexts, strict=True):
            figure.add_glyph(here, Scatter(x="x", y="y", size=11, fill_color=EDGE, line_color="white"))
            figure.add_glyph(
                next_, Scatter(x="x", y="y", size=8, fill_color="white", line_color=colour(key), line_width=2)
            )
            figure.add_glyph(found, Scatter(x="x", y="y", size=15, fill_color=colour(key), line_color=EDGE))
        frame.source("hyperparameters", "rho", "learning_rate")
        draw = CustomJS(
            args={
                "clock": playback.clock,
                "figure": figure,
                "parts": parts,
                "sets": sets,
                "ways": ways,
                "founds": founds,
                "arrows": arrows,
                "heres": heres,
                "nexts": nexts,
            },
            code=NUMBERS + DRAW,
        )
        playback.clock.js_on_change("value", draw)
        frame.sources["playback"].js_on_change("data", draw)
        figure.x_range.js_on_change("start", draw)  # arrows are as thick on the screen whatever the zoom

    def draw(self, frame: Frame, state: State, runs: list[Runs], shown: bool) -> None:
        """Sends every step of the run to be taken apart, to be drawn as soon as playback is told."""
        numbers = (state.rho, state.learning_rate)
        frame.put("hyperparameters", numbers, lambda: {"rho": [numbers[0]], "learning_rate": [numbers[1]]})
        known = {run.key: run for run in runs}
        at = middle(state, runs[0]) if shown and runs else 0
        for key in OPTIMIZERS:
            run = known.get(key)
            if run is None or not shown:
                frame.clear(f"anatomy {key}")
            else:
                frame.put(f"anatomy {key}", (run.token, at), lambda run=run: {"numbers": dissected(run, at).ravel()})

    def theme(self, dark: bool) -> None:
        for halo in self._halos:
            halo.glyph.line_color = palette(dark).halo


def middle(state: State, run: Runs) -> int:
    """The run to be taken apart: of many, the one that starts nearest to the centre of their square."""
    if state.mode == "one":
        return 0
    x, y = run.paths.positions[0]
    return int(np.hypot(x - state.centre_x, y - state.centre_y).argmin())


def dissected(run: Runs, at: int) -> np.ndarray:
    """Every step of one run, shape (len(COLUMNS), steps + 1): θ, g, v, δ, ∇ℓ(θ + δ), the next θ and the set's root."""
    paths = run.paths
    taken = anatomy(paths.rule, paths.landscape, paths.positions[:, :, at].T, paths.learning_rate)
    with np.errstate(over="ignore"):
        return np.concatenate(taken).astype(np.float32)
