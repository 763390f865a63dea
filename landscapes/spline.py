"""A C² spline through losses on an even grid, in the arithmetic that all engines share.

In each direction it is the cubic spline whose third derivative is also continuous at the last places but one ("not a
knot"), as SciPy's RectBivariateSpline is; on an even grid all its B-splines have one shape, so that a point needs its
cell, the four weights of each direction, and sixteen coefficients.
"""

from collections.abc import Callable

import numpy as np
from numpy import floor

from landscapes.elementary import where
from landscapes.vector_math import entry

FEWEST = 4  # places in each direction, from which such a spline is determined


def coefficients(values: np.ndarray) -> np.ndarray:
    """The coefficients of the B-splines along the first axis: two more than the values, shape (n, …) → (n + 2, …)."""
    count = len(values)
    system = np.zeros((count + 2, count + 2))
    for shift, share in enumerate((1 / 6, 4 / 6, 1 / 6)):
        system[np.arange(count) + 1, np.arange(count) + shift] = share
    system[0, :5] = system[-1, -5:] = 1, -4, 6, -4, 1  # the third derivatives on both sides are the same
    margin = [(1, 1)] + [(0, 0)] * (values.ndim - 1)
    return np.linalg.solve(system, np.pad(values, margin))


def spline(values: np.ndarray, left: float, right: float, bottom: float, top: float) -> tuple[Callable, ...]:
    """Value, gradient and Hessian of the spline through values on an even grid of a rectangle, NaN outside of it.

    Args:
        values: shape (rows, columns): a row from left to right, the rows from bottom to top.
    """
    rows, columns = values.shape
    wide = float(columns + 2)  # coefficients in a row
    table = np.ascontiguousarray(coefficients(coefficients(values.T).T)).ravel()
    table.flags.writeable = False
    last_column, last_row = columns - 2.0, rows - 2.0
    per_x, per_y = (columns - 1) / (right - left), (rows - 1) / (top - bottom)

    def across(x):
        return place(x, left, right, per_x, last_column)

    def upward(y):
        return place(y, bottom, top, per_y, last_row)

    def row(first, a, b, c, d):
        return (
            a * entry(table, first)
            + b * entry(table, first + 1.0)
            + (c * entry(table, first + 2.0) + d * entry(table, first + 3.0))
        )

    def along(column, line, a, b, c, d):
        """The four rows of a point's cell, each weighted across."""
        first = line * wide + column
        return (
            row(first, a, b, c, d),
            row(first + wide, a, b, c, d),
            row(first + 2.0 * wide, a, b, c, d),
            row(first + 3.0 * wide, a, b, c, d),
        )

    def value(x, y):
        column, u, off = across(x)
        line, v, above = upward(y)
        return total(*weights(v), *along(column, line, *weights(u))) + (off + above)

    def gradient(x, y):
        column, u, off = across(x)
        line, v, above = upward(y)
        by_x = total(*weights(v), *along(column, line, *slopes(u)))
        by_y = total(*slopes(v), *along(column, line, *weights(u)))
        return per_x * by_x + (off + above), per_y * by_y + (off + above)

    def hessian(x, y):
        column, u, off = across(x)
        line, v, above = upward(y)
        by_xx = total(*weights(v), *along(column, line, *bends(u)))
        by_xy = total(*slopes(v), *along(column, line, *slopes(u)))
        by_yy = total(*bends(v), *along(column, line, *weights(u)))
        outside = off + above
        return per_x * per_x * by_xx + outside, per_x * per_y * by_xy + outside, per_y * per_y * by_yy + outside

    return value, gradient, hessian


def place(x, low, high, per, last):
    """The cell of x, where x lies in it from 0 to 1, and 0, or NaN where x lies in no cell."""
    inside = where(x >= low, where(x <= high, 1.0, 0.0), 0.0)
    at = where(inside == 1.0, (x - low) * per, 0.0)
    cell = floor(at)
    cell = where(cell > last, last, cell)
    far = where(inside == 1.0, 0.0, 1e999)
    return cell, at - cell, far - far


def weights(u):
    """The four B-splines that are not 0 in a cell."""
    left = 1.0 - u
    first, fourth = left * left * left / 6.0, u * u * u / 6.0
    second = (4.0 + u * u * (3.0 * u - 6.0)) / 6.0
    return first, second, (4.0 + left * left * (3.0 * left - 6.0)) / 6.0, fourth


def slopes(u):
    """Their derivatives."""
    left = 1.0 - u
    return -0.5 * left * left, u * (1.5 * u - 2.0), left * (2.0 - 1.5 * left), 0.5 * u * u


def bends(u):
    """Their second derivatives."""
    left = 1.0 - u
    return left, 3.0 * u - 2.0, 3.0 * left - 2.0, u


def total(a, b, c, d, first, second, third, fourth):
    """Four rows, weighted upward."""
    return a * first + b * second + (c * third + d * fourth)
