"""The card beside the picture: a rule's equation, filled in with the numbers of the step that is shown."""

import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from app.browser.javascript import module
from app.layers.step_anatomy import COLUMNS
from app.model.lineup import PLACES, Entry
from app.theme import colour, stylesheet
from optimizers import Rule

HERE = Path(__file__).parent
UNTOLD = "<i>G</i><sup>−1</sup>"  # of a rule that gives its metric as code alone


def inverse(metric: str) -> str:
    """G⁻¹ as HTML, of a metric in LaTeX; empty for the identity.

    Example:
        >>> inverse(r"I + g g^\\top")
        '(I + <i>g</i><i>g</i>ᵀ)<sup>−1</sup>'
    """
    if metric == "I":
        return ""
    power = re.fullmatch(r"(.*)\^\{-(\d)\}", metric)
    text = power[1] if power else metric
    for latex, html in LATEX:
        text = text.replace(latex, html)
    text = re.sub(r"(?<![a-z<])g(?![a-z>])\s?", "<i>g</i>", text)
    if power:
        return f"{text}<sup>{power[2]}</sup>"
    return f"{text}<sup>−1</sup>" if text.startswith("diag") else f"({text})<sup>−1</sup>"


LATEX = (
    (r"\mathrm{diag}", "diag"),
    (r"^\top", "ᵀ"),
    (r"\eta", "η"),
    (r"\theta", "θ"),
    ("_i^2", "ᵢ²"),
    ("_i", "ᵢ"),
)


def described(form: type[Rule]) -> dict[str, Any]:
    """What the card knows of a rule: G⁻¹ as HTML where it has a metric, and whether it takes gradients elsewhere."""
    return {
        "metric": None if form.ascent is None else inverse(form.metric) if form.metric else UNTOLD,
        "perturbs": any(item.name == "rho" for item in fields(form)),
    }


class StepEquations(JSComponent):
    """The card. It reads the clock and what `app.layers.step_anatomy` sent, which it finds in the page."""

    rules = param.List(default=[], doc="those that may be shown, one a dictionary")
    places = param.List(default=list(PLACES), constant=True)

    quantities = param.List(default=list(COLUMNS), constant=True, doc="what is known of each step, in this order")

    _esm = module(HERE / "step_equations.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "step_equations.css")]

    def show(self, entries: Iterable[Entry], course: str = "") -> None:
        """Sets the rules that may be shown, and what makes the step of their direction where that is not plain."""
        self.rules = [
            {"place": entry.place, "name": entry.short, "colour": colour(entry.place), "course": course}
            | described(type(entry.rule))
            for entry in entries
        ]
