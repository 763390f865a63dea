"""What the equations of a step know of a rule, as HTML."""

import re
from dataclasses import fields
from typing import Any

from optimizers import Rule

UNTOLD = "<i>G</i><sup>−1</sup>"  # of a rule that gives its metric as code alone
LATEX = (
    (r"\mathrm{diag}", "diag"),
    (r"^\top", "ᵀ"),
    (r"\eta", "η"),
    (r"\theta", "θ"),
    ("_i^2", "ᵢ²"),
    ("_i", "ᵢ"),
)


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


def described(form: type[Rule]) -> dict[str, Any]:
    """What the equations know of a rule: G⁻¹ where it has a metric, and whether it takes gradients elsewhere."""
    return {
        "metric": None if form.ascent is None else inverse(form.metric) if form.metric else UNTOLD,
        "perturbs": any(item.name == "rho" for item in fields(form)),
    }
