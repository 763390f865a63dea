"""The elementary functions in arithmetic that vectorises: no branch, no table, no call.

NumPy evaluates them on arrays and Numba compiles them into a kernel's inner loop; both perform the same operations, so
both get the same bits, which the libraries' own functions would not give. They are made of + - * / and the square root,
comparisons and `where`, abs, rint, floor, and three functions that look at the bits of a number.

`ULPS` bounds their errors. sin, cos and tan keep theirs while |x| < 10⁹; beyond, the error grows with the argument's
own rounding, |x| 2⁻⁵², and from 2⁵³ on, where neighbouring numbers are two radians apart, they are those of 0. sin and
cos never leave [-1, 1], and are NaN where x is not finite. Of results below 2⁻¹⁰²² the unit is that of 2⁻¹⁰²².

Arguments are reduced as in Cody and Waite (1980), Software Manual for the Elementary Functions, by constants in parts
whose multiples are exact; what is left is the function's own Taylor series, summed to the last bit. Where that is not
enough, numbers are carried as unevaluated sums of two (Dekker 1971, A floating-point technique for extending the
available precision, Numerische Mathematik 18).
"""

from landscapes.vector_math.bits import (
    entry,
    exclusive_or,
    exponent,
    high_word,
    low_word,
    mantissa,
    power_of_two,
    table,
)
from landscapes.vector_math.comparisons import hypot, maximum, minimum, sign
from landscapes.vector_math.exponential import cosh, exp, expm1, log, log1p, sinh, tanh
from landscapes.vector_math.powers import power
from landscapes.vector_math.trigonometric import arccos, arcsin, arctan, cos, sin, tan

__all__ = [
    "ULPS",
    "arccos",
    "arcsin",
    "arctan",
    "cos",
    "cosh",
    "entry",
    "exclusive_or",
    "exp",
    "expm1",
    "exponent",
    "high_word",
    "hypot",
    "log",
    "log1p",
    "low_word",
    "mantissa",
    "maximum",
    "minimum",
    "power",
    "power_of_two",
    "sign",
    "sin",
    "sinh",
    "table",
    "tan",
    "tanh",
]

# units in the last place within which the results are; `make verify` searches for the worst
ULPS = {"sin": 0.8, "cos": 0.8, "power": 0.8, "log": 0.9, "arctan": 0.9, "exp": 1.0, "hypot": 1.5, "log1p": 1.5}
ULPS |= {"expm1": 2.5, "tan": 2.5, "arcsin": 2.5, "arccos": 2.5, "sinh": 4.0, "cosh": 4.0, "tanh": 4.0}
