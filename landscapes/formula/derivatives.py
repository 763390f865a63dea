"""Tree → straight-line code for ℓ, ∇ℓ and ∂²ℓ.

Every node gets its second-order jet (a, ∂ₓa, ∂ᵧa, ∂ₓₓa, ∂ₓᵧa, ∂ᵧᵧa) from its operands' jets by the chain rule, as a
handful of statements on a tape. Nothing is expanded, so the code grows linearly with the formula (expressions
differentiated symbolically grow like the square of it) and rounds the way the formula was typed.

Source: Griewank and Walther (2008), Evaluating Derivatives, SIAM, chapters 6 and 13.
"""

from math import e
from typing import NamedTuple

from landscapes.formula.tape import Operand, Tape
from landscapes.formula.tree import Binary, Call, FormulaError, Negative, Node, Number, Variable

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
    tape = _Derivatives()
    jet = tape.jet(tree)
    functions = [
        tape.function("value", [jet.value]),
        tape.function("gradient", [jet.x, jet.y]),
        tape.function("hessian", [jet.xx, jet.xy, jet.yy]),
    ]
    names = f"from landscapes.elementary import {', '.join(sorted(tape.used))}\n\n" if tape.used else ""
    return names + "\n".join(functions)


class _Derivatives(Tape):
    """The jets of a formula's nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.jets: dict[int, Jet] = {}

    def jet(self, node: Node) -> Jet:
        """The jet of a node; of one that stands in several places, once."""
        if id(node) not in self.jets:
            self.jets[id(node)] = self.computed(node)
        return self.jets[id(node)]

    def computed(self, node: Node) -> Jet:
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
