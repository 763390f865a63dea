"""The rules as a textbook would loop them: one start, plain numbers, written apart from `optimizers.rules`.

Each takes a loss, a start, the learning rate, the number of steps and the hyperparameters by name, and returns the
path as a list of points.
"""

import math
import struct
from collections.abc import Callable

import numpy as np

Point = np.ndarray


def gradient_of(loss) -> Callable[[Point], Point]:
    return lambda p: np.array([float(part) for part in loss.gradient(float(p[0]), float(p[1]))])


def hessian_of(loss, p: Point) -> np.ndarray:
    xx, xy, yy = (float(part) for part in loss.hessian(float(p[0]), float(p[1])))
    return np.array([[xx, xy], [xy, yy]])


def unit(v: Point) -> Point:
    length = np.linalg.norm(v)
    return v / length if length > 0 else np.zeros(2)


def across(a: Point, b: Point) -> Point:
    """What of a is across b; roundoff of the subtraction is nothing."""
    left = a - b * (a @ b) / (b @ b) if b @ b > 0 else a
    return left if np.linalg.norm(left) > 1e-12 * np.linalg.norm(a) else np.zeros(2)


def descend(start, learning_rate: float, steps: int, direction: Callable[[int, Point], Point]) -> list[Point]:
    path = [np.array(start, float)]
    for t in range(steps):
        path.append(path[-1] - learning_rate * direction(t, path[-1]))
    return path


def of_metric(metric: Callable[..., np.ndarray]) -> Callable[..., list[Point]]:
    """The loop of a rule of the paper: δ = ρ G⁻¹g / √(gᵀG⁻¹g) with the metric (p, g, …) → G."""

    def loop(loss, start, learning_rate, steps, rho=0.0, **others):
        slope = gradient_of(loss)

        def direction(t, p):
            g = slope(p)
            v = np.linalg.solve(metric(p, g, **others), g)
            return slope(p + rho * v / math.sqrt(g @ v)) if g @ v > 0 else g

        return descend(start, learning_rate, steps, direction)

    return loop


def usam(loss, start, learning_rate, steps, rho):
    slope = gradient_of(loss)
    return descend(start, learning_rate, steps, lambda t, p: slope(p + rho * slope(p)))


def n_step_sam(loss, start, learning_rate, steps, rho, ascent_steps):
    slope = gradient_of(loss)

    def direction(t, p):
        z = p
        for _ in range(int(ascent_steps)):
            z = z + rho * unit(slope(z))
        return slope(z)

    return descend(start, learning_rate, steps, direction)


def gsam(loss, start, learning_rate, steps, rho, beta):
    slope = gradient_of(loss)

    def direction(t, p):
        g = slope(p)
        s = slope(p + rho * unit(g))
        return s - beta * across(g, s)

    return descend(start, learning_rate, steps, direction)


def wsam(loss, start, learning_rate, steps, rho, gamma):
    slope = gradient_of(loss)

    def direction(t, p):
        g = slope(p)
        s = slope(p + rho * unit(g))
        return g * (1 - 2 * gamma) / (1 - gamma) + s * gamma / (1 - gamma)

    return descend(start, learning_rate, steps, direction)


def looksam(loss, start, learning_rate, steps, rho, share, interval):
    slope, kept = gradient_of(loss), {}

    def direction(t, p):
        g = slope(p)
        if t % int(interval):
            return g + share * np.linalg.norm(g) * kept["v"]
        s = slope(p + rho * unit(g))
        kept["v"] = unit(across(s, g))
        return s

    return descend(start, learning_rate, steps, direction)


def momentum_sam(loss, start, learning_rate, steps, rho, momentum):
    slope, path, v = gradient_of(loss), [np.array(start, float)], np.zeros(2)
    for _ in range(steps):
        v = momentum * v + slope(path[-1] - rho * unit(v))
        path.append(path[-1] - learning_rate * v)
    return path


def cr_sam(loss, start, learning_rate, steps, rho, gamma, beta):
    slope = gradient_of(loss)

    def direction(t, p):
        g = slope(p)
        plus, minus = slope(p + rho * unit(g)), slope(p - rho * unit(g))
        return (1 + gamma + beta) * plus + (gamma - beta) * minus - 2 * gamma * g

    return descend(start, learning_rate, steps, direction)


def philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox-4x32-10 with whole numbers, from Salmon et al. (2011)."""
    counter, key = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [
            (second >> 32) ^ counter[1] ^ key[0],
            second & 0xFFFFFFFF,
            (first >> 32) ^ counter[3] ^ key[1],
            first & 0xFFFFFFFF,
        ]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return counter


def words(start, seed: int, step: int) -> list[int]:
    """The generator's words for a start, whose bits are the counter."""
    return philox(list(struct.unpack("<4I", struct.pack("<2d", *(float(part) + 0.0 for part in start)))), [seed, step])


def random_sam(loss, start, learning_rate, steps, rho, seed):
    slope = gradient_of(loss)

    def direction(t, p):
        angle = 2 * math.pi * (words(start, int(seed), t)[0] + 0.5) / 2**32
        return slope(p + rho * np.array([math.cos(angle), math.sin(angle)]))

    return descend(start, learning_rate, steps, direction)


def gaussian(count: int) -> list[tuple[float, Point]]:
    """Weights and points of an expectation over N(0, I), by the physicists' polynomials."""
    nodes, weights = np.polynomial.hermite.hermgauss(count)
    return [
        (a * b / math.pi, math.sqrt(2) * np.array([x, y]))
        for x, a in zip(nodes, weights, strict=True)
        for y, b in zip(nodes, weights, strict=True)
    ]


