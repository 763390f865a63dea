"""Anatomy of one step: all that a rule computes between θ and the next θ, and where it looked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.bases import PLAIN
from optimizers.compiled import pair
from optimizers.rules import Rule, perturbation

SAME = 1e-9  # relative difference up to which two distances are the same


class Anatomy(NamedTuple):
    """One step from each of a batch of points; arrays of shape (2, *batch), but for the root and what was looked at.

    Attributes:
        point: θ.
        gradient: g = ∇ℓ(θ).
        ascent: v = G⁻¹g; NaN for a rule without a metric.
        delta: δ = ρ v / √(gᵀv); for a rule without a metric, from θ to the farthest point at which it took a gradient.
        gradient_there: ∇ℓ(θ + δ).
        next: θ - α d.
        root: ρ G^(-1/2) by its components xx, xy, yy, shape (3, *batch); the set δᵀGδ ≤ ρ² is its image of the unit
            disc. NaN for a rule without a metric.
        direction: d, what the rule descends along.
        looked: the points at which the rule took gradients, in its order, shape (m, 2, *batch).
        gradients: these gradients, which the direction combines, shape (m, 2, *batch).
    """

    point: np.ndarray
    gradient: np.ndarray
    ascent: np.ndarray
    delta: np.ndarray
    gradient_there: np.ndarray
    next: np.ndarray
    root: np.ndarray
    direction: np.ndarray
    looked: np.ndarray
    gradients: np.ndarray

    @property
    def perturbed(self) -> np.ndarray:
        """θ + δ, shape (2, *batch)."""
        return self.point + self.delta

    def rim(self, directions: ArrayLike) -> np.ndarray:
        """The curve {θ + δ : δᵀGδ = ρ²}, shape (2, n, *batch), as the image of unit vectors, shape (2, n)."""
        x, y = np.asarray(directions, float)
        xx, xy, yy = self.root
        offset = np.stack(
            [np.multiply.outer(x, xx) + np.multiply.outer(y, xy), np.multiply.outer(x, xy) + np.multiply.outer(y, yy)]
        )
        return self.point[:, None] + offset


def anatomy(
    rule: Rule, landscape: Landscape, point: ArrayLike, learning_rate: ArrayLike, state: ArrayLike | None = None
) -> Anatomy:
    """What the rule does at points, with gradient descent as its base.

    `next` is the run's own next position, bit for bit: the step is that of the engine. Points that are not finite give
    what is not finite, without a warning.

    Args:
        rule: hyperparameters broadcast against the batch.
        landscape: the loss.
        point: shape (2, *batch).
        learning_rate: α, broadcasts against the batch.
        state: of the rule, shape (components, *batch); where it begins if None.
    """
    point = np.asarray(point, float)
    contract.check(rule, landscape)
    began = contract.state(rule, PLAIN, None, state)
    values = contract.all_hyperparameters(rule, learning_rate)
    with np.errstate(all="ignore"):
        after = np.stack(pair(rule, landscape).step(*point, *began, *values.values())[:2])
        seen = _Seen(landscape, point)
        rule_values = [values[name] for name in rule.hyperparameters]
        direction = seen.whole(rule.direction(seen, *point, *began, *rule_values)[:2])
        gradient = seen.whole(landscape.gradient(*point))
        looked, gradients = np.stack(seen.points), np.stack(seen.gradients)
        if rule.ascent is None:
            ascent, root = np.full(point.shape, np.nan), np.full((3, *point.shape[1:]), np.nan)
            farthest = _farthest(looked - point)
            delta, there = (np.take_along_axis(part, farthest, axis=0)[0] for part in (looked - point, gradients))
        else:
            rho, *others = contract.radius_and_others(rule)
            ascent = np.stack(rule.ascent(*point, *gradient, *others))
            (gx, gy), (vx, vy) = gradient, ascent
            delta = np.stack(perturbation(gx, gy, vx, vy, rho))
            there = np.stack(landscape.gradient(*(point + delta)))
            root = _root(rule, rho, point, gradient, others)
    return Anatomy(point, gradient, ascent, delta, there, after, root, direction, looked, gradients)


class _Seen:
    """A loss that remembers where its gradient was taken."""

    def __init__(self, landscape: Landscape, point: np.ndarray) -> None:
        self._landscape, self._shape = landscape, point.shape[1:]
        self.points: list[np.ndarray] = []
        self.gradients: list[np.ndarray] = []
        self.value, self.hessian = landscape.value, landscape.hessian

    def whole(self, parts) -> np.ndarray:
        return np.stack([np.broadcast_to(part, self._shape) for part in parts])

    def gradient(self, x, y):
        found = self._landscape.gradient(x, y)
        self.points.append(self.whole((x, y)))
        self.gradients.append(self.whole(found))
        return found


def _farthest(offsets: np.ndarray) -> np.ndarray:
    """The first of the longest offsets, shape (m, 2, *batch), as an index along the first axis."""
    length = np.hypot(offsets[:, 0], offsets[:, 1])
    return (length >= length.max(axis=0) * (1.0 - SAME)).argmax(axis=0)[None, None]


def _root(rule: Rule, rho, point: np.ndarray, gradient: np.ndarray, others: list) -> np.ndarray:
    if rule.inverse_root is None:
        return np.full((3, *point.shape[1:]), np.nan)
    root = [rho * component for component in rule.inverse_root(*point, *gradient, *others)]
    return np.stack(np.broadcast_arrays(*root, point[0])[:3])
