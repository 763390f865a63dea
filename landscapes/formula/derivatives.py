"""Tree → straight-line code for ℓ, ∇ℓ and ∂²ℓ.

Every node gets its second-order jet (a, ∂ₓa, ∂ᵧa, ∂ₓₓa, ∂ₓᵧa, ∂ᵧᵧa) from its operands' jets by the chain rule, as a
handful of statements on numbered temporaries. Constants are folded, zeros and ones dropped, equal statements shared.
Nothing is expanded, so the code grows linearly with the formula (expressions differentiated symbolically grow like the
square of it) and rounds the way the formula was typed.

Source: Griewank and Walther (2008), Evaluating Derivatives, SIAM, chapters 6 and 13.
"""

import builtins
import operator
import re
from math import e, isfinite, isnan
from typing import NamedTuple

import numpy as np

from landscapes import elementary
from landscapes.code.text import MAX_CHAIN
from landscapes.formula.tree import Binary, Call, FormulaError, Negative, Node, Number, Variable

Operand = float | str  # a folded constant, or the name of x, y or a temporary
TEMPORARY = re.compile(r"\bt[0-9]+\b")
FOLD = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}  # of constants
ORDER = ((1, 1), (1, 2), (2, 2))  # second derivatives as pairs of first ones


class Jet(NamedTuple):
    """A quantity and its derivatives."""

    value: Operand
    x: Operand = 0.0
    y: Operand = 0.0
    xx: Operand = 0.0
    xy: Operand = 0.0
    yy: Operand = 0.0

    @property
    def constant(self) -> bool:
        return isinstance(self.value, float)


def source(tree: Node) -> str:
    """The text of a module that defines value(x, y), gradient(x, y) and hessian(x, y) in `landscapes.elementary`.

    Raises:
        FormulaError: where a constant of the formula or of its derivatives is not finite.
    """
    tape = _Tape()
    jet = tape.jet(tree)
    functions = [
        tape.function("value", [jet.value]),
        tape.function("gradient", [jet.x, jet.y]),
        tape.function("hessian", [jet.xx, jet.xy, jet.yy]),
    ]
    names = f"from landscapes.elementary import {', '.join(sorted(tape.used))}\n\n" if tape.used else ""
    return names + "\n".join(functions)


