"""A typed chart: θ₁ and θ₂ as formulas in φ₁ and φ₂; its inverse is found numerically."""

import re
from functools import lru_cache

import numpy as np

from landscapes.charts.chart import ChartError, ChartForm
from landscapes.charts.invert import inverse_on
from landscapes.code.count import text_operations
from landscapes.code.module import execute
from landscapes.code.text import PARTS
from landscapes.formula.derivatives import source
from landscapes.formula.latex import latex
from landscapes.formula.parser import parse
from landscapes.formula.tree import FormulaError, Node
from landscapes.landscape import Domain

TYPED = "typed"
MAX_OPERATIONS = 4000  # of both formulas; their inverse on a view is then found within a second
PHI = re.compile("phi|[φϕ]", re.IGNORECASE)
KINKED = re.compile(r"\b(abs|sign)\(")  # their curvature is 0 wherever they have one, and they are not affine

PLACES = np.array([[-0.7, 0.3, 1.9], [0.4, -1.3, 0.6]])  # where the curvature of an affine chart is exactly 0

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
    (first_tree, first_module), (second_tree, second_module) = _source(first, 1, "θ₁"), _source(second, 2, "θ₂")
    operations = sum(
        counted for module in (first_module, second_module) for counted in text_operations(module).values()
    )
    if operations > MAX_OPERATIONS:
        raise ChartError(
            f"the chart's formulas take {operations} operations with their derivatives, but at most {MAX_OPERATIONS} "
            "are taken: shorten them"
        )
    defined = execute(f"{first_module}\n{second_module}\n{FUNCTIONS}", "chart")
    point, jacobian, curvature = (defined[name] for name in ("point", "jacobian", "curvature"))
    with np.errstate(all="ignore"):
        affine = not (KINKED.search(first_module + second_module) or np.any(curvature(*PLACES, 0.0)))
    one, two = (latex(tree).replace(r"\theta", r"\varphi") for tree in (first_tree, second_tree))
    return ChartForm(
        TYPED,
        "Typed",
        rf"\theta = \left({one},\ {two}\right)",
        "",
        "",
        0.0,
        0.0,
        0.0,
        None,
        affine,
        point,
        jacobian,
        curvature,
        inverse_on(point, jacobian, view),
    )


def parse_in_phi(text: str) -> Node:
    """Reads a formula in φ₁ and φ₂.

    Raises:
        FormulaError: as `landscapes.formula.parser.parse` does, in φ₁ and φ₂.
    """
    try:
        # as long as what it stands for, so that the position of an error is that in the text
        return parse(PHI.sub(lambda found: "θ".rjust(len(found[0])), text) if isinstance(text, str) else text)
    except FormulaError as error:
        raise _in_phi(error) from None


def _in_phi(error: FormulaError) -> FormulaError:
    error.args = (str(error).replace("θ", "φ"),)
    return error


def _source(text: str, number: int, name: str) -> tuple[Node, str]:
    """The tree of a formula, and its module with its number at the name of each function."""
    try:
        tree = parse_in_phi(text)
        module = source(tree)
    except FormulaError as error:
        raise ChartError(f"{name} of the chart: {_in_phi(error)}") from None
    for part in PARTS:
        module = module.replace(f"def {part}(", f"def {part}_{number}(")
    return tree, module
