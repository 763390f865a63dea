"""Shear: θ₁ is moved along by the second parameter."""

from landscapes.charts.chart import ChartForm, flat


def point(u, v, c):
    return u + c * v, v


def jacobian(u, v, c):
    zero = 0.0 * u + 0.0 * v
    return 1.0 + zero, c + zero, zero, 1.0 + zero


def inverse(x, y, c):
    return x - c * y, y


shear = ChartForm(
    "shear",
    "Shear",
    r"\theta = \begin{pmatrix} 1 & c \\ 0 & 1 \end{pmatrix} \varphi",
    "c",
    "Shear c",
    -2.0,
    2.0,
    1.0,
    0.0,
    True,
    point,
    jacobian,
    flat,
    inverse,
)
