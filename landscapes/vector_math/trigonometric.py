"""sin, cos, tan and their inverses."""

from math import factorial, pi

from numpy import abs, floor, rint, sqrt, where

# π/2 to 148 bits; the first parts have 23 bits, so that their products with whole numbers up to 2³⁰ are exact
HALF_PI_1 = float.fromhex("0x1.921fb4p+0")
HALF_PI_2 = float.fromhex("0x1.4442d0p-24")
HALF_PI_3 = float.fromhex("0x1.846988p-48")
HALF_PI_4 = float.fromhex("0x1.8cc514p-72")
HALF_PI_5 = float.fromhex("0x1.80dc1cd129025p-95")
LARGEST_ANGLE = 1e9  # up to which nothing of x is lost when it is reduced
LARGE = 2.0**53
TERMS = 8
SIN = tuple((-1.0) ** n / factorial(2 * n + 1) for n in range(TERMS, 0, -1))
COS = tuple((-1.0) ** n / factorial(2 * n) for n in range(TERMS + 1, 1, -1))


def sin(x):
    """sin x."""
    turns, odd, even = _turned(x)
    return _at(turns, odd, even)


def cos(x):
    """cos x = sin(x + π/2)."""
    turns, odd, even = _turned(x)
    return _at(turns + 1.0, odd, even)


def tan(x):
    """tan x = sin r / cos r, or -cos r / sin r where k is odd."""
    turns, odd, even = _turned(x)
    half = 0.5 * turns
    whole = floor(half) == half
    return where(whole, odd, -even) / where(whole, even, odd)


def _turned(x):
    """k, sin r and cos r with x = k π/2 + r, where k is whole and |r| ≤ π/4."""
    x = where(abs(x) < LARGE, x, 0.0 * x)
    k = rint(x * (2.0 / pi))
    near = (x - k * HALF_PI_1) - k * HALF_PI_2  # without rounding
    part = k * HALF_PI_3
    nearer = near - part
    lost = (near - nearer) - part
    part = k * HALF_PI_4
    r = nearer - part
    rest = ((nearer - r) - part) + lost - k * HALF_PI_5
    square = r * r
    odd = r + (r * square * _polynomial(SIN, square) + rest * (1.0 - 0.5 * square))
    first = 1.0 - 0.5 * square
    even = first + (((1.0 - first) - 0.5 * square) + (square * square * _polynomial(COS, square) - r * rest))
    return k, odd, where(even > 1.0, 1.0, even)


def _at(quarter, odd, even):
    """sin(quarter · π/2 + r) from sin r and cos r."""
    quarter = quarter - 4.0 * floor(0.25 * quarter)
    value = where(abs(quarter - 2.0) == 1.0, even, odd)
    return where(quarter > 1.5, -value, value)


def _polynomial(coefficients, square):
    total = coefficients[0]
    for n in range(1, TERMS):
        total = coefficients[n] + square * total
    return total


ARCTAN = tuple((-1.0) ** n / (2 * n + 1) for n in range(21, 0, -1))
ARCTAN_HALF, ARCTAN_HALF_REST = float.fromhex("0x1.dac670561bb4fp-2"), float.fromhex("0x1.a2b7f222f65e2p-56")
ARCTAN_THREE_HALVES = float.fromhex("0x1.f730bd281f69bp-1")
ARCTAN_THREE_HALVES_REST = float.fromhex("0x1.007887af0cbbdp-56")
HALF_PI = float.fromhex("0x1.921fb54442d18p+0")
HALF_PI_REST = float.fromhex("0x1.1a62633145c07p-54")


def arctan(x):
    """arctan x = arctan c + arctan t with t = (x - c) / (1 + c x) and c = 0, ½, 1, 3/2 or ∞, whichever is near."""
    size = abs(x)
    first, second, third, fourth = size < 0.4375, size < 0.6875, size < 1.1875, size < 2.4375
    centre = where(first, 0.0, where(second, 0.5, where(third, 1.0, 1.5)))
    top = where(fourth, size - centre, -1.0)
    t = top / where(fourth, 1.0 + centre * where(fourth, size, 1.0), size)
    turn = where(second, ARCTAN_HALF, where(third, 0.5 * HALF_PI, where(fourth, ARCTAN_THREE_HALVES, HALF_PI)))
    rest = where(third, 0.5 * HALF_PI_REST, where(fourth, ARCTAN_THREE_HALVES_REST, HALF_PI_REST))
    rest = where(second, ARCTAN_HALF_REST, rest)
    square = t * t
    total = ARCTAN[0]
    for n in range(1, 11):  # two loops, because LLVM unrolls no longer ones, and vectorises only what is unrolled
        total = ARCTAN[n] + square * total
    for n in range(11, 21):
        total = ARCTAN[n] + square * total
    value = where(first, 0.0, turn) + ((t * square * total + where(first, 0.0, rest)) + t)
    return where(x < 0.0, -value, value)


def arcsin(x):
    """arcsin x = arctan(x / √((1 - x)(1 + x)))."""
    return arctan(x / sqrt((1.0 - x) * (1.0 + x)))


def arccos(x):
    """arccos x = 2 arctan √((1 - x) / (1 + x))."""
    return 2.0 * arctan(sqrt((1.0 - x) / (1.0 + x)))
