"""Operators on the values of a translation: carried out where these are known, else written in JavaScript."""

import ast
import operator
from collections.abc import Callable

from landscapes.code.read import Unsupported, excerpt
from landscapes.code.values import (
    ATOM,
    COMPARED,
    UNARY,
    Known,
    Runtime,
    Value,
    code_of,
    condition_of,
    known_numbers,
    number_kind,
)

ARITHMETIC = {
    ast.Add: ("+", 1, operator.add),
    ast.Sub: ("-", 1, operator.sub),
    ast.Mult: ("*", 2, operator.mul),
    ast.Div: ("/", 2, operator.truediv),
}
COMPARISONS = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
}
LOGIC = {ast.BitAnd: "&&", ast.BitOr: "||", ast.BitXor: "!="}


def apply_sign(node: ast.expr, sign: ast.unaryop, value: Value) -> Value:
    """The value after a sign, or a negated condition."""
    match sign, value:
        case ast.USub() | ast.UAdd(), Known(value=int() | float() as number):
            return Known(-number if isinstance(sign, ast.USub) else +number)
        case ast.USub(), Runtime(kind="float"):
            return Runtime("float", f"-{code_of(value, ATOM)}", UNARY)
        case ast.UAdd(), Runtime(kind="float"):
            return value
        case ast.Invert(), Runtime(kind="truth"):
            return Runtime("truth", f"!{code_of(value, ATOM)}", UNARY)
    raise Unsupported(f"{excerpt(node)} has no form in JavaScript")


def calculate(node: ast.expr, sign: str, binds: int, exact: Callable, *both: Value) -> Value:
    """One of the four operations, carried out where both numbers are known."""
    known = known_numbers(*both)
    if known is not None and (sign != "/" or known[1] != 0):
        try:
            return Known(exact(*known))
        except OverflowError:
            raise Unsupported(f"{excerpt(node)} is too large") from None
    if "float" in map(number_kind, both) or sign == "/":
        left, right = both
        return Runtime("float", f"{code_of(left, binds)}{sign}{code_of(right, binds + 1)}", binds)
    # NumPy's whole numbers have no -0 and wrap around, and the sum of its truth values is one
    raise Unsupported(f"{excerpt(node)} is arithmetic of whole numbers or truth values")


def compare(node: ast.expr, sign: str, exact: Callable, *both: Value) -> Value:
    """A comparison, carried out where both numbers are known."""
    if (known := known_numbers(*both)) is not None:
        return Known(exact(*known))
    return Runtime("truth", f"{code_of(both[0], 1)}{sign}{code_of(both[1], 1)}", COMPARED)


def choose(condition: Value, yes: Value, no: Value) -> Value:
    """`where`: one of two numbers, of one kind."""
    kinds = {number_kind(yes), number_kind(no)}
    if isinstance(condition, Known) and len(kinds) == 1:
        return yes if condition.value else no
    kind = kinds.pop() if len(kinds) == 1 else "float" if "float" in kinds else "whole"
    branches = [f"+{code_of(one, ATOM)}" if number_kind(one) == "truth" != kind else code_of(one) for one in (yes, no)]
    return Runtime(kind, f"({condition_of(condition)}?{branches[0]}:{branches[1]})")


def items_of(value: Value, node: ast.expr) -> list[Value]:
    """The items of a tuple or a range."""
    if isinstance(value, Known) and isinstance(value.value, tuple | range):
        return [Known(item) for item in value.value]
    if isinstance(value, tuple):
        return list(value)
    raise Unsupported(f"{excerpt(node)} is no tuple")


def item_at(node: ast.expr, items: list[Value], index: Value) -> Value:
    """One item, by an index that is known."""
    if isinstance(index, Known) and type(index.value) is int and -len(items) <= index.value < len(items):
        return items[index.value]
    raise Unsupported(f"{excerpt(node)} is not known before it runs")


def return_text(result: Value) -> str:
    """What follows `return`: an expression or an array."""
    if isinstance(result, tuple):
        return f"[{','.join(code_of(part) for part in result)}]"
    return f" {code_of(result)}"


def result_at(result: Value, code: str) -> Value:
    """What a function returned, as the expression of it; what is known of it stays known."""
    return Runtime(result.kind, code) if isinstance(result, Runtime) else result
