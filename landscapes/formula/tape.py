"""Straight-line code: statements on numbered temporaries, in the order in which they are made.

Constants are folded, zeros and ones dropped, equal statements shared.
"""

import builtins
import operator
import re
from math import isfinite, isnan

import numpy as np

from landscapes import elementary
from landscapes.exact_array import MAX_CHAIN
from landscapes.formula.tree import FormulaError

Operand = float | str  # a folded constant, or the name of x, y or a temporary
TEMPORARY = re.compile(r"\bt[0-9]+\b")
FOLD = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}  # of constants


class Tape:
    """Statements in order of their making; `position` is where in the formula the current one comes from."""

    def __init__(self) -> None:
        self.statements: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.known: dict[tuple[str, ...], str] = {}
        self.used: set[str] = set()
        self.position = 0

    def function(self, name: str, results: list[Operand]) -> str:
        """The text of name(x, y) that returns these results, with the statements that they need."""
        needed = {result for result in results if isinstance(result, str)}
        kept = []
        for target, (text, operands) in reversed(self.statements.items()):
            if target in needed:
                needed.update(operands)
                kept.append((target, text, operands))
        lines, names = _with_few_names(kept[::-1], results)
        if any(isinstance(result, float) for result in results):
            lines.append("zero = 0.0 * x + 0.0 * y")  # gives constants the batch's shape
        returned = (
            names.get(result, result) if isinstance(result, str) else f"{result!r} + zero" for result in results
        )
        lines.append(f"return {', '.join(returned)}")
        return f"def {name}(x, y):\n" + "".join(f"    {line}\n" for line in lines)

    def add(self, a: Operand, b: Operand) -> Operand:
        if a == 0.0:
            return b
        if b == 0.0:
            return a
        return self.statement("+", a, b)

    def sub(self, a: Operand, b: Operand) -> Operand:
        if b == 0.0:
            return a
        if a == 0.0:
            return self.neg(b)
        return self.statement("-", a, b)

    def mul(self, a: Operand, b: Operand) -> Operand:
        if a == 0.0 or b == 0.0:
            return 0.0
        if a == 1.0:
            return b
        if b == 1.0:
            return a
        if a == -1.0:
            return self.neg(b)
        if b == -1.0:
            return self.neg(a)
        return self.statement("*", a, b)

    def div(self, a: Operand, b: Operand) -> Operand:
        if a == 0.0 and b != 0.0:
            return 0.0
        return a if b == 1.0 else self.statement("/", a, b)

    def neg(self, a: Operand) -> Operand:
        if isinstance(a, float):
            return 0.0 if a == 0.0 else -a
        return self.statement("-", a)

    def pow(self, a: Operand, b: Operand) -> Operand:
        if isinstance(a, float) and isinstance(b, float):
            return self.finite(float(elementary.power(a, b)))
        if not isinstance(b, float):
            return self.call("power", a, b)
        if b == 0.0:
            return 1.0
        if b in (0.5, -0.5):
            root = self.call("sqrt", a)
            return root if b > 0 else self.div(1.0, root)
        if b != int(b) or builtins.abs(b) > MAX_CHAIN:
            return self.call("power", a, b)
        return self.div(1.0, self.repeated(a, int(-b))) if b < 0 else self.repeated(a, int(b))

    def repeated(self, a: Operand, times: int) -> Operand:
        """a · a · … · a by squaring."""
        if times == 1:
            return a
        half = self.repeated(a, times // 2)
        square = self.statement("*", half, half)
        return self.statement("*", square, a) if times % 2 else square

    def call(self, function: str, *operands: Operand) -> Operand:
        if all(isinstance(operand, float) for operand in operands):
            with np.errstate(all="ignore"):
                return self.finite(float(getattr(elementary, function)(*operands)))
        self.used.add(function)
        written, names = _written(operands)
        return self.shared((function, *written), f"{function}({', '.join(written)})", names)

    def statement(self, sign: str, *operands: Operand) -> Operand:
        constants = [operand for operand in operands if isinstance(operand, float)]
        if len(constants) == len(operands):
            return self.folded(sign, *constants)
        written, names = _written(operands)
        text = f" {sign} ".join(written) if len(written) == 2 else sign + written[0]
        key = sorted(written) if sign in "+*" else written
        return self.shared((sign, *key), text, names)

    def shared(self, key: tuple[str, ...], text: str, operands: tuple[str, ...]) -> str:
        if key not in self.known:
            self.known[key] = f"t{len(self.statements)}"
            self.statements[self.known[key]] = (text, operands)
        return self.known[key]

    def folded(self, sign: str, a: float, b: float) -> float:
        with np.errstate(all="ignore"):
            return self.finite(float(FOLD[sign](np.float64(a), np.float64(b))))

    def finite(self, constant: float) -> float:
        if not isfinite(constant):
            what = "not a real number" if isnan(constant) else "too large"
            advice = "the numbers there, and those of the two derivatives, must stay real and below 1e308"
            raise FormulaError(f"the result is {what}", self.position, advice)
        return constant


def _with_few_names(
    statements: list[tuple[str, str, tuple[str, ...]]], results: list[Operand]
) -> tuple[list[str], dict[str, str]]:
    """The lines of the statements, and the name that stands for each temporary in them.

    A name is used again after the last use of what it stood for, which is what frees an array: a long formula then
    holds no more of them at a time than it needs.
    """
    last_use = {operand: index for index, (_, _, operands) in enumerate(statements) for operand in operands}
    last_use |= {result: len(statements) for result in results if isinstance(result, str)}
    names: dict[str, str] = {}
    free: list[str] = []
    lines, made = [], 0
    for index, (target, text, operands) in enumerate(statements):
        written = TEMPORARY.sub(lambda found: names[found.group()], text)
        free += [names[operand] for operand in set(operands) if operand in names and last_use[operand] == index]
        if not free:
            free, made = [f"t{made}"], made + 1
        names[target] = free.pop()
        lines.append(f"{names[target]} = {written}")
    return lines, names


def _written(operands: tuple[Operand, ...]) -> tuple[list[str], tuple[str, ...]]:
    """The operands as text, and the names among them."""
    written = [operand if isinstance(operand, str) else _literal(operand) for operand in operands]
    return written, tuple(operand for operand in operands if isinstance(operand, str))


def _literal(constant: float) -> str:
    return repr(constant) if constant >= 0 else f"({constant!r})"
