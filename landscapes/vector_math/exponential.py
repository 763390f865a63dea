"""exp, log and the hyperbolic functions."""

from math import factorial

from numpy import abs, rint, sqrt, where

from landscapes.vector_math.bits import exponent, mantissa, power_of_two
from landscapes.vector_math.comparisons import sign

LN_2 = float.fromhex("0x1.62e42fefa39efp-1")
LN_2_1 = float.fromhex("0x1.62e42fefp-1")
LN_2_2 = float.fromhex("0x1.473de6af278edp-34")
EXP = tuple(1.0 / factorial(n) for n in range(13, 1, -1))
LOG = tuple(2.0 / (2 * n + 1) for n in range(11, 0, -1))
TINY = 2.0**-1022
MAX_FLOAT = 1.7976931348623157e308


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
    value = where(x > MAX_FLOAT, x, value)
    return where(x > 0.0, value, where(x == 0.0, -1e999, sqrt(x)))


def expm1(x):
    """eˣ - 1."""
    return where(abs(x) < 1.0, _expm1(where(abs(x) < 1.0, x, 0.0)), exp(x) - 1.0)


def log1p(x):
    """ln(1 + x) = ln u + (x - (u - 1)) / u with u = 1 + x as rounded."""
    u = 1.0 + x
    correction = (x - (u - 1.0)) / u
    return log(u) + where(abs(correction) < 1.0, correction, 0.0)
