"""LLQR-style SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import sqrt, where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import unit
from optimizers.rules.rule import Rule

INNER = 10  # steps on J
MOMENTUM = 0.9  # of these
CLIP = 5.0  # length of their gradient, at most


@dataclass(frozen=True)
class LLQRSAM(Rule):
    """LLQR-style preconditioned SAM, simplified: d = P ∇ℓ(θ + ρ P g/‖P g‖) with a learned diagonal P, from P = I.

    Every k-th step P moves to βP + (1 - β)Q, where Q is P after ten steps of gradient descent with momentum 0.9, its
    gradient clipped to length 5, on J(Q) = -gᵀQg + ½ (Qg)ᵀ(∇²ℓ + λI)(Qg). Dufort-Labbé et al., Navigating Potholes with
    Geometry-Aware Sharpness Minimization; facts of SimonDufLab/LLQR (50 inner steps of rate 0.001 every 1,000 steps,
    λ = 0, β = 0 or 0.9, ρ = 0.1 there). Two parameters are one layer, so what the method is named after, the regulator
    over layers, is left out; J is unbounded below unless ∇²ℓ + λI is positive definite, and the clip and the number of
    inner steps decide there. With ρ = 0 the direction is P ∇ℓ.
    """

    rho: ArrayLike = radius(1.0)
    interval: ArrayLike = hyperparameter(
        10,
        low=1,
        high=1000,
        whole=True,
        symbol="k",
        label="Interval k",
        about="Steps from one change of P to the other.",
    )
    memory: ArrayLike = hyperparameter(
        0.9, high=1.0, symbol="β", label="Memory β", about="Share of P that is kept when it changes; 1 is SAM."
    )
    inner_rate: ArrayLike = hyperparameter(
        0.01, high=1.0, symbol="ε", label="Inner rate ε", about="Learning rate of the inner steps."
    )
    damping: ArrayLike = hyperparameter(
        0.0, high=100.0, symbol="λ", label="Damping λ", about="Added to the Hessian's diagonal."
    )
    key, name, short = "llqr-sam", "LLQR-style SAM (simplified)", "LLQR-style SAM"
    equation = r"P\,\nabla\ell(\theta + \rho\,P g/\|P g\|)"
    purpose = "Learns a slow diagonal preconditioner, and lets SAM look and step through it."
    state = {"px": 1.0, "py": 1.0, "count": 0.0}
    discrete = ("count",)
    period = "interval"

    @staticmethod
    def direction(loss, x, y, px, py, count, rho, interval, memory, inner_rate, damping):
        gx, gy = loss.gradient(x, y)
        hxx, hxy, hyy = loss.hessian(x, y)
        qx, qy, vx, vy = px, py, 0.0, 0.0
        for _ in range(INNER):
            ax, ay = qx * gx, qy * gy
            jx = gx * ((hxx + damping) * ax + hxy * ay - gx)
            jy = gy * (hxy * ax + (hyy + damping) * ay - gy)
            square = jx * jx + jy * jy
            clip = where(square > CLIP * CLIP, CLIP / sqrt(where(square > CLIP * CLIP, square, 1.0)), 1.0)
            vx, vy = MOMENTUM * vx + clip * jx, MOMENTUM * vy + clip * jy
            qx, qy = qx - inner_rate * vx, qy - inner_rate * vy
        change = count == 0.0
        px = where(change, memory * px + (1.0 - memory) * qx, px)
        py = where(change, memory * py + (1.0 - memory) * qy, py)
        ux, uy = unit(px * gx, py * gy)
        sx, sy = loss.gradient(x + rho * ux, y + rho * uy)
        return px * sx, py * sy, px, py, where(count + 1.0 < interval, count + 1.0, 0.0)
