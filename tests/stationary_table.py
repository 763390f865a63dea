"""Losses whose stationary points are known, for the search that must find them."""

import re
from collections.abc import Callable, Mapping
from math import pi, sqrt
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from landscapes.landscape import Domain
from landscapes.stationary import Kind

Point = tuple[float, float]
Level = Callable
NONE: Mapping = MappingProxyType({})
VARIABLE = re.compile(r"(?<![a-z])[xy](?![a-z])")


class Known(NamedTuple):
    """What is known of a loss.

    Attributes:
        formula: the loss, as typed.
        points: isolated stationary points inside the domain, by kind.
        curves: by kind, a function of x and y that is zero on the curve of stationary points.
        domain: [-3, 3]² where None.
        fades: whether a slope becomes so small that it is lost in rounding unless it lies along an axis; there the
            kind "degenerate" is right.
    """

    formula: str
    points: Mapping[Kind, list[Point]] = NONE
    curves: Mapping[Kind, Level] = NONE
    domain: Domain | None = None
    fades: bool = False

    def rotated(self, angle: float) -> str:
        """The formula in coordinates that are rotated about the origin."""
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        turned = {"x": f"({cos!r}*x + {sin!r}*y)", "y": f"({cos!r}*y - {sin!r}*x)"}
        return VARIABLE.sub(lambda found: turned[found.group()], self.formula)


ORIGIN = [(0.0, 0.0)]
HALF = 1 / sqrt(2)


def square(half: float) -> Domain:
    return (-half, half), (-half, half)


