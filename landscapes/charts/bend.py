"""Bend: θ₂ is moved up by a parabola of the first parameter. Areas stay as they are."""

from landscapes.charts.chart import ChartForm


def point(u, v, c):
    return u, v + c * u * u


def jacobian(u, v, c):
    zero = 0.0 * u + 0.0 * v
    return 1.0 + zero, zero, 2.0 * c * u + zero, 1.0 + zero


def curvature(u, v, c):
    zero = 0.0 * u + 0.0 * v
    return zero, zero, zero, 2.0 * c + zero, zero, zero


def inverse(x, y, c):
    return x, y - c * x * x


bend = ChartForm(
    "bend",
    "Bend",
    r"\theta = (\varphi_1,\ \varphi_2 + c\,\varphi_1^2)",
    "c",
    "Bend c",
    -1.0,
    1.0,
    0.5,
    0.0,
    False,
    point,
    jacobian,
    curvature,
    inverse,
)
