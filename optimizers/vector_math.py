"""The elementary functions in arithmetic that vectorises: no branch, no table, no call.

NumPy evaluates them on arrays and Numba compiles them into a kernel's inner loop; both perform the same operations, so
both get the same bits, which the libraries' own functions would not give.

sin and cos are within one unit in the last place while |x| < 10⁶; beyond, the error grows with the argument's own
rounding, |x| 2⁻⁵², and from 2⁵³ on, where neighbouring numbers are two radians apart, they are those of 0. They never
leave [-1, 1], and are NaN where x is not finite. exp, log and arctan are within one and a half units, tan and the
hyperbolic functions, which are made of them, within four.

Arguments are reduced as in Cody and Waite (1980), Software Manual for the Elementary Functions, by constants in parts
whose multiples are exact; what is left is the function's own Taylor series, summed to the last bit.
"""

from math import factorial, pi

from numpy import abs, float64, floor, int64, rint, sign, sqrt, where

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


LN_2 = float.fromhex("0x1.62e42fefa39efp-1")
LN_2_1 = float.fromhex("0x1.62e42fefp-1")
LN_2_2 = float.fromhex("0x1.473de6af278edp-34")
EXP = tuple(1.0 / factorial(n) for n in range(13, 1, -1))
LOG = tuple(2.0 / (2 * n + 1) for n in range(11, 0, -1))
ARCTAN = tuple((-1.0) ** n / (2 * n + 1) for n in range(21, 0, -1))
HALF_PI = float.fromhex("0x1.921fb54442d18p+0")
HALF_PI_REST = float.fromhex("0x1.1a62633145c07p-54")
TINY = 2.0**-1022


def tan(x):
    """tan x = sin x / cos x."""
    return sin(x) / cos(x)


def exp(x):
    """eˣ = 2ᵏ eʳ with k = round(x / ln 2)."""
    x = where(x > 720.0, 720.0, where(x < -760.0, -760.0, x))
    k = rint(x * (1.0 / LN_2))
    half = rint(0.5 * k)
    return (1.0 + _exp_rest(x, k)) * power_of_two(half) * power_of_two(k - half)


def _expm1(x):
    """eˣ - 1 without cancellation near 0, for |x| < 700."""
    k = rint(x * (1.0 / LN_2))
    scale = power_of_two(k)
    return scale * _exp_rest(x, k) + (scale - 1.0)


def _exp_rest(x, k):
    """eʳ - 1 for r = x - k ln 2, |r| ≤ ln 2 / 2."""
    r = (x - k * LN_2_1) - k * LN_2_2
    total = EXP[0]
    for n in range(1, 12):
        total = EXP[n] + r * total
    return r + r * r * total


def tanh(x):
    """tanh x = u / (u + 2) with u = e²ˣ - 1."""
    u = _expm1(2.0 * where(x > 20.0, 20.0, where(x < -20.0, -20.0, x)))
    return u / (u + 2.0)


def cosh(x):
    """cosh x = (eˣ + e⁻ˣ) / 2, by the square of exp(|x| / 2), which overflows no sooner than the result."""
    root = exp(0.5 * abs(x))
    return 0.5 * root * root + 0.5 / (root * root)


def sinh(x):
    """sinh x = (eˣ - e⁻ˣ) / 2; near 0 it is (u + u / (u + 1)) / 2 with u = eˣ - 1."""
    root = exp(0.5 * abs(x))
    u = _expm1(where(abs(x) < 1.0, x, 0.0))
    far = sign(x) * (0.5 * root * root - 0.5 / (root * root))
    return where(abs(x) < 1.0, 0.5 * (u + u / (u + 1.0)), far)


def log(x):
    """ln x = k ln 2 + ln m with √½ < m ≤ √2, and ln m = 2 artanh s with s = (m - 1) / (m + 1)."""
    small = x < TINY
    scaled = where(small, x * 2.0**54, x)
    k = exponent(scaled) - where(small, 54.0, 0.0)
    m = mantissa(scaled)
    large = m > 1.4142135623730951
    k = where(large, k + 1.0, k)
    f = where(large, 0.5 * m, m) - 1.0
    s = f / (2.0 + f)
    square = s * s
    total = LOG[0]
    for n in range(1, 11):
        total = LOG[n] + square * total
    half = 0.5 * f * f
    value = k * LN_2_1 - ((half - (s * (half + square * total) + k * LN_2_2)) - f)
    value = where(x > 1.7976931348623157e308, x, value)
    return where(x > 0.0, value, where(x == 0.0, -1e999, sqrt(x)))


def arctan(x):
    """arctan x by arctan x = π/2 - arctan 1/x beyond 1 and arctan x = π/4 + arctan (x - 1)/(x + 1) beyond √2 - 1."""
    size = abs(x)
    beyond = size > 1.0
    t = where(beyond, 1.0 / size, size)
    upper = t > 0.41421356237309503
    t = where(upper, (t - 1.0) / (t + 1.0), t)
    square = t * t
    total = ARCTAN[0]
    for n in range(1, 11):  # two loops, because LLVM unrolls no longer ones, and vectorises only what is unrolled
        total = ARCTAN[n] + square * total
    for n in range(11, 21):
        total = ARCTAN[n] + square * total
    turn, rest = where(upper, 0.5 * HALF_PI, 0.0), where(upper, 0.5 * HALF_PI_REST, 0.0)
    value = turn + ((t * square * total + rest) + t)
    value = where(beyond, HALF_PI - (value - HALF_PI_REST), value)
    return where(x < 0.0, -value, value)


# What follows looks at the bits of a float64. Kernels have their own definitions of the three, for single numbers.


def power_of_two(k):
    """2ᵏ for whole -1022 ≤ k ≤ 1023."""
    return ((k + (1.5 * 2.0**52 + 1023.0)).view(int64) << 52).view(float64)


def exponent(x):
    """The largest whole k with 2ᵏ ≤ x, for normal x > 0."""
    return ((x.view(int64) >> 52) + 0x4330000000000000).view(float64) - (2.0**52 + 1023.0)


def mantissa(x):
    """x / 2ᵏ with k the exponent of x, for normal x > 0."""
    return ((x.view(int64) & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(float64)
