"""The sign, the smaller and the larger of two numbers, and the length of two components."""

from numpy import abs, sqrt, where

from landscapes.vector_math.bits import exponent, power_of_two


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
