"""Formulas typeset by MathJax, with an accessible name."""

from html import escape


def typeset(latex: str, spoken: str) -> str:
    """Text for `pn.pane.LaTeX`: MathJax's output has no accessible name, so its parent element has.

    Args:
        latex: to be set.
        spoken: the formula as text.
    """
    drawing = rf"<span aria-hidden='true'>\({latex}\)</span>"
    return f"<span role='img' aria-label='{escape(spoken, quote=True)}'>{drawing}</span>"
