"""The handout: one HTML page with the visible experiment, which runs without server or network."""

import re
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from bokeh.embed import file_html
from bokeh.resources import Resources
from markupsafe import Markup

from app.export.live.offer import lineup
from app.export.live.page import CSS, PLOTS, plots
from app.export.live.picture import Picture, document
from app.model.state import State
from app.theme import stylesheet
from optimizers.citation import bibtex
from optimizers.hyperparameters import hyperparameters_in_words
from optimizers.python_code import python_code
from optimizers.starts import Grid, Points, Starts

HERE = Path(__file__).parent
TEMPLATE = (HERE / "handout.html").read_text("utf-8").replace("{{ plots }}", PLOTS)


class OnlyBokeh(Resources):
    """BokehJS alone: Bokeh would also name the files that any model of this process wants, Panel's among them."""

    js_files: tuple[str, ...] = ()
    css_files = ()

    def clone(self, *, components: list[str] | None = None) -> "OnlyBokeh":
        return OnlyBokeh(mode=self.mode, components=components)


def handout(state: State) -> str:
    """The page as text: the visible experiment, which computes its runs itself, script and citation."""
    picture = Picture(state, lineup(state))
    return file_html(
        document(f"{state.landscape_object.name} in SAMscape", [picture]),
        OnlyBokeh(mode="inline"),
        template=TEMPLATE,
        template_variables=_words(state, picture),
        suppress_callback_warning=True,  # the app's layers would also tell a server
    )


def _words(state: State, picture: Picture) -> dict[str, Any]:
    """The template's variables; markup that was made here is passed as such."""
    number, every = state.starts().positions().shape[1], picture.every
    played = f"One start in {every} is played; the table counts all {number}." if every > 1 else ""
    return {
        "style": Markup(f"<style>{CSS}{stylesheet(HERE / 'handout.css')}</style>"),
        "name": state.landscape_object.name,
        "about": state.landscape_object.about,
        "formula": Markup(formula(state.landscape_object.formula)),
        "rules": [f"{rule.name} ({hyperparameters_in_words(rule)})" if rule.hyperparameters else rule.name
                  for rule in state.rules()],
        "settings": f"α = {state.learning_rate:g}; {state.steps} steps" + _course(state.course.words),
        "starts": _starts(state.experiment.starts),
        "files": _files(state.experiment.files),
        "script": python_code(state.experiment),
        "citation": bibtex(),
        "shown": plots(picture, played),
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


def formula(latex: str) -> str:
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
