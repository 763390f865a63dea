"""The help dialog: keys, symbols and equations, behind a button and the key "?"."""

from collections.abc import Iterable
from html import escape
from inspect import getdoc
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import Int
from bokeh.model import DataModel
from bokeh.models import Spacer
from panel.viewable import Viewer

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.browser.keyboard import KEYS
from app.compute.glossary import TERMS
from app.model.lineup import PAPER_KEYS
from app.page.dialog import dialog, header_button, overlay_row
from app.theme import colour, line_sample, stylesheet
from figures.style import EDGE, START, short
from optimizers import OPTIMIZERS, Rule

HERE = Path(__file__).parent


class HelpChannel(DataModel):
    """How often the key \"?\" was pressed."""

    presses = Int(default=0)


class HelpDialog(Viewer):
    """A button for the page's header, and the dialog.

    Attributes:
        overlays: the dialog, to stand in the page's main part.
    """

    def __init__(self) -> None:
        super().__init__()
        self._channel = HelpChannel()
        self._channel.on_change("presses", guarded(lambda attribute, old, new: self._open()))
        self._button = header_button("Help", "help_outline", lambda event: self._open(), margin=(0, 8, 0, 0))
        self._dialog = dialog("Help", "lg")
        holder = Spacer(width=0, height=0, tags=[self._channel])
        self.overlays = overlay_row(self._dialog, pn.pane.Bokeh(holder, width=0, height=0, margin=0))
        if (document := pn.state.curdoc) is not None:
            document.js_on_event("document_ready", script(HERE / "help_dialog.mjs", channel=self._channel))

    def _open(self) -> None:
        if not self._dialog.objects:
            text = pn.pane.LaTeX(
                sheet(), sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "help_dialog.css")]
            )
            self._dialog.objects = [text]
        self._dialog.open = True

    def __panel__(self) -> pmui.Button:
        return self._button


def sheet(offered: Iterable[type[Rule]] = tuple(OPTIMIZERS.values())) -> str:
    """The help as HTML, with mathematics between dollars.

    Args:
        offered: the rules that are explained.
    """
    offered = tuple(offered)
    keys = "".join(f"<tr><th scope='row'>{escape(key)}</th><td>{escape(does)}</td></tr>" for key, does in SHORTCUTS)
    symbols = "".join(
        f"<tr><th scope='row'>{symbol}</th><td>{escape(meaning)}</td></tr>"
        for symbol, meaning in (*SYMBOLS, *(_path(rule) for rule in offered if rule.key in PAPER_KEYS))
    )
    terms = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(said)}</td></tr>" for name, said in TERMS.items()
    )
    rules = "".join(map(_rule, offered))
    general = GENERAL + OTHERS * any(rule.ascent is None for rule in offered)
    return (
        f"<div tabindex='0' role='document' aria-label='Help'><section><h3>Keys</h3><table>{keys}</table></section>"
        f"<section><h3>Symbols</h3><table>{symbols}</table></section><section class='wide'><h3>Terms</h3>"
        f"<table>{terms}</table></section><section class='wide'><h3>Rules</h3>{general}"
        f"<table>{rules}</table><p>Equations are numbered as in {PAPER}</p></section></div>"
    )


def _path(rule: type[Rule]) -> tuple[str, str]:
    """A rule's line, and what it is."""
    return line_sample(rule.key), f"path of {short(rule.key)}"


def _rule(rule: type[Rule]) -> str:
    """A rule's line, name, metric or direction, and what its docstring says of it: its equation and its source."""
    said = (getdoc(rule) or "").split("\n")[0]
    first = said.partition(": ")[2] or said  # a rule of one's own need not begin with its name
    equation = f"d = {rule.equation}" if rule.equation else ""
    metric = rule.metric if "=" in rule.metric else f"G = {rule.metric}" if rule.metric else equation
    shown = rf"\({metric}\)" if metric else ""
    return (
        f"<tr><th scope='row'>{line_sample(rule.key) if rule.key in PAPER_KEYS else ''} {escape(short(rule.key))}</th>"
        f"<td class='metric'>{shown}</td><td>{escape(first)}</td></tr>"
    )


GENERAL = (
    r"<p>A rule that is given by its metric \(G\) descends along the gradient at a perturbed point, \(\theta "
    r"\leftarrow \theta - \alpha\,\nabla\ell(\theta + \delta)\): in the ellipse \(\delta^\top G\,\delta \le "
    r"\rho^2\), the linearised loss \(\ell + g^\top\delta\) is greatest at \(\delta = \rho\,v/\sqrt{g^\top v}\) with "
    r"\(v = G^{-1}g\) and \(g = \nabla\ell(\theta)\).</p>"
)
OTHERS = r"<p>A rule that is given by its direction \(d\) steps along it, \(\theta \leftarrow \theta - \alpha\,d\).</p>"
PAPER = (
    "Jacobsen and Arvanitidis (2025), <cite>Monge SAM: Robust Reparameterization-Invariant Sharpness-Aware "
    "Minimization Based on Loss Geometry</cite>, arXiv:2502.08448."
)
SHORTCUTS = (
    ("Tab, Shift Tab", "next, previous control; a ring shows the focus"),
    ("← →", "on a slider, the tabs or the playback: one step"),
    ("Space", "press a button, tick a box, play and pause"),
    ("Page Up, Page Down", "in a lesson: back, and reveal or next; arrow keys and space, where they mean nothing else"),
    ("1 to 6", "in a lesson: choose an answer"),
    *((key, f"on the plane: {what}") for key, what in KEYS),
    (". and ,", "in Anatomy: next and previous stage of the step"),
    ("P", "projector mode on and off: large type, and only what a scene needs"),
    ("?", "this dialog"),
    ("Esc", "close it"),
)


def _drawn(shape: str) -> str:
    return f"<svg width='26' height='26' viewBox='-13 -13 26 26' aria-hidden='true'>{shape}</svg>"


STAR = "0,-11 2.6,-3.6 10.5,-3.4 4.2,1.4 6.5,8.9 0,4.4 -6.5,8.9 -4.2,1.4 -10.5,-3.4 -2.6,-3.6"
SYMBOLS = (
    ("θ₁, θ₂", "the two parameters; in formulas also theta1 and theta2, or x and y"),
    (
        _drawn(f"<circle r='7' fill='{START}' stroke='{EDGE}' stroke-width='1.5'/>") + "circle",
        "a start: drag it, click another place, or move it with keys",
    ),
    (
        _drawn(f"<polygon points='{STAR}' fill='{colour('sam')}' stroke='{EDGE}' stroke-width='1.5'/>") + "star",
        "the final position, in its rule's colour",
    ),
    (
        _drawn("<rect x='-9' y='-9' width='18' height='18' fill='none' stroke='currentColor' stroke-dasharray='4 3'/>")
        + "frame",
        "the square of a grid or a cloud of starts: drag it, or drag an edge to scale it",
    ),
)
