"""Sinh: each parameter on a scale of its own, fine round 0 and coarse far out."""

from landscapes.charts.chart import ChartForm
from landscapes.elementary import abs, cosh, log1p, sign, sinh, sqrt, where

TINY = 1e-9  # a growth below this changes no digit


def point(u, v, c):
    safe = where(c < TINY, 1.0, c)
    return where(c < TINY, u, sinh(safe * u) / safe), where(c < TINY, v, sinh(safe * v) / safe)


def jacobian(u, v, c):
    zero = 0.0 * u + 0.0 * v
    return cosh(c * u) + zero, zero, zero, cosh(c * v) + zero


def curvature(u, v, c):
    zero = 0.0 * u + 0.0 * v
    return c * sinh(c * u) + zero, zero, zero, zero, zero, c * sinh(c * v) + zero


def inverse(x, y, c):
    safe = where(c < TINY, 1.0, c)
    return where(c < TINY, x, arsinh(safe * x) / safe), where(c < TINY, y, arsinh(safe * y) / safe)


def arsinh(z):
    """The inverse of sinh, without loss of digits round 0."""
    size = abs(z)
    return sign(z) * log1p(size + size * size / (1.0 + sqrt(1.0 + size * size)))


sinh_chart = ChartForm(
    "sinh",
    "Sinh",
    r"\theta_i = \tfrac{1}{c} \sinh(c\,\varphi_i)",
    "c",
    "Growth c",
    0.0,
    1.5,
    1.0,
    0.0,
    False,
    point,
    jacobian,
    curvature,
    inverse,
)