TABLE = (
    # the Hessian tells
    Known("x^2 + y^2", {"minimum": ORIGIN}),
    Known("-(x^2 + y^2)", {"maximum": ORIGIN}),
    Known("x^2 - y^2", {"saddle": ORIGIN}),
    Known("x*y", {"saddle": ORIGIN}),
    Known("x^2 + 0.0001*y^2", {"minimum": ORIGIN}),
    Known("(x - 1)^2 + 3*(y + 2)^2", {"minimum": [(1.0, -2.0)]}),
    Known("1000000 + x^2 + y^2", {"minimum": ORIGIN}),
    Known("(1 - x)^2 + 100*(y - x^2)^2", {"minimum": [(1.0, 1.0)]}),
    Known("0.25*(x^2 - 1)^2 + 0.5*y^2", {"minimum": [(-1.0, 0.0), (1.0, 0.0)], "saddle": ORIGIN}),
    Known("(x^2 + y^2)^2 - 2*(x^2 - y^2)", {"minimum": [(-1.0, 0.0), (1.0, 0.0)], "saddle": ORIGIN}),
    Known("x*exp(-x^2 - y^2)", {"minimum": [(-HALF, 0.0)], "maximum": [(HALF, 0.0)]}),
    Known("sin(x) + y^2", {"minimum": [(-pi / 2, 0.0)], "saddle": [(pi / 2, 0.0)]}),
    Known(
        "sin(x)*sin(y)",
        {
            "minimum": [(-pi / 2, pi / 2), (pi / 2, -pi / 2)],
            "maximum": [(-pi / 2, -pi / 2), (pi / 2, pi / 2)],
            "saddle": ORIGIN,
        },
    ),
    Known("cos(x) + cos(y)", {"maximum": ORIGIN}),
    Known("log(1 + x^2 + y^2)", {"minimum": ORIGIN}),
    Known("sqrt(1 + x^2 + y^2)", {"minimum": ORIGIN}),
    Known("exp(x^2 + y^2)", {"minimum": ORIGIN}),
    Known("tanh(x)^2 + y^2", {"minimum": ORIGIN}),
    Known("2*x^2 + 2*y^2", {"minimum": ORIGIN}, domain=((-1e-3, 2e-3), (-1e-3, 1e-3))),
    # curves, and the flattest on them
    Known(
        "(1 - x*y)^2",
        {"flat minimum": [(-1.0, -1.0), (1.0, 1.0)], "saddle": ORIGIN},
        {"minimum": lambda x, y: x * y - 1},
    ),
    Known(
        "0.001*(1 - x*y)^2",
        {"flat minimum": [(-1.0, -1.0), (1.0, 1.0)], "saddle": ORIGIN},
        {"minimum": lambda x, y: x * y - 1},
    ),
    Known(
        "(1 - 10000*x*y)^2",
        {"flat minimum": [(-0.01, -0.01), (0.01, 0.01)], "saddle": ORIGIN},
        {"minimum": lambda x, y: 1e4 * x * y - 1},
        square(0.03),
    ),
    Known(
        "(1 - x*y/10000)^2",
        {"flat minimum": [(-100.0, -100.0), (100.0, 100.0)], "saddle": ORIGIN},
        {"minimum": lambda x, y: x * y / 1e4 - 1},
        square(300.0),
    ),
    Known("x^2", curves={"minimum": lambda x, y: x}),
    Known("-(x - y)^2", curves={"maximum": lambda x, y: x - y}),
    Known("(x^2 + y^2 - 1)^2", {"maximum": ORIGIN}, {"minimum": lambda x, y: x**2 + y**2 - 1}),
    Known("(y - x^2)^2", {"flat minimum": ORIGIN}, {"minimum": lambda x, y: y - x**2}),
    Known("y^2*(1 + x^2)", {"flat minimum": ORIGIN}, {"minimum": lambda x, y: y}),
    Known("-(y - x^2)^2", curves={"maximum": lambda x, y: y - x**2}),
    Known("x^2*y^2", curves={"flat minimum": lambda x, y: x**2 + y**2, "minimum": lambda x, y: x * y}),
    # plateaus, and slopes that fade away
    Known("1 - exp(-5*(x^2 + y^2))", {"minimum": ORIGIN}),
    Known("exp(-5*(x^2 + y^2))", {"maximum": ORIGIN}),
    Known(
        "-exp(-50*((x - 1)^2 + y^2)) - exp(-50*((x + 1)^2 + y^2))",
        {"minimum": [(-1.0, 0.0), (1.0, 0.0)], "saddle": ORIGIN},
    ),
    Known(
        "1 - exp(-50*((x - 1)^2 + y^2)) - exp(-50*((x + 1)^2 + y^2))",
        {"minimum": [(-1.0, 0.0), (1.0, 0.0)], "saddle": ORIGIN},
    ),
    Known("-exp(-200*(x^2 + y^2))", {"minimum": ORIGIN}),  # farther out it is smaller than any number
    Known("exp(-900*(x^2 + y^2))", {"maximum": ORIGIN}),
    Known("(x^2 + y^2)^50", {"minimum": ORIGIN}),
    Known("y^2 + 1 - exp(-50*x^2)", {"minimum": ORIGIN}, fades=True),
    Known("y^2 + exp(-20*x^2)", {"saddle": ORIGIN}, fades=True),
    Known("y^2 + exp(-x)"),
    Known("y^2 + exp(-50*x)", fades=True),
    Known("1 - exp(-5*(x + y)^2)", curves={"minimum": lambda x, y: x + y}),
    Known("1 - exp(-50*(x + 0.3*y)^2)", curves={"minimum": lambda x, y: x + 0.3 * y}),
    Known("tanh((x - y)^2)", curves={"minimum": lambda x, y: x - y}),
    Known("tanh(50*(x - 0.3*y)^2)", curves={"minimum": lambda x, y: x - 0.3 * y}),
    Known("1 - exp(-5*(x^2 + y^2 - 1)^2)", {"maximum": ORIGIN}, {"minimum": lambda x, y: x**2 + y**2 - 1}),
    Known("tanh(5*x) + y^2"),
    Known("1/(1 + exp(-5*x))"),
    Known("x + y"),
    Known("exp(x)"),
    Known("5"),
    # the Hessian is singular
    Known("x^2 - y^4", {"saddle": ORIGIN}),
    Known("1000000000000 + x^2 - y^4", {"saddle": ORIGIN}),
    Known("x^2 + y^3", {"saddle": ORIGIN}),
    Known("x^2 + y^5", {"saddle": ORIGIN}),
    Known("x^2 + y^8", {"minimum": ORIGIN}),
    Known("x^2 - y^8", {"saddle": ORIGIN}),
    Known("-(x^2) - y^4", {"maximum": ORIGIN}),
    Known("x^2 + y^20", curves={"minimum": lambda x, y: x**2 + y**20}),
    Known("x^2 - y^20", curves={"saddle": lambda x, y: x**2 + y**20}),
    Known("(x + y)^2 - (x - y)^4", {"saddle": ORIGIN}),
    Known("(y - x^2)*(y - 2*x^2)", {"saddle": ORIGIN}),
    Known("(y - x^2)^2 + x^4", {"minimum": ORIGIN}),
    # the Hessian is zero
    Known("x^4 + y^4", {"minimum": ORIGIN}),
    Known("-(x^4) - y^4", {"maximum": ORIGIN}),
    Known("x^4 - y^4", {"saddle": ORIGIN}),
    Known("x^4 + x^2*y^2 + y^4", {"minimum": ORIGIN}),
    Known("x^4 - y^12", {"saddle": ORIGIN}),
    Known("log(1 + x^4) - y^12", {"saddle": ORIGIN}),
    Known("x^4 - y^20", curves={"degenerate": lambda x, y: x**4 + y**20}),  # it falls too little near 0
    Known("y^3*(y - 1) - x^4", {"saddle": [(0.0, 0.0), (0.0, 0.75)]}),
    Known("x^3 - 3*x*y^2", {"saddle": ORIGIN}),
    Known("x^3 + y^3", {"saddle": ORIGIN}),
    Known("x*y*(x + y)", {"saddle": ORIGIN}),
    Known("x^4", curves={"minimum": lambda x, y: x}),
    Known("(x^2 - 1)^4", curves={"minimum": lambda x, y: x**2 - 1, "maximum": lambda x, y: x}),
    Known("(y - x^2)^4", curves={"minimum": lambda x, y: y - x**2}),
    Known("1000000000000 + x^4 + y^4", {"degenerate": ORIGIN}),  # its changes are lost in rounding
    # kinks: no gradient vanishes there
    Known("abs(x - 0.37) + y^2", {"minimum": [(0.37, 0.0)]}),
    Known("abs(x - 0.37) + 2*abs(y + 0.11)", {"minimum": [(0.37, -0.11)]}),
    Known("0.5*x - abs(x - 0.37) - y^2", {"maximum": [(0.37, 0.0)]}),
    Known("abs(x - 0.37) - y^2", {"saddle": [(0.37, 0.0)]}),
    Known("x + abs(x - 0.37) + abs(y)", curves={"minimum": lambda x, y: np.maximum(x - 0.37, 0) + abs(y)}),
    Known("0.5*x + abs(x - 0.37) + 0.5*y"),
    Known("sign(x - 0.37) + y*abs(x - 0.37)"),  # it jumps
    Known("abs(abs(x - 0.3) - 1) + y^2", {"minimum": [(-0.7, 0.0), (1.3, 0.0)], "saddle": [(0.3, 0.0)]}),
    Known("sqrt(abs(x - 0.3)) + y^2", {"minimum": [(0.3, 0.0)]}),
    Known("abs(x - 0.37)^1.5 + y^2", {"minimum": [(0.37, 0.0)]}),
    Known("sqrt((x - 0.12)^2 + (y + 0.4)^2)", {"minimum": [(0.12, -0.4)]}),
    Known("30*abs(y - x^2) + (1.03 - x)^2", {"minimum": [(1.03, 1.03**2)]}),
    Known("abs(x^2 + y^2 - 1) + 0.1*x", {"minimum": [(-1.0, 0.0)], "saddle": [(1.0, 0.0)], "maximum": [(0.05, 0.0)]}),
    Known("abs(x*y - 1)", {"saddle": ORIGIN}, {"minimum": lambda x, y: x * y - 1}),
    Known("abs(x - 0.37)", curves={"minimum": lambda x, y: x - 0.37}),
)
