"""The handout: one HTML page with the visible experiment and playback, without server or network."""

import re
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from bokeh.embed import file_html
from bokeh.layouts import column, row
from bokeh.models import Button, Checkbox, CustomJS, Row, Select
from bokeh.resources import Resources
from markupsafe import Markup

from app.browser.javascript import script
from app.browser.source_updates import SourceUpdates
from app.compute.loss_raster import UNDEFINED
from app.compute.motion import with_motions
from app.compute.outcome_summary import sentence, table
from app.compute.runs import Runs, runs_of
from app.compute.scene import Scene
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import LossSurface, home
from app.layers.playback import SPEEDS, Playback, played_every
from app.layers.trajectories import Trajectories
from app.model.state import State
from app.theme import BOKEH_THEME, LIGHT, stylesheet
from optimizers.citation import bibtex
from optimizers.hyperparameters import hyperparameters_in_words
from optimizers.python_code import python_code
from optimizers.starts import Grid, Points, Starts

HEIGHT = 560  # pixels
HERE = Path(__file__).parent
LARGE = stylesheet(HERE / "handout_controls.css")


class OnlyBokeh(Resources):
    """BokehJS alone: Bokeh would also name the files that any model of this process wants, Panel's among them."""

    js_files = css_files = ()

    def clone(self, *, components: list[str] | None = None) -> "OnlyBokeh":
        return OnlyBokeh(mode=self.mode, components=components)


def handout(state: State) -> str:
    """The page as text: landscape, trajectories, playback, loss, outcomes, script and citation, and all they need."""
    runs, updates = with_motions(runs_of(state)), SourceUpdates()
    every = played_every(runs)
    plane = LossSurface(updates, state, whole=lambda state: state.zoom or home(state))
    curve = LossCurve(updates, state)
    paths = Trajectories(updates, plane.figure)
    playback = Playback(updates, state.steps, plane.figure, curve, paths)
    state_shown = state.copy()
    state_shown.try_update(anatomy=False)  # whole runs are played
    scene = Scene(state_shown, plane.view, tuple(runs), playing=True)
    for layer in (plane, paths, curve, playback):
        layer.theme(False)
        layer.draw(scene, updates)
    for name, columns in updates.take().items():
        updates.sources[name].data = dict(columns)
    plots = row(plane.figure, curve.figure, sizing_mode="stretch_width", height=HEIGHT, spacing=16)
    controls = _controls(playback)
    return file_html(
        column(plots, controls, sizing_mode="stretch_width"),
        OnlyBokeh(mode="inline"),
        title=f"{state.landscape_object.name} in SAMscape",
        template=(HERE / "handout.html").read_text("utf-8"),
        template_variables=_words(state, runs, every) | {"gaps": f"Striped: {UNDEFINED}." * plane.gaps},
        theme=BOKEH_THEME,
    )


def _controls(playback: Playback) -> Row:
    """The clock, and the buttons that control it."""
    clock, state = playback.clock, playback.state
    clock.update(sizing_mode="stretch_width", stylesheets=[LARGE])
    speed = Select(
        title="Speed", value="1", options=[(text, f"{text}×") for text in SPEEDS], width=90, stylesheets=[LARGE]
    )
    loop = Checkbox(label="Loop", active=False, width=80, align="end", stylesheets=[LARGE])
    play = Button(label="Play", button_type="primary", width=100, align="end", stylesheets=[LARGE])
    label = 'play.label = state.running ? "Pause" : "Play"'
    state.js_on_change("running", CustomJS(args={"play": play, "state": state}, code=label))
    play.js_on_click(script(HERE / "handout_play.mjs", clock=clock, state=state, speed=speed, loop=loop))
    back, forward = (
        Button(label=label, width=110, align="end", stylesheets=[LARGE]) for label in ("Step back", "Step forward")
    )
    for button, by in ((back, -1), (forward, 1)):
        button.js_on_click(script(HERE / "handout_move.mjs", clock=clock, state=state, by=by))
    return row(play, back, forward, speed, loop, clock, sizing_mode="stretch_width", spacing=10)


def _words(state: State, runs: list[Runs], every: int) -> dict[str, Any]:
    """The template's variables; markup that was made here is passed as such."""
    number = state.starts().positions().shape[1]
    return {
        "css": Markup(stylesheet(HERE / "handout.css")),
        "name": state.landscape_object.name,
        "about": state.landscape_object.about,
        "formula": Markup(_formula(state.landscape_object.formula)),
        "rules": [f"{rule.name} ({hyperparameters_in_words(rule)})" if rule.hyperparameters else rule.name
                  for rule in state.rules()],
        "settings": f"α = {state.learning_rate:g}; {state.steps} steps" + _course(state.course.words),
        "starts": _starts(state.experiment.starts),
        "files": _files(state.experiment.files),
        "summary": sentence(state, runs),
        "outcomes": Markup(table(runs, LIGHT)),
        "played": f"One start in {every} is played; the table counts all {number}." if every > 1 else "",
        "script": python_code(state.experiment),
        "citation": bibtex(),
    }  # fmt: skip


def _files(names: Sequence[str]) -> str:
    return f"Rules or the landscape are defined in {' and '.join(names)}." if names else ""


def _course(words: str) -> str:
    return f"; {words}" if words else ""


def _starts(starts: Starts) -> str:
    if isinstance(starts, Points):
        return f"from ({starts.x[0]:g}, {starts.y[0]:g})"
    box = f"[{starts.left:g}, {starts.right:g}] × [{starts.bottom:g}, {starts.top:g}]"
    if isinstance(starts, Grid):
        return f"from a grid of {starts.size} × {starts.size} starts over {box}"
    return f"from {starts.count} starts drawn at random from {box}, seed {starts.seed}"


def _formula(latex: str) -> str:
    """The formula as an SVG picture, which needs no font; as LaTeX where Matplotlib cannot typeset it."""
    from matplotlib import rc_context
    from matplotlib.mathtext import math_to_image

    known = re.sub(r"\\tfrac(\d)(\d)", r"\\frac{\1}{\2}", latex).replace(r"\tfrac", r"\frac")
    file = BytesIO()
    try:
        with rc_context({"mathtext.fontset": "cm", "svg.fonttype": "path", "svg.hashsalt": "SAMscape"}):
            math_to_image(rf"$\ell(\theta_1, \theta_2) = {known}$", file, format="svg")
    except ValueError:
        return f"<code>{escape(latex)}</code>"
    picture = file.getvalue().decode()
    return picture[picture.index("<svg") :]
