"""Rotation: θ is φ turned about the origin."""

from math import pi

from landscapes.charts.chart import ChartForm, flat
from landscapes.elementary import cos, sin

RADIANS = pi / 180


def point(u, v, degrees):
    c, s = cos(RADIANS * degrees), sin(RADIANS * degrees)
    return c * u - s * v, s * u + c * v


def jacobian(u, v, degrees):
    c, s, zero = cos(RADIANS * degrees), sin(RADIANS * degrees), 0.0 * u + 0.0 * v
    return c + zero, zero - s, s + zero, c + zero


def inverse(x, y, degrees):
    c, s = cos(RADIANS * degrees), sin(RADIANS * degrees)
    return c * x + s * y, c * y - s * x


rotation = ChartForm(
    "rotation",
    "Rotation",
    r"\theta = \begin{pmatrix} \cos t & -\sin t \\ \sin t & \cos t \end{pmatrix} \varphi",
    "t",
    "Angle t in degrees",
    -180.0,
    180.0,
    30.0,
    0.0,
    True,
    point,
    jacobian,
    flat,
    inverse,
)
