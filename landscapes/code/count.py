"""How many elementary operations a text takes, counted in its syntax tree.

The unit is one addition of a compiled kernel; division and square root weigh what they were measured to take there.
"""

import ast
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from landscapes import elementary, vector_math
from landscapes.code.text import ATOMS, ON_BITS, write

WEIGHTS = {ast.Div: 8, ast.FloorDiv: 8, ast.Mod: 8, ast.Pow: 100, "sqrt": 12}  # all others weigh 1
UNKNOWN_LOOP = 16  # turns of a loop whose range is no number


def text_operations(body: str, known: Mapping[str, int] = MappingProxyType({})) -> dict[str, int]:
    """Name → elementary operations of each definition in a text, with those of all definitions that it calls.

    Args:
        body: the text.
        known: operations of what it calls but does not define.
    """
    return _of_definitions(body, {**_elementary(), **known})


def _of_definitions(body: str, elementary_ones: dict[str, int]) -> dict[str, int]:
    known, own = dict(elementary_ones), {}
    for statement in ast.parse(body).body:  # a definition stands after those that it calls
        if isinstance(statement, ast.FunctionDef):
            own[statement.name] = known[statement.name] = sum(_count(part, known) for part in statement.body)
    return own


def _count(node: ast.AST, known: dict[str, int]) -> int:
    own = 0
    if isinstance(node, ast.BinOp):
        own = WEIGHTS.get(type(node.op), 1)
    elif isinstance(node, ast.UnaryOp | ast.Compare | ast.BoolOp | ast.IfExp):
        own = 1
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        own = known.get(name, WEIGHTS.get(name, int(name in ATOMS or name in ON_BITS)))
    inner = sum(_count(part, known) for part in ast.iter_child_nodes(node))
    return (own + inner) * _turns(node)


def _turns(node: ast.AST) -> int:
    if not isinstance(node, ast.For | ast.While):
        return 1
    if isinstance(node, ast.While) or not isinstance(node.iter, ast.Call):
        return UNKNOWN_LOOP
    try:
        return len(range(*(ast.literal_eval(argument) for argument in node.iter.args)))
    except (TypeError, ValueError):
        return UNKNOWN_LOOP


@cache
def _elementary() -> dict[str, int]:
    """Operations of the elementary functions, for texts that call them by their own names."""
    names = set(elementary.__all__) - set(ATOMS)
    text = write([getattr(vector_math, name) for name in sorted(names)])
    counted = _of_definitions(text.body, {})
    return dict(zip(sorted(names), (counted[name] for name in text.names), strict=True))
