"""Stretch: one parameter s times as large, the other s times as small.

The rescaling of Dinh et al. (2017), arXiv:1703.04933: a loss of θ₁θ₂ has the same formula in φ.
"""

from landscapes.charts.chart import ChartForm, flat


def point(u, v, s):
    return s * u, v / s


def jacobian(u, v, s):
    zero = 0.0 * u + 0.0 * v
    return s + zero, zero, zero, 1.0 / s + zero


def inverse(x, y, s):
    return x / s, s * y


stretch = ChartForm(
    "stretch",
    "Stretch",
    r"\theta = \begin{pmatrix} s & 0 \\ 0 & 1/s \end{pmatrix} \varphi",
    "s",
    "Stretch s",
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
