"""Powers with any exponent, by logarithm and exponential in twice the precision."""

from numpy import abs, floor, rint, sqrt, where

from landscapes.vector_math.bits import exponent, mantissa, power_of_two
from landscapes.vector_math.exponential import EXP, LN_2, LN_2_1, LN_2_2, MAX_FLOAT, TINY

SPLIT = 2.0**27 + 1.0
TWO_THIRDS, TWO_THIRDS_REST = 2.0 / 3.0, float.fromhex("0x1.5555555555555p-55")
TWO_FIFTHS, TWO_FIFTHS_REST = 0.4, float.fromhex("-0x1.999999999999ap-56")
LOG_TAIL = tuple(2.0 / (2 * n + 1) for n in range(14, 2, -1))


def power(x, y):
    """xʸ = sign · exp(y ln |x|), with the logarithm and its product in twice the precision.

    Signs, zeros, infinities and NaN are those of IEEE 754: x⁰ = 1ʸ = 1 even for NaN; a negative number has whole powers
    only, the odd ones negative.
    """
    x, y = 1.0 * x, 1.0 * y
    size = abs(x)
    ordinary = where(size > 0.0, where(size <= MAX_FLOAT, size, 1.0), 1.0)
    exponent_of_e = _times(where(y > 1e24, 1e24, where(y < -1e24, -1e24, y)), *_log_in_two(ordinary))
    value = _exp_of_two(*exponent_of_e)
    # 0 and ∞ have infinite logarithms of either sign
    direction = where(size == 0.0, -y, where(size > MAX_FLOAT, y, 0.0))
    value = where(direction > 0.0, 1e999, where(direction < 0.0, 0.0, value))
    value = where(size == size, value, x)
    whole = floor(y) == y
    half = 0.5 * y
    odd = where(floor(half) == half, False, whole)
    negative = where(size == 0.0, 1.0 / where(size == 0.0, x, 1.0), x) < 0.0
    # a finite negative number has no other powers than whole ones
    root = where(x < 0.0, where(size <= MAX_FLOAT, sqrt(x), 1.0), 1.0)
    value = value * where(whole, where(odd, where(negative, -1.0, 1.0), 1.0), root)
    return where(y == 0.0, 1.0, where(x == 1.0, 1.0, value))


def _times(y, high, low):
    """y (high + low) in two parts."""
    product, error = _product(y, high)
    return _sum(product, error + y * low)


def _product(a, b):
    """a b and its rounding error, both exact."""
    product = a * b
    wide = SPLIT * a
    a_high = wide - (wide - a)
    a_low = a - a_high
    wide = SPLIT * b
    b_high = wide - (wide - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _sum(a, b):
    """a + b and its rounding error, both exact."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _log_in_two(x):
    """ln x in two parts, to 2⁻⁶⁷ of it, for finite x > 0."""
    small = x < TINY
    scaled = where(small, x * 2.0**54, x)
    k = exponent(scaled) - where(small, 54.0, 0.0)
    m = mantissa(scaled)
    large = m > 1.4142135623730951
    k = where(large, k + 1.0, k)
    m = where(large, 0.5 * m, m)
    f = m - 1.0
    below, below_rest = _sum(m, 1.0)
    s = f / below
    part, error = _product(s, below)
    s_rest = (((f - part) - error) - s * below_rest) / below
    square, square_rest = _product(s, s)
    square_rest = square_rest + 2.0 * s * s_rest
    tail = LOG_TAIL[0]
    for n in range(1, 12):
        tail = LOG_TAIL[n] + square * tail
    # 2/5 + s² tail, 2/3 + s² (…), 2 + s² (…), each in two parts
    high, low = _sum(TWO_FIFTHS, square * tail)
    high, low = _times_two(high, low + TWO_FIFTHS_REST, square, square_rest)
    high, rest = _sum(TWO_THIRDS, high)
    high, low = _times_two(high, rest + low + TWO_THIRDS_REST, square, square_rest)
    high, rest = _sum(2.0, high)
    high, low = _times_two(high, rest + low, s, s_rest)
    first, rest = _sum(k * LN_2_1, high)
    second, more = _sum(first, k * LN_2_2)
    return _sum(second, rest + more + low)


def _times_two(a, a_rest, b, b_rest):
    product, error = _product(a, b)
    return _sum(product, error + (a * b_rest + a_rest * b))


def _exp_of_two(x, rest):
    """exp(x + rest) for |rest| ≤ 2⁻⁵³ |x|."""
    rest = where(abs(x) < 720.0, rest, 0.0)
    x = where(x > 720.0, 720.0, where(x < -760.0, -760.0, x))
    k = rint(x * (1.0 / LN_2))
    r, r_rest = _sum(x - k * LN_2_1, -k * LN_2_2)
    r, rest = _sum(r, rest + r_rest)
    total = EXP[0]
    for n in range(1, 12):
        total = EXP[n] + r * total
    above, error = _sum(r, r * r * total + (rest + r * rest))
    value = 1.0 + above
    value = value + ((above - (value - 1.0)) + error)
    half = rint(0.5 * k)
    return value * power_of_two(half) * power_of_two(k - half)
