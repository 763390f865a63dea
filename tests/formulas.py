"""Random formulas over the whole grammar: every operator and every function, exponents that vary among them."""

import numpy as np

from landscapes import Landscape
from landscapes.formula import FormulaError
from landscapes.formula.tree import FUNCTIONS

LEAVES = ("x", "y", "2", "0.5", "3", "1.7", "pi", "e", "(x+y)", "(x-y)")
SIGNS = (" + ", " - ", "*", "/")
EXPONENTS = (
    "2",
    "3",
    "5",
    "-1",
    "-2",
    "7",
    "100",
    "2.5",
    "0.5",
    "-0.5",
    "1.7",
    "(1/3)",
    "-1.3",
    "x",
    "y",
    "-y",
    "(x*y)",
)
NAMES = tuple(name for name in FUNCTIONS if name.isascii())

# holds every function and every kind of exponent
ALL = (
    "abs(x)^1.7 + y^3 - sin(x)*cos(y)/(2+tanh(x)) + x^(1/3) + x^100",
    "(x^2+0.1)^(y^2) + y^2 - cos(3x) + exp(-x^2) + 2^x + x^y - log(x^2+1) + arctan(y)^5",
    "sqrt(abs(y)) * sign(x) + tan(x/2) - sinh(x/3) + cosh(y/3)^-1.5 + x^2.5 + e^-(x^2) + ln(abs(y)+1)^y + atan(x)^-2",
)


def random_formula(generator: np.random.Generator, depth: int = 4) -> str:
    """Text of a formula; not every one has finite constants."""

    def made(depth: int) -> str:
        if depth == 0:
            return str(generator.choice(LEAVES))
        match generator.integers(8):
            case 0 | 1 | 2:
                return f"({made(depth - 1)}{generator.choice(SIGNS)}{made(depth - 1)})"
            case 3 | 4:
                return f"({made(depth - 1)})^{generator.choice(EXPONENTS)}"
            case 5:
                return f"-{made(depth - 1)}"
            case _:
                return f"{generator.choice(NAMES)}({made(depth - 1)})"

    return made(depth)


def random_losses(seed: int, count: int) -> list[Landscape]:
    """As many losses as asked for, of random formulas that are finite somewhere."""
    generator, losses = np.random.default_rng(seed), []
    while len(losses) < count:
        text = random_formula(generator)
        try:
            losses.append(Landscape.from_formula(text))
        except FormulaError:
            continue
    return losses
