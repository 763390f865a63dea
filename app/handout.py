"""The handout: one HTML page with the experiment that is on the screen, played back without server or network."""

import re
from html import escape
from io import BytesIO
from math import ceil
from typing import Any

import numpy as np
from bokeh.embed import file_html
from bokeh.layouts import column, row
from bokeh.models import Button, Checkbox, ColumnDataSource, CustomJS, Row, Select, Slider, Span
from bokeh.plotting import figure as Figure
from bokeh.resources import INLINE
from markupsafe import Markup

from app.citation import BIBTEX
from app.frame import Frame
from app.landscape_plot import LandscapePlot
from app.look import BOKEH_THEME, LIGHT, colour
from app.loss_curve import LossCurve
from app.outcome_table import sentence, table
from app.runs import Runner, Runs
from app.state import State
from app.trajectories import Trajectories
from optimizers.python_code import python_code
from optimizers.starts import Grid, Points, Starts

HEIGHT = 560  # pixels
MOST_PLAYED = 200_000  # positions that the page carries; of more, every n-th start is played
SECONDS = 10  # that a run takes at speed 1
SPEEDS = ("0.25", "0.5", "1", "2", "4", "10")
FEW = 20  # up to so many starts, wide trails and large heads
FADED = 0.15  # of the whole paths, while they are played

LARGE = ":host { font-size: 16px } .bk-btn, .bk-input { font-size: 16px }"

SHOW = """
const step = slider.value
const last = step >= slider.end
now.location = step
played.forEach((source, rule) => {
    const {x, y} = source.data
    const runs = counts[rule], length = x.length / runs
    const gaps = () => new Float32Array(last ? 0 : x.length + runs).fill(NaN)
    const trail = {x: gaps(), y: gaps()}
    const head = {x: new Float32Array(last ? 0 : runs), y: new Float32Array(last ? 0 : runs)}
    for (let run = 0; run < runs && !last; run++) {
        const from = run * length
        for (let k = 0; k <= step; k++) {
            trail.x[from + run + k] = x[from + k]
            trail.y[from + run + k] = y[from + k]
        }
        head.x[run] = x[from + step]
        head.y[run] = y[from + step]
    }
    trails[rule].data = trail
    heads[rule].data = head
})
whole.forEach((renderer, i) => { renderer.glyph.line_alpha = last ? alphas[i] : faded * alphas[i] })
for (const renderer of ends) renderer.visible = last
"""

PLAY = """
const label = () => { play.label = play.running ? "Pause" : "Play" }
if (play.running) {
    play.running = false
    label()
    return
}
play.running = true
label()
if (slider.value >= slider.end) slider.value = 0
let position = slider.value, before = performance.now()
const advance = (now) => {
    if (!play.running) return
    if (Math.round(position) !== slider.value) position = slider.value
    position += (now - before) / 1000 * slider.end / seconds * Number(speed.value)
    before = now
    if (position >= slider.end) {
        position = loop.active ? 0 : slider.end
        play.running = loop.active
    }
    slider.value = Math.round(position)
    label()
    if (play.running) requestAnimationFrame(advance)
}
requestAnimationFrame(advance)
"""

MOVE = """
play.running = false
play.label = "Play"
slider.value = Math.min(Math.max(slider.value + by, slider.start), slider.end)
"""


def handout(state: State) -> str:
    """The page as text: landscape, trajectories, playback, loss, outcomes, script and citation, and all they need."""
    runs, frame = Runner()(state), Frame()
    plane, curve = LandscapePlot(frame, state), LossCurve(frame, state)
    paths = Trajectories(frame, plane.figure)
    for part in (plane, curve, paths):
        part.theme(False)
    plane.draw(frame, state)
    paths.draw(frame, state, runs, plane.view)
    curve.draw(frame, state, runs)
    for name, columns in frame.take().items():
        frame.sources[name].data = dict(columns)
    every = _every(runs)
    plots = row(plane.figure, curve.figure, sizing_mode="stretch_width", height=HEIGHT, spacing=16)
    controls = _playback(plane.figure, curve.figure, frame, runs, every, state.steps)
    return file_html(
        column(plots, controls, sizing_mode="stretch_width"),
        INLINE,
        title=f"{state.surface.name} in SAMscape",
        template=PAGE,
        template_variables=_words(state, runs, every),
        theme=BOKEH_THEME,
    )