def square(count: int) -> list[tuple[float, Point]]:
    """Weights and points of an expectation over [-1, 1]²."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return [
        (a * b / 4, np.array([x, y]))
        for x, a in zip(nodes, weights, strict=True)
        for y, b in zip(nodes, weights, strict=True)
    ]


def frob_sam(loss, start, learning_rate, steps, rho, weight, count=4):
    slope = gradient_of(loss)

    def direction(t, p):
        samples = [(w, float(loss.value(*(p + rho * z))), slope(p + rho * z)) for w, z in gaussian(count)]
        mean = sum(w * value for w, value, _ in samples)
        return slope(p) + weight / rho**2 * sum(w * (value - mean) * g for w, value, g in samples)

    return descend(start, learning_rate, steps, direction)


def trace_sam(loss, start, learning_rate, steps, rho, weight, count=4):
    slope = gradient_of(loss)

    def direction(t, p):
        blurred = sum(w * slope(p + rho * z) for w, z in gaussian(count))
        return (1 - weight) * slope(p) + weight * blurred

    return descend(start, learning_rate, steps, direction)


def det_sam(loss, start, learning_rate, steps, rho, weight, half_width, count=4):
    slope = gradient_of(loss)

    def direction(t, p):
        here, g = float(loss.value(*p)), slope(p)
        places = [(w, p + rho * half_width * v) for w, v in square(count)]
        powers = [(float(loss.value(*place)) - here) / (-2 * rho**2) for _, place in places]
        top = max(powers)
        weighed = [(w * math.exp(power - top), place) for (w, place), power in zip(places, powers, strict=True)]
        total = sum(e for e, _ in weighed)
        moved = sum(e * (slope(place) - g) for e, place in weighed)
        return g + weight * math.exp(-2 * top) * moved / total**3

    return descend(start, learning_rate, steps, direction)


def riemannian_m_sam(loss, start, learning_rate, steps, rho, at_perturbed):
    slope = gradient_of(loss)

    def direction(t, p):
        g = slope(p)
        s = slope(p + rho * unit(g) / math.sqrt(1 + g @ g))
        h = s if at_perturbed else g
        return np.linalg.solve(np.eye(2) + np.outer(h, h), s)

    return descend(start, learning_rate, steps, direction)


def llqr_sam(loss, start, learning_rate, steps, rho, interval, memory, inner_rate, damping):
    slope, kept = gradient_of(loss), {"p": np.eye(2)}

    def direction(t, p):
        g = slope(p)
        if t % int(interval) == 0:
            curvature, q, v = hessian_of(loss, p) + damping * np.eye(2), kept["p"], np.zeros((2, 2))
            for _ in range(10):
                down = np.diag(np.diag(np.outer(curvature @ q @ g - g, g)))  # dJ/dQ on the diagonal
                down = down * min(1.0, 5.0 / max(np.linalg.norm(down), 1e-300))
                v = 0.9 * v + down
                q = q - inner_rate * v
            kept["p"] = memory * kept["p"] + (1 - memory) * q
        s = slope(p + rho * unit(kept["p"] @ g))
        return kept["p"] @ s

    return descend(start, learning_rate, steps, direction)


LOOPS = {
    "gd": of_metric(lambda p, g: np.eye(2)),
    "sam": of_metric(lambda p, g: np.eye(2)),
    "m-sam": of_metric(lambda p, g: np.eye(2) + np.outer(g, g)),
    "fisher-sam": of_metric(lambda p, g, eta: np.diag(1 + eta * g**2)),
    "asam": of_metric(lambda p, g, eta: np.diag(1 / (np.abs(p) + eta) ** 2)),
    "usam": usam,
    "n-step-sam": n_step_sam,
    "gsam": gsam,
    "wsam": wsam,
    "looksam": looksam,
    "momentum-sam": momentum_sam,
    "cr-sam": cr_sam,
    "random-sam": random_sam,
    "frob-sam": frob_sam,
    "trace-sam": trace_sam,
    "det-sam": det_sam,
    "riemannian-m-sam": riemannian_m_sam,
    "llqr-sam": llqr_sam,
}


def bases(loss, start, learning_rate, steps, key, direction=None, **given):
    """A base optimizer under gradient descent, or under another direction of p."""
    slope = direction or gradient_of(loss)
    path, m, q = [np.array(start, float)], np.zeros(2), np.zeros(2)
    for t in range(1, steps + 1):
        d = slope(path[-1])
        if key == "heavy-ball":
            m = given["momentum"] * m + d
            move = m
        elif key == "nesterov":
            m = given["momentum"] * m + d
            move = d + given["momentum"] * m
        elif key == "rmsprop":
            q = given["memory"] * q + (1 - given["memory"]) * d**2
            move = d / (np.sqrt(q) + given["floor"])
        elif key == "adam":
            m = given["memory"] * m + (1 - given["memory"]) * d
            q = given["square_memory"] * q + (1 - given["square_memory"]) * d**2
            unbiased = m / (1 - given["memory"] ** t), q / (1 - given["square_memory"] ** t)
            move = unbiased[0] / (np.sqrt(unbiased[1]) + given["floor"])
        else:
            move = d
        path.append(path[-1] - learning_rate * move)
    return path
