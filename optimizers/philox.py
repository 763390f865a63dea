"""Random numbers as a function of what they are for: Philox-4x32, a counter-based generator.

Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3. Its words of 32 bits are whole
numbers in float64 here, its products are put together from halves that are exact, and `exclusive_or` looks at bits: so
that NumPy, kernels and a browser agree.
"""

from math import pi

from numpy import floor

from landscapes.elementary import cos, high_word, log, low_word, sin, sqrt
from landscapes.vector_math import exclusive_or

WORD, HALF = 2.0**32, 2.0**16
FIRST, SECOND = (float(0xD251), float(0x1F53)), (float(0xCD9E), float(0x8D57))  # multipliers, in halves
BUMP, OTHER_BUMP = float(0x9E3779B9), float(0xBB67AE85)
NORMAL = 2.0**31  # added to the step where normal numbers are drawn, so that they are not those of `words` alone


def words(x, y, seed, step):
    """Four random words for the bits of x and y, a seed and a step, each a whole number below 2³²."""
    x, y = x + 0.0, y + 0.0  # the two zeros are one point
    return philox(low_word(x), high_word(x), low_word(y), high_word(y), seed, step)


def normal(x, y, seed, step):
    """Two independent normal numbers for the same (Box and Muller, 1958)."""
    first, second, _, _ = words(x, y, seed, step + NORMAL)
    length, angle = sqrt(-2.0 * log((first + 0.5) / WORD)), (2.0 * pi / WORD) * (second + 0.5)
    return length * cos(angle), length * sin(angle)


def philox(a, b, c, d, key, other_key):
    """Ten rounds over the counter a, b, c, d with a key of two words."""
    a, b, c, d, key, other_key = _five_rounds(a, b, c, d, key, other_key)
    a, b, c, d, _, _ = _five_rounds(a, b, c, d, key, other_key)
    return a, b, c, d


def _five_rounds(a, b, c, d, key, other_key):
    a, b, c, d, key, other_key = _round(a, b, c, d, key, other_key)
    a, b, c, d, key, other_key = _round(a, b, c, d, key, other_key)
    a, b, c, d, key, other_key = _round(a, b, c, d, key, other_key)
    a, b, c, d, key, other_key = _round(a, b, c, d, key, other_key)
    return _round(a, b, c, d, key, other_key)


def _round(a, b, c, d, key, other_key):
    high, low = _product(FIRST[0], FIRST[1], a)
    other_high, other_low = _product(SECOND[0], SECOND[1], c)
    a, c = exclusive_or(exclusive_or(other_high, b), key), exclusive_or(exclusive_or(high, d), other_key)
    return a, other_low, c, low, _rest(key + BUMP, WORD), _rest(other_key + OTHER_BUMP, WORD)


def _product(high, low, word):
    """The two words of a product of words, the first of which is given in halves."""
    word_high = floor(word / HALF)
    word_low = word - HALF * word_high
    lowest = low * word_low
    middle = high * word_low + low * word_high + floor(lowest / HALF)
    return high * word_high + floor(middle / HALF), HALF * _rest(middle, HALF) + _rest(lowest, HALF)


def _rest(number, divisor):
    return number - divisor * floor(number / divisor)
