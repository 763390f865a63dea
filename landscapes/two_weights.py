"""Networks of two weights, θ₂ s(θ₁ x): their mean squared error on a few points, for an activation s."""

from collections.abc import Callable

Part = Callable


def mean_squared_error(
    activation: Callable, derivatives: Callable, inputs: tuple[float, ...], targets: tuple[float, ...]
) -> tuple[Part, Part, Part]:
    """ℓ(θ₁, θ₂) = (1/n) Σ (θ₂ s(θ₁ x) - t)², its gradient and its Hessian, as functions of θ₁ and θ₂.

    Args:
        activation: z → s, in elementary arithmetic.
        derivatives: z → (s, s′, s″).
        inputs, targets: the x and t of the n points.
    """
    count = len(inputs)

    def value(x, y):
        total = 0.0
        for n in range(count):
            error = y * activation(inputs[n] * x) - targets[n]
            total = total + error * error
        return total / count

    def gradient(x, y):
        by_x, by_y = 0.0, 0.0
        for n in range(count):
            s, slope, _ = derivatives(inputs[n] * x)
            error = y * s - targets[n]
            by_x, by_y = by_x + error * inputs[n] * slope, by_y + error * s
        return 2.0 / count * y * by_x, 2.0 / count * by_y

    def hessian(x, y):
        xx, xy, yy = 0.0, 0.0, 0.0
        for n in range(count):
            s, slope, bend = derivatives(inputs[n] * x)
            error, slope, bend = y * s - targets[n], inputs[n] * slope, inputs[n] * inputs[n] * bend
            xx = xx + y * (y * slope * slope + error * bend)
            xy = xy + (y * s + error) * slope
            yy = yy + s * s
        return 2.0 / count * xx, 2.0 / count * xy, 2.0 / count * yy

    return value, gradient, hessian
