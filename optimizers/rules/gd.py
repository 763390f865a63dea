"""Gradient descent."""

from dataclasses import dataclass

from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class GD(Rule):
    """Gradient descent: δ = 0."""

    key, name, short, metric = "gd", "Gradient descent", "GD", r"\rho = 0"
    purpose = "The yardstick: it goes where the loss falls, and asks nothing about sharpness."

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx, gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        return 1.0, 0.0, 1.0
