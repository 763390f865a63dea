"""Anatomy of one step: all that a rule computes between θ and θ - α ∇ℓ(θ + δ), and where it looked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.compiled import pair
from optimizers.rules import Rule, perturbation


class Anatomy(NamedTuple):
    """One step from each of a batch of points; arrays of shape (2, *batch), but for the root.

    Attributes:
        point: θ.
        gradient: g = ∇ℓ(θ).
        ascent: v = G⁻¹g.
        delta: δ = ρ v / √(gᵀv).
        gradient_there: ∇ℓ(θ + δ).
        next: θ - α ∇ℓ(θ + δ).
        root: ρ G^(-1/2) by its components xx, xy, yy, shape (3, *batch); the set δᵀGδ ≤ ρ² is its image of the unit
            disc.
    """

    point: np.ndarray
    gradient: np.ndarray
    ascent: np.ndarray
    delta: np.ndarray
    gradient_there: np.ndarray
    next: np.ndarray
    root: np.ndarray

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


def anatomy(rule: Rule, landscape: Landscape, point: ArrayLike, learning_rate: ArrayLike) -> Anatomy:
    """What the rule does at points: δ = ρ G⁻¹g / √(gᵀG⁻¹g), then θ - α ∇ℓ(θ + δ).

    `next` is the run's own next position, bit for bit: the functions are those of the engine. Points that are not
    finite give what is not finite, without a warning.

    Args:
        rule: hyperparameters broadcast against the batch.
        landscape: the loss.
        point: shape (2, *batch).
        learning_rate: α, broadcasts against the batch.
    """
    point = np.asarray(point, float)
    contract.check(rule, landscape)
    rho, *others = contract.radius_and_others(rule)
    values = contract.all_hyperparameters(rule, learning_rate).values()
    with np.errstate(all="ignore"):
        gradient = np.stack(landscape.gradient(*point))
        ascent = np.stack(rule.ascent(*point, *gradient, *others))
        delta = np.stack(perturbation(*gradient, *ascent, rho))
        gradient_there = np.stack(landscape.gradient(*(point + delta)))
        after = np.stack(pair(rule, landscape).step(*point, *values))
        root = [rho * component for component in rule.inverse_root(*point, *gradient, *others)]
    return Anatomy(
        point, gradient, ascent, delta, gradient_there, after, np.stack(np.broadcast_arrays(*root, point[0])[:3])
    )
