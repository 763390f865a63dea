"""n-step SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import perturbation
from optimizers.rules.rule import Rule

MOST = 5  # steps out; all are computed and those beyond n passed over, because a block of runs has no branches


@dataclass(frozen=True)
class NStepSAM(Rule):
    """n-step SAM: z ← z + r ∇ℓ(z)/‖∇ℓ(z)‖ n times from z = θ, then d = ∇ℓ(z).

    As in optax (contrib/_sam.py with sync_period = n + 1), where each step has the whole radius, r = ρ. To share one
    radius among the steps, give ρ/n.
    """

    rho: ArrayLike = radius(0.3, "Length of each step out, in units of θ; together they may reach n times as far.")
    ascent_steps: ArrayLike = hyperparameter(
        2, low=1, high=MOST, whole=True, symbol="n", label="Steps out n", about="Number of steps out; 1 is SAM."
    )
    key, name = "n-step-sam", "n-step SAM"
    equation = r"\nabla\ell(z_n),\ z_{k+1} = z_k + \rho\,\nabla\ell(z_k)/\|\nabla\ell(z_k)\|"
    purpose = "Climbs in several steps, so that it comes nearer to the worst point of a curved loss."

    @staticmethod
    def direction(loss, x, y, rho, ascent_steps):
        zx, zy = x, y
        for k in range(MOST):
            gx, gy = loss.gradient(zx, zy)
            dx, dy = perturbation(gx, gy, gx, gy, rho)
            zx, zy = where(k < ascent_steps, zx + dx, zx), where(k < ascent_steps, zy + dy, zy)
        return loss.gradient(zx, zy)
