"""Formulas set by MathJax, with a name for those who do not see them."""

from html import escape


def typeset(latex: str, spoken: str) -> str:
    """Text for `pn.pane.LaTeX`: MathJax's drawing has no name of its own, so what is around it has.

    Args:
        latex: to be set.
        spoken: the formula as text.
    """
    drawing = rf"<span aria-hidden='true'>\({latex}\)</span>"
    return f"<span role='img' aria-label='{escape(spoken, quote=True)}'>{drawing}</span>"
