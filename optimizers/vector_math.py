"""sin and cos in arithmetic that vectorises: + - × and rounding to whole numbers, no branch, no table, no call.

NumPy evaluates them on arrays and Numba compiles them into a kernel's inner loop; both perform the same operations, so
both get the same bits. They are within one unit in the last place while |x| < 10⁶; beyond, the error grows with the
argument's own rounding, |x| 2⁻⁵², and from 2⁵³ on, where neighbouring numbers are two radians apart, they are those of
0. They never leave [-1, 1], and are NaN where x is not finite.

Reduction: Cody and Waite (1980), Software Manual for the Elementary Functions, chapter 8, with π/2 in parts whose
multiples are exact; then the Taylor series on [-π/4, π/4], whose first terms left out are below 2⁻⁵⁸.
"""

from math import factorial, pi

from numpy import abs, floor, rint, where

# π/2 to 150 bits; the first parts have 33 bits, so that their products with whole numbers up to 2²⁰ are exact
HALF_PI_1 = float.fromhex("0x1.921fb544p+0")
HALF_PI_2 = float.fromhex("0x1.0b4611a6p-34")
HALF_PI_3 = float.fromhex("0x1.3198a2e0p-69")
HALF_PI_4 = float.fromhex("0x1.b839a252049c1p-104")
LARGE = 2.0**53

TERMS = 8
SIN = tuple((-1.0) ** n / factorial(2 * n + 1) for n in range(TERMS, 0, -1))
COS = tuple((-1.0) ** n / factorial(2 * n) for n in range(TERMS + 1, 1, -1))


def sin(x):
    """sin x."""
    return _quarter_turns(x, 0.0)


def cos(x):
    """cos x = sin(x + π/2)."""
    return _quarter_turns(x, 1.0)


def _quarter_turns(x, more):
    """sin(x + more · π/2) from x = k π/2 + r, where k is whole and |r| ≤ π/4."""
    x = where(abs(x) < LARGE, x, 0.0 * x)
    k = rint(x * (2.0 / pi))
    near = x - k * HALF_PI_1
    part = k * HALF_PI_2
    nearer = near - part
    lost = (near - nearer) - part
    part = k * HALF_PI_3
    r = nearer - part
    rest = ((nearer - r) - part) + lost - k * HALF_PI_4
    square = r * r
    odd = r + (r * square * _polynomial(SIN, square) + rest * (1.0 - 0.5 * square))
    first = 1.0 - 0.5 * square
    even = first + (((1.0 - first) - 0.5 * square) + (square * square * _polynomial(COS, square) - r * rest))
    quarter = k + more
    quarter = quarter - 4.0 * floor(0.25 * quarter)
    value = where(abs(quarter - 2.0) == 1.0, even, odd)
    value = where(value > 1.0, 1.0, where(value < -1.0, -1.0, value))
    return where(quarter > 1.5, -value, value)


def _polynomial(coefficients, square):
    total = coefficients[0]
    for n in range(1, TERMS):
        total = coefficients[n] + square * total
    return total
