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
from landscapes.formula.tree import FormulaError
from landscapes.pieces import in_pieces

__all__ = ["Compiled", "FormulaError", "compiled"]

ONE = np.float64(1.0)


class Compiled(NamedTuple):
    """What a formula gives: three functions of components, the module they come from, and LaTeX."""

    value: Callable
    gradient: Callable
    hessian: Callable
    source: str
    latex: str


def compiled(text: str) -> Compiled:
    """Parses a formula in x and y and differentiates it twice.

    Raises:
        FormulaError: with one sentence and the position, for anything that is not such a formula.
    """
    tree = parse(text)
    module = source(tree)
    names: dict[str, Any] = {}
    exec(compile(module, "<formula>", "exec"), names)
    functions = (_OnArrays(names[name]) for name in ("value", "gradient", "hessian"))
    return Compiled(*functions, module, latex(tree))


class _OnArrays:
    def __init__(self, function: Callable) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __call__(self, x, y):
        with np.errstate(all="ignore"):
            # NumPy's arithmetic for plain numbers too: 1/0 is inf, not an error
            return in_pieces(self._function, ONE * x, ONE * y)
