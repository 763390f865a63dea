"""The elementary functions in arithmetic that vectorises: no branch, no table, no call.

NumPy evaluates them on arrays and Numba compiles them into a kernel's inner loop; both perform the same operations, so
both get the same bits, which the libraries' own functions would not give. They are made of + - * / and the square root,
comparisons and `where`, abs, rint, floor, and three functions that look at the bits of a number.

`ULPS` bounds their errors. sin, cos and tan keep theirs while |x| < 10⁶; beyond, the error grows with the argument's
own rounding, |x| 2⁻⁵², and from 2⁵³ on, where neighbouring numbers are two radians apart, they are those of 0. sin and
cos never leave [-1, 1], and are NaN where x is not finite. Of results below 2⁻¹⁰²² the unit is that of 2⁻¹⁰²².

Arguments are reduced as in Cody and Waite (1980), Software Manual for the Elementary Functions, by constants in parts
whose multiples are exact; what is left is the function's own Taylor series, summed to the last bit. Where that is not
enough, numbers are carried as unevaluated sums of two (Dekker 1971, A floating-point technique for extending the
available precision, Numerische Mathematik 18).
"""

from math import factorial, pi

from numpy import abs, float64, floor, int64, rint, sqrt, where

# units in the last place within which the results are; `make verify` searches for the worst
ULPS = {"sin": 0.8, "cos": 0.8, "power": 0.8, "log": 0.9, "arctan": 0.9, "exp": 1.0, "hypot": 1.5, "log1p": 1.5}
ULPS |= {"expm1": 2.5, "tan": 2.5, "arcsin": 2.5, "arccos": 2.5, "sinh": 4.0, "cosh": 4.0, "tanh": 4.0}

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


LN_2 = float.fromhex("0x1.62e42fefa39efp-1")
LN_2_1 = float.fromhex("0x1.62e42fefp-1")
LN_2_2 = float.fromhex("0x1.473de6af278edp-34")
EXP = tuple(1.0 / factorial(n) for n in range(13, 1, -1))
LOG = tuple(2.0 / (2 * n + 1) for n in range(11, 0, -1))
ARCTAN = tuple((-1.0) ** n / (2 * n + 1) for n in range(21, 0, -1))
ARCTAN_HALF, ARCTAN_HALF_REST = float.fromhex("0x1.dac670561bb4fp-2"), float.fromhex("0x1.a2b7f222f65e2p-56")
ARCTAN_THREE_HALVES = float.fromhex("0x1.f730bd281f69bp-1")
ARCTAN_THREE_HALVES_REST = float.fromhex("0x1.007887af0cbbdp-56")
HALF_PI = float.fromhex("0x1.921fb54442d18p+0")
HALF_PI_REST = float.fromhex("0x1.1a62633145c07p-54")
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


def expm1(x):
    """eˣ - 1."""
    return where(abs(x) < 1.0, _expm1(where(abs(x) < 1.0, x, 0.0)), exp(x) - 1.0)


def log1p(x):
    """ln(1 + x) = ln u + (x - (u - 1)) / u with u = 1 + x as rounded."""
    u = 1.0 + x
    correction = (x - (u - 1.0)) / u
    return log(u) + where(abs(correction) < 1.0, correction, 0.0)


def arcsin(x):
    """arcsin x = arctan(x / √((1 - x)(1 + x)))."""
    return arctan(x / sqrt((1.0 - x) * (1.0 + x)))


def arccos(x):
    """arccos x = 2 arctan √((1 - x) / (1 + x))."""
    return 2.0 * arctan(sqrt((1.0 - x) / (1.0 + x)))


def sign(x):
    """1, -1, and for either zero 0, of which libraries make either."""
    return where(x > 0.0, 1.0, where(x < 0.0, -1.0, where(x == 0.0, 0.0, x)))


def minimum(x, y):
    """The smaller of two numbers, NaN where one is; of two zeros the second."""
    return where(x < y, x, where(x == x, y, x))


def maximum(x, y):
    """The larger of two numbers, NaN where one is; of two zeros the second."""
    return where(x > y, x, where(x == x, y, x))


def hypot(x, y):
    """√(x² + y²), NaN where one is, scaled by the power of two of the larger, so that no square is out of range."""
    large = maximum(abs(x), abs(y))
    scale = power_of_two(exponent(where(large > 1e-300, where(large < 1e300, large, 1e300), 1e-300)))
    a, b = x / scale, y / scale
    return scale * sqrt(a * a + b * b)


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


# What follows looks at the bits of a float64. Kernels have their own definitions of these, for single numbers.


def power_of_two(k):
    """2ᵏ for whole -1022 ≤ k ≤ 1023."""
    return (float64(k + (1.5 * 2.0**52 + 1023.0)).view(int64) << 52).view(float64)


def exponent(x):
    """The largest whole k with 2ᵏ ≤ x, for normal x > 0."""
    return ((float64(x).view(int64) >> 52) + 0x4330000000000000).view(float64) - (2.0**52 + 1023.0)


def mantissa(x):
    """x / 2ᵏ with k the exponent of x, for normal x > 0."""
    return ((float64(x).view(int64) & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(float64)


def low_word(x):
    """The lower 32 bits of x, as a whole number."""
    return ((float64(x).view(int64) & 0xFFFFFFFF) | 0x4330000000000000).view(float64) - 2.0**52


def high_word(x):
    """The upper 32 bits of x, as a whole number."""
    return (((float64(x).view(int64) >> 32) & 0xFFFFFFFF) | 0x4330000000000000).view(float64) - 2.0**52


def exclusive_or(a, b):
    """a xor b, of whole numbers 0 ≤ a, b < 2⁵²."""
    bits = float64(a + 2.0**52).view(int64) ^ float64(b + 2.0**52).view(int64)
    return (bits | 0x4330000000000000).view(float64) - 2.0**52
