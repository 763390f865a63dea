"""A formula typed by a person → a loss with its derivatives.

Safety: the text is never evaluated. It is cut into tokens and parsed over a whitelist (`parser`); of the text, the tree
that results holds floats, the variables x and y, and functions out of a fixed table. The code that is compiled is
written by this program from that tree alone (`derivatives`): temporaries t0, t1, …, the arithmetic signs, `repr` of
floats, and names that `landscapes.elementary` exports. No character of the text can reach it. Length and depth of the
text are bounded, the code grows linearly with it, and constants are folded in float64, so that time and memory are
bounded too.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from landscapes.formula.derivatives import source
from landscapes.formula.latex import latex
from landscapes.formula.parser import parse
from landscapes.formula.tree import FormulaError, Node
from landscapes.pieces import in_pieces

__all__ = ["FormulaError", "Functions", "OnArrays", "compiled", "functions"]

ONE = np.float64(1.0)


class Functions(NamedTuple):
    """A loss and its derivatives as functions of components, and the module they come from."""

    value: Callable
    gradient: Callable
    hessian: Callable
    source: str


def compiled(text: str) -> tuple[Functions, str]:
    """Parses a formula in θ₁ and θ₂ (or x and y) and differentiates it twice; its LaTeX comes second.

    Raises:
        FormulaError: with one sentence and the position, for anything that is not such a formula.
    """
    tree = parse(text)
    return functions(tree), latex(tree)


def functions(tree: Node) -> Functions:
    """Differentiates the tree of a formula twice.

    Raises:
        FormulaError: where a constant of it or of its derivatives is not finite.
    """
    module = source(tree)
    names: dict[str, Any] = {"__name__": "formula"}  # without it, pickle searches every module for the functions
    exec(compile(module, "<formula>", "exec"), names)
    value, gradient, hessian = (OnArrays(names[name]) for name in ("value", "gradient", "hessian"))
    return Functions(value, gradient, hessian, module)


class OnArrays:
    """A function of a formula's module, called on numbers and on arrays."""

    def __init__(self, function: Callable) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __call__(self, x, y):
        # NumPy's arithmetic for plain numbers too: 1/0 is inf, not an error
        x, y = ONE * x, ONE * y
        if x.shape != y.shape:
            x, y = np.broadcast_arrays(x, y)
        with np.errstate(all="ignore"):
            return in_pieces(self._function, x, y)
