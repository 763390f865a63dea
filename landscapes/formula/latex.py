"""Tree → LaTeX: the formula typeset as it was typed, not expanded, in θ₁ and θ₂."""

from landscapes.formula.tree import Binary, Call, Negative, Node, Number, Variable

VARIABLES = {"x": r"\theta_1", "y": r"\theta_2"}
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a piece of typeset mathematics holds together


def latex(node: Node) -> str:
    """ℓ in LaTeX."""
    return _typeset(node)[0]


def _typeset(node: Node) -> tuple[str, int]:
    match node:
        case Number(latex=text):
            return text, PRODUCT if r"\cdot" in text else POWER if "^" in text else ATOM
        case Variable(name=name):
            return VARIABLES[name], ATOM
        case Negative(argument=argument):
            return "-" + _held(argument, PRODUCT), SUM
        case Call(latex=r"\sqrt", argument=argument):
            return rf"\sqrt{{{latex(argument)}}}", ATOM
        case Call(latex=r"\operatorname{abs}", argument=argument):
            return rf"\left|{latex(argument)}\right|", ATOM
        case Call(latex=name, argument=argument):
            return name + _bracketed(argument), POWER
        case Binary(operator="+" | "-" as sign, left=left, right=right):
            return f"{latex(left)} {sign} {_held(right, PRODUCT)}", SUM
        case Binary(operator="/", left=left, right=right):
            return rf"\frac{{{latex(left)}}}{{{latex(right)}}}", PRODUCT
        case Binary(operator="^", left=left, right=right):
            return _power(left, latex(right)), POWER
        case Binary(left=left, right=right):
            first, second = _held(left, PRODUCT), _held(right, PRODUCT)
            # a digit at the front of the second factor would read on from the first
            joint = r" \cdot " if second[0].isdigit() or second[0] == "." else r" \, "
            return first + joint + second, PRODUCT


def _held(node: Node, tightness: int) -> str:
    text, own = _typeset(node)
    return text if own >= tightness else rf"\left({text}\right)"


def _bracketed(node: Node) -> str:
    return rf"\left({latex(node)}\right)"


def _power(base: Node, exponent: str) -> str:
    if isinstance(base, Call) and exponent.isdigit() and _typeset(base)[1] == POWER:
        return f"{base.latex}^{{{exponent}}}{_bracketed(base.argument)}"
    return f"{_held(base, ATOM)}^{{{exponent}}}"
