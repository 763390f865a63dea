"""A typed chart: θ₁ and θ₂ as formulas in φ₁ and φ₂; its inverse is found numerically."""

import re
from functools import lru_cache

from landscapes.charts.chart import ChartError, ChartForm
from landscapes.charts.invert import inverse_on
from landscapes.code.module import execute
from landscapes.code.text import PARTS
from landscapes.formula.derivatives import source
from landscapes.formula.latex import latex
from landscapes.formula.parser import parse
from landscapes.formula.tree import FormulaError, Node
from landscapes.landscape import Domain

KEY = "typed"
PHI = re.compile("phi|[φϕ]", re.IGNORECASE)
NAMES = ("θ₁", "θ₂")

# what the chart's functions are made of those of its two formulas
FUNCTIONS = """
def point(u, v, amount):
    return value_1(u, v), value_2(u, v)


def jacobian(u, v, amount):
    xu, xv = gradient_1(u, v)
    yu, yv = gradient_2(u, v)
    return xu, xv, yu, yv


def curvature(u, v, amount):
    xuu, xuv, xvv = hessian_1(u, v)
    yuu, yuv, yvv = hessian_2(u, v)
    return xuu, xuv, xvv, yuu, yuv, yvv
"""


@lru_cache(maxsize=16)
def typed(first: str, second: str, view: Domain) -> ChartForm:
    """The chart that a person typed; the texts are never evaluated (`landscapes.formula`).

    Args:
        first, second: θ₁ and θ₂ as formulas in φ₁ and φ₂ (or phi1 and phi2, or x and y).
        view: the part of the θ-plane, ((left, right), (bottom, top)), on which it must have an inverse.

    Raises:
        ChartError: for what is no formula, and for a chart without a smooth inverse on the view, with the place.

    Example:
        >>> from landscapes.charts import Chart, typed
        >>> chart = Chart(typed("2 phi1", "phi2 + phi1^2", ((-3.0, 3.0), (-3.0, 3.0))), 0.0)
        >>> chart.inverse([2.0, 0.0]).round(6).tolist()
        [1.0, -1.0]
    """
    trees = [_tree(text, name) for text, name in zip((first, second), NAMES, strict=True)]
    sources = [_source(tree, number, name) for number, (tree, name) in enumerate(zip(trees, NAMES, strict=True), 1)]
    defined = execute("\n".join(sources) + FUNCTIONS, "chart")
    point, jacobian = defined["point"], defined["jacobian"]
    one, two = (latex(tree).replace(r"\theta", r"\varphi") for tree in trees)
    return ChartForm(
        KEY,
        "Typed",
        rf"\theta = \left({one},\ {two}\right)",
        "",
        "",
        0.0,
        0.0,
        0.0,
        None,
        False,
        point,
        jacobian,
        defined["curvature"],
        inverse_on(point, jacobian, view),
    )


def _tree(text: str, name: str) -> Node:
    try:
        # as long as what it stands for, so that the position of an error is that in the text
        return parse(PHI.sub(lambda found: "θ".rjust(len(found[0])), text))
    except FormulaError as error:
        raise _refused(error, name) from None


def _source(tree: Node, number: int, name: str) -> str:
    """The module of a formula, with its number at the name of each function."""
    try:
        text = source(tree)
    except FormulaError as error:
        raise _refused(error, name) from None
    for part in PARTS:
        text = text.replace(f"def {part}(", f"def {part}_{number}(")
    return text


def _refused(error: FormulaError, name: str) -> ChartError:
    return ChartError(f"{name} of the chart: {str(error).replace('θ', 'φ')}")