def _every(runs: list[Runs]) -> int:
    """Every how many starts one is played."""
    if not runs:
        return 1
    length, _, number = runs[0].paths.positions.shape
    return runs[0].every * ceil(length * number * len(runs) / MOST_PLAYED)


def _playback(plane: Figure, curve: Figure, frame: Frame, runs: list[Runs], every: int, steps: int) -> Row:
    """The controls, and what they move: a trail and a head for each run that is played, and the step on the curve."""
    played = [_played(run, every) for run in runs]
    few = bool(runs) and runs[0].final.shape[1] <= FEW
    trails = [ColumnDataSource({"x": [], "y": []}) for _ in runs]
    heads = [ColumnDataSource({"x": [], "y": []}) for _ in runs]
    for run, trail in zip(runs, trails, strict=True):
        plane.line("x", "y", source=trail, color=colour(run.key), line_width=3 if few else 1.5, line_join="round")
    for run, head in zip(runs, heads, strict=True):
        plane.scatter(
            "x", "y", source=head, marker="star", size=19 if few else 12, color=colour(run.key), line_color="black"
        )
    now = Span(location=steps, dimension="height", line_color=LIGHT.ink, line_width=2)
    curve.add_layout(now)

    shown_by = {id(source): name for name, source in frame.sources.items()}
    names = [(renderer, shown_by.get(id(renderer.data_source), "")) for renderer in plane.renderers]
    whole = [renderer for renderer, name in names if name.startswith("path ")]
    arguments = {
        "played": played,
        "trails": trails,
        "heads": heads,
        "counts": [len(source.data["x"]) // (steps + 1) for source in played],
        "whole": whole,
        "alphas": [renderer.glyph.line_alpha for renderer in whole],
        "ends": [renderer for renderer, name in names if name.startswith("ends ") or name == "tags"],
        "now": now,
        "faded": FADED,
    }
    slider = Slider(
        name="step",
        title="Step",
        start=0,
        end=steps,
        value=steps,
        step=1,
        sizing_mode="stretch_width",
        stylesheets=[LARGE],
    )
    slider.js_on_change("value", CustomJS(args={"slider": slider, **arguments}, code=SHOW))
    speed = Select(
        title="Speed", value="1", options=[(text, f"{text}×") for text in SPEEDS], width=90, stylesheets=[LARGE]
    )
    loop = Checkbox(label="Loop", active=False, width=80, align="end", stylesheets=[LARGE])
    play = Button(label="Play", button_type="primary", width=100, align="end", stylesheets=[LARGE])
    moving = {"slider": slider, "play": play}
    play.js_on_click(CustomJS(args={**moving, "speed": speed, "loop": loop, "seconds": SECONDS}, code=PLAY))
    back, forth = (
        Button(label=label, width=110, align="end", stylesheets=[LARGE]) for label in ("Step back", "Step forth")
    )
    back.js_on_click(CustomJS(args={**moving, "by": -1}, code=MOVE))
    forth.js_on_click(CustomJS(args={**moving, "by": 1}, code=MOVE))
    return row(play, back, forth, speed, loop, slider, sizing_mode="stretch_width", spacing=10)


def _played(run: Runs, every: int) -> ColumnDataSource:
    """Positions of the runs that are played, run by run."""
    positions = run.paths.positions[:, :, :: every // run.every].transpose(1, 2, 0).reshape(2, -1)
    with np.errstate(over="ignore"):
        x, y = np.where(np.isfinite(positions).all(axis=0), positions, np.nan).astype(np.float32)
    return ColumnDataSource({"x": x, "y": y})


def _words(state: State, runs: list[Runs], every: int) -> dict[str, Any]:
    """What the page says, as the template's variables; markup that was made here is passed as such."""
    number = state.starts().positions().shape[1]
    return {
        "name": state.surface.name,
        "about": state.surface.about,
        "formula": Markup(_formula(state.surface.formula)),
        "rules": [f"{rule.name} ({_listed(rule.hyperparameters)})" if rule.hyperparameters else rule.name
                  for rule in state.rules()],
        "settings": f"α = {state.learning_rate:g}; {state.steps} steps",
        "starts": _starts(state.experiment.starts),
        "summary": sentence(state, runs),
        "outcomes": Markup(table(runs, LIGHT)),
        "played": f"Of {number} starts every {every}th is played; the table counts all." if every > 1 else "",
        "script": python_code(state.experiment),
        "citation": BIBTEX,
    }  # fmt: skip


def _starts(starts: Starts) -> str:
    if isinstance(starts, Points):
        return f"from ({starts.x[0]:g}, {starts.y[0]:g})"
    box = f"[{starts.left:g}, {starts.right:g}] × [{starts.bottom:g}, {starts.top:g}]"
    if isinstance(starts, Grid):
        return f"from a grid of {starts.size} × {starts.size} starts over {box}"
    return f"from {starts.count} starts drawn at random from {box}, seed {starts.seed}"


def _listed(hyperparameters: dict[str, Any]) -> str:
    symbols = {"rho": "ρ", "eta": "η"}
    return ", ".join(f"{symbols.get(name, name)} = {value:g}" for name, value in hyperparameters.items())


def _formula(latex: str) -> str:
    """The formula as an SVG picture, which needs no font; as LaTeX where Matplotlib cannot typeset it."""
    from matplotlib import rc_context
    from matplotlib.mathtext import math_to_image

    known = re.sub(r"\\tfrac(\d)(\d)", r"\\frac{\1}{\2}", latex).replace(r"\tfrac", r"\frac")
    file = BytesIO()
    try:
        with rc_context({"mathtext.fontset": "cm", "svg.fonttype": "path", "svg.hashsalt": "SAMscape"}):
            math_to_image(rf"$\ell(x, y) = {known}$", file, format="svg")
    except ValueError:
        return f"<code>{escape(latex)}</code>"
    picture = file.getvalue().decode()
    return picture[picture.index("<svg") :]


PAGE = """
{% block preamble %}
<meta name="viewport" content="width=device-width">
<style>
  body { font: 16px/1.45 Roboto, "DejaVu Sans", sans-serif; color: #17202b; background: #fff; }
  main { max-width: 1240px; margin: 0 auto; padding: 8px 20px 40px; }
  h1 { font-size: 26px; margin: 8px 0 2px; }
  h2 { font-size: 19px; margin: 24px 0 6px; }
  p { margin: 4px 0; }
  .formula svg { height: 26px; width: auto; }
  table.outcomes { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  .outcomes caption { text-align: left; font-weight: 600; padding: 4px 0; }
  .outcomes th, .outcomes td { padding: 4px 14px 4px 0; text-align: left; border-top: 1px solid #d9dfe6; }
  .outcomes thead th { border-top: 0; font-weight: 400; color: #4d5967; }
  .outcomes .number { text-align: right; }
  pre { overflow: auto; padding: 10px; background: #f3f5f8; font-size: 14px; border-radius: 4px; }
</style>
{% endblock %}
{% block contents %}
<main>
  <h1>{{ name | e }}</h1>
  <p>{{ about | e }}</p>
  <p class="formula">{{ formula | e }}</p>
  <p>{{ rules | join("; ") | e }}; {{ settings | e }}; {{ starts | e }}.</p>
  {{ super() }}
  <p>{{ summary | e }} {{ played | e }}</p>
  {{ outcomes | e }}
  <h2>The same numbers by a script</h2>
  <pre tabindex="0">{{ script | e }}</pre>
  <h2>Citation</h2>
  <pre tabindex="0">{{ citation | e }}</pre>
</main>
{% endblock %}
"""