class _Tape:
    """Statements in order of their making; `position` is where in the formula the current one comes from."""

    def __init__(self) -> None:
        self.statements: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.known: dict[tuple[str, ...], str] = {}
        self.used: set[str] = set()
        self.jets: dict[int, Jet] = {}
        self.position = 0

    def function(self, name: str, results: list[Operand]) -> str:
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

    def jet(self, node: Node) -> Jet:
        """The jet of a node; of one that stands in several places, once."""
        if id(node) not in self.jets:
            self.jets[id(node)] = self.made(node)
        return self.jets[id(node)]

    def made(self, node: Node) -> Jet:
        operands = [self.jet(getattr(node, name)) for name in ("left", "right", "argument") if hasattr(node, name)]
        self.position = node.position
        match node:
            case Number(value=value):
                return Jet(value)
            case Variable(name="x"):
                return Jet("x", x=1.0)
            case Variable(name="y"):
                return Jet("y", y=1.0)
            case Negative():
                return Jet(*(self.neg(part) for part in operands[0]))
            case Call(function=function):
                return self.applied(function, *operands)
            case Binary(operator="+"):
                return Jet(*(self.add(a, b) for a, b in zip(*operands, strict=True)))
            case Binary(operator="-"):
                return Jet(*(self.sub(a, b) for a, b in zip(*operands, strict=True)))
            case Binary(operator="*"):
                return self.product(*operands)
            case Binary(operator="/"):
                return self.quotient(*operands)
            case Binary(operator="^"):
                return self.power(*operands)
        raise TypeError(f"{node!r} is no node of a formula")

    # The chain rule

    def product(self, a: Jet, b: Jet) -> Jet:
        if a == b and not a.constant:
            return self.power(a, Jet(2.0))
        first = [self.add(self.mul(a[i], b.value), self.mul(a.value, b[i])) for i in (1, 2)]
        second = [
            self.add(
                self.add(self.mul(a[n], b.value), self.mul(a.value, b[n])),
                self.add(self.mul(a[i], b[j]), self.mul(a[j], b[i])),
            )
            for n, (i, j) in enumerate(ORDER, 3)
        ]
        return Jet(self.mul(a.value, b.value), *first, *second)

    def quotient(self, a: Jet, b: Jet) -> Jet:
        """q = a/b: qᵢ = (aᵢ - q bᵢ)/b, qᵢⱼ = (aᵢⱼ - q bᵢⱼ - (qᵢ bⱼ + qⱼ bᵢ))/b."""
        q = [self.div(a.value, b.value)]
        q += [self.div(self.sub(a[i], self.mul(q[0], b[i])), b.value) for i in (1, 2)]
        for n, (i, j) in enumerate(ORDER, 3):
            crossed = self.add(self.mul(q[i], b[j]), self.mul(q[j], b[i]))
            q.append(self.div(self.sub(self.sub(a[n], self.mul(q[0], b[n])), crossed), b.value))
        return Jet(*q)

    def chain(self, u: Jet, value: Operand, slope: Operand, curvature: Operand) -> Jet:
        """f(u): fᵢ = f' uᵢ, fᵢⱼ = f'' uᵢ uⱼ + f' uᵢⱼ."""
        first = [self.mul(slope, u[i]) for i in (1, 2)]
        second = [
            self.add(self.mul(curvature, self.mul(u[i], u[j])), self.mul(slope, u[n]))
            for n, (i, j) in enumerate(ORDER, 3)
        ]
        return Jet(value, *first, *second)

    def applied(self, function: str, u: Jet) -> Jet:
        if u.constant:
            return Jet(self.call(function, u.value))
        return self.chain(u, *getattr(self, f"_{function}")(u.value))

    def power(self, u: Jet, v: Jet) -> Jet:
        base, n = u.value, v.value
        if isinstance(n, float):
            if isinstance(base, float):
                return Jet(self.pow(base, n))
            slope = self.mul(n, self.pow(base, self.sub(n, 1.0))) if n else 0.0
            factor = self.mul(n, self.sub(n, 1.0))
            curvature = self.mul(factor, self.pow(base, self.sub(n, 2.0))) if factor else 0.0
            return self.chain(u, self.pow(base, n), slope, curvature)
        if base == e:
            return self.applied("exp", v)
        if isinstance(base, float):
            if base <= 0:
                advice = "a power that varies with θ₁ or θ₂ needs a base above 0"
                raise FormulaError(f"the base {base:g} is not positive", self.position, advice)
            f, rate = self.pow(base, n), self.call("log", base)
            return self.chain(v, f, self.mul(rate, f), self.mul(self.mul(rate, rate), f))
        return self.general_power(u, v)

    def general_power(self, u: Jet, v: Jet) -> Jet:
        """f = u^v: f_u = v u^(v-1), f_v = f log u and their derivatives."""
        f, rate = self.pow(u.value, v.value), self.call("log", u.value)
        lower = self.sub(v.value, 1.0)
        below = self.pow(u.value, lower)
        fu, fv = self.mul(v.value, below), self.mul(rate, f)
        fuu = self.mul(self.mul(v.value, lower), self.pow(u.value, self.sub(v.value, 2.0)))
        fuv = self.add(below, self.mul(rate, fu))
        fvv = self.mul(rate, fv)
        first = [self.add(self.mul(fu, u[i]), self.mul(fv, v[i])) for i in (1, 2)]
        second = []
        for n, (i, j) in enumerate(ORDER, 3):
            crossed = self.mul(fuv, self.add(self.mul(u[i], v[j]), self.mul(u[j], v[i])))
            squares = self.add(self.mul(fuu, self.mul(u[i], u[j])), self.mul(fvv, self.mul(v[i], v[j])))
            second.append(self.add(self.add(squares, crossed), self.add(self.mul(fu, u[n]), self.mul(fv, v[n]))))
        return Jet(f, *first, *second)

    # (f, f', f'') of every function of one variable

    def _sin(self, u: str):
        sin = self.call("sin", u)
        return sin, self.call("cos", u), self.neg(sin)

    def _cos(self, u: str):
        cos = self.call("cos", u)
        return cos, self.neg(self.call("sin", u)), self.neg(cos)

    def _tan(self, u: str):
        tan = self.call("tan", u)
        slope = self.add(1.0, self.mul(tan, tan))
        return tan, slope, self.mul(2.0, self.mul(tan, slope))

    def _sinh(self, u: str):
        sinh = self.call("sinh", u)
        return sinh, self.call("cosh", u), sinh

    def _cosh(self, u: str):
        cosh = self.call("cosh", u)
        return cosh, self.call("sinh", u), cosh

    def _tanh(self, u: str):
        tanh, cosh = self.call("tanh", u), self.call("cosh", u)
        slope = self.div(1.0, self.mul(cosh, cosh))  # 1 - tanh² would lose all digits far out
        return tanh, slope, self.mul(-2.0, self.mul(tanh, slope))

    def _exp(self, u: str):
        exp = self.call("exp", u)
        return exp, exp, exp

    def _log(self, u: str):
        root = self.call("sqrt", u)
        # √u/√u is exactly 1, and NaN where the logarithm is: a run from there does not move as if the loss were defined
        slope = self.mul(self.div(1.0, u), self.div(root, root))
        return self.call("log", u), slope, self.neg(self.mul(slope, slope))

    def _sqrt(self, u: str):
        sqrt = self.call("sqrt", u)
        slope = self.div(0.5, sqrt)
        return sqrt, slope, self.div(self.mul(-0.5, slope), u)

    def _abs(self, u: str):
        return self.call("abs", u), self.call("sign", u), 0.0

    def _sign(self, u: str):
        return self.call("sign", u), 0.0, 0.0

    def _arctan(self, u: str):
        slope = self.div(1.0, self.add(1.0, self.mul(u, u)))
        return self.call("arctan", u), slope, self.mul(-2.0, self.mul(u, self.mul(slope, slope)))

    # Statements

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
