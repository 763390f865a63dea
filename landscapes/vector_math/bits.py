"""Functions that look at the bits of a float64, and tables. Kernels have their own definitions, for single numbers."""

from base64 import b64decode

from numpy import float64, frombuffer, int64


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


def table(text):
    """The numbers of a table that is written as text."""
    return frombuffer(b64decode(text), "<f8")


def entry(numbers, index):
    """numbers[index] for a whole 0 ≤ index < len(numbers)."""
    return numbers[float64(index).astype(int64)]
