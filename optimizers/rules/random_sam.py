"""Random-direction SAM."""

from dataclasses import dataclass
from math import pi

from numpy.typing import ArrayLike

from landscapes.elementary import cos, sin, where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.philox import words
from optimizers.rules.rule import Rule

TURN = 2.0 * pi / 2.0**32


@dataclass(frozen=True)
class RandomSAM(Rule):
    """Random-direction SAM: d = ∇ℓ(θ + ρ u) with u uniform on the circle, drawn in each step.

    u is a function of the seed, the bits of the run's start and the number of the step (Philox), so that a run is the
    same alone, in a batch and in a tile. It perturbs where the gradient is 0, too. The control of SAM's direction; no
    published defaults.
    """

    rho: ArrayLike = radius(0.5)
    seed: ArrayLike = hyperparameter(
        0, high=2**32 - 1, whole=True, symbol="seed", label="Seed", about="Other seeds give other directions."
    )
    key, name = "random-sam", "Random SAM"
    equation = r"\nabla\ell(\theta + \rho\,u),\ \|u\| = 1"
    purpose = "Tells what of SAM is due to its direction, and what to looking at a distance at all."
    state = {"count": 0.0, "start_x": 0.0, "start_y": 0.0}
    discrete = ("count", "start_x", "start_y")

    @staticmethod
    def direction(loss, x, y, count, start_x, start_y, rho, seed):
        x, y = x + 0.0, y + 0.0
        start_x, start_y = where(count == 0.0, x, start_x), where(count == 0.0, y, start_y)
        word, _, _, _ = words(start_x, start_y, seed, count)
        angle = TURN * (word + 0.5)
        dx, dy = loss.gradient(x + rho * cos(angle), y + rho * sin(angle))
        return dx, dy, count + 1.0, start_x, start_y
