"""The one update that all rules share."""

from collections.abc import Callable

from optimizers.rules import perturbation


def step(gradient: Callable, ascent: Callable, x, y, learning_rate, rho, *others):
    """One update θ ← θ - α ∇ℓ(θ + δ) of the components x, y."""
    gx, gy = gradient(x, y)
    vx, vy = ascent(x, y, gx, gy, *others)
    dx, dy = perturbation(gx, gy, vx, vy, rho)
    px, py = gradient(x + dx, y + dy)
    return x - learning_rate * px, y - learning_rate * py
