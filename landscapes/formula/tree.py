"""The tree of a formula, and the one error that everything about formulas raises."""

from dataclasses import dataclass


class FormulaError(ValueError):
    """A formula that cannot be used; the message is one sentence.

    Attributes:
        position: index (from 0) of the character at which it was found, None where it concerns the whole; the sentence
            counts characters from 1.
    """

    def __init__(self, problem: str, position: int | None, advice: str) -> None:
        where = "" if position is None else f" at character {position + 1}"
        super().__init__(f"{problem}{where}: {advice}")
        self.position = position


@dataclass(frozen=True)
class Number:
    """A finite constant, with the LaTeX of what was typed for it."""

    value: float
    latex: str
    position: int


@dataclass(frozen=True)
class Variable:
    """x or y, on screen θ₁ or θ₂."""

    name: str
    position: int


@dataclass(frozen=True)
class Negative:
    """-a."""

    argument: "Node"
    position: int


@dataclass(frozen=True)
class Binary:
    """a + b, a - b, a * b, a / b or a ^ b; the position is the operator's."""

    operator: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True)
class Call:
    """f(a), with the function's name among `FUNCTIONS` and its LaTeX."""

    function: str
    latex: str
    argument: "Node"
    position: int


Node = Number | Variable | Negative | Binary | Call

# what may be typed → (the name in landscapes.elementary, LaTeX)
FUNCTIONS: dict[str, tuple[str, str]] = {
    "sin": ("sin", r"\sin"),
    "cos": ("cos", r"\cos"),
    "tan": ("tan", r"\tan"),
    "sinh": ("sinh", r"\sinh"),
    "cosh": ("cosh", r"\cosh"),
    "tanh": ("tanh", r"\tanh"),
    "exp": ("exp", r"\exp"),
    "log": ("log", r"\log"),
    "ln": ("log", r"\ln"),
    "sqrt": ("sqrt", r"\sqrt"),
    "√": ("sqrt", r"\sqrt"),
    "abs": ("abs", r"\operatorname{abs}"),
    "arctan": ("arctan", r"\arctan"),
    "atan": ("arctan", r"\arctan"),
    "sign": ("sign", r"\operatorname{sign}"),
}
