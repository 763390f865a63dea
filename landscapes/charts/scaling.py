"""Scaling: both parameters in another unit, as x = 2u typed into a formula."""

from landscapes.charts.chart import ChartForm, flat


def point(u, v, s):
    return s * u, s * v


def jacobian(u, v, s):
    zero = 0.0 * u + 0.0 * v
    return s + zero, zero, zero, s + zero


def inverse(x, y, s):
    return x / s, y / s


scaling = ChartForm(
    "scaling",
    "Scaling",
    r"\theta = s\,\varphi",
    "s",
    "Scale s",
    0.25,
    4.0,
    2.0,
    1.0,
    True,
    point,
    jacobian,
    flat,
    inverse,
)
