"""Stability of a rule's flow: A_ρ of the paper, the exact Jacobian, and their eigenvalues for whole grids.

Near θ the flow dθ/dt = -∇ℓ(θ + δ(θ)) moves a small offset ε by dε/dt = -A ε: where all eigenvalues of A have positive
real part, nearby points approach. That is a statement about neighbours, not about basins of attraction.
"""

from typing import NamedTuple

import numpy as np
from autograd import elementwise_grad

from landscapes import Landscape
from optimizers.rules import TINY, Rule, perturbation


class Matrix(NamedTuple):
    """2×2 matrices, each component in the shape of the batch."""

    xx: np.ndarray
    xy: np.ndarray
    yx: np.ndarray
    yy: np.ndarray


class Stability(NamedTuple):
    """Eigenvalues, each in the shape of the batch.

    Attributes:
        smaller, larger: real parts of λ₂ ≤ λ₁.
        imaginary: the modulus of their imaginary parts, 0 where they are real.
        singular: where g = 0 and ρ > 0, so that ρ̃ is infinite; there the Hessian's own eigenvalues stand.
    """

    smaller: np.ndarray
    larger: np.ndarray
    imaginary: np.ndarray
    singular: np.ndarray


def stability(rule: Rule, landscape: Landscape, x, y) -> Stability:
    """Eigenvalues of A_ρ(θ) = ∇²ℓ(θ + δ) (I + ρ̃ ∇²ℓ(θ)) with ρ̃ frozen (Eq. 10), in closed form.

    ρ̃ is ρ/‖g‖ for SAM and ρ/(‖g‖√(1 + ‖g‖²)) for Monge SAM; a diagonal metric, as of Fisher SAM and ASAM, is frozen
    with it: A_ρ = ∇²ℓ(θ + δ) (I + ρ̃ G⁻¹ ∇²ℓ(θ)).

    Args:
        rule: with hyperparameters that broadcast against x and y.
        landscape: the loss.
        x, y: components of the points, any one shape.
    """
    matrix, singular = flow_matrix(rule, landscape, x, y)
    return Stability(*eigenvalues(matrix), singular)


def exact_stability(rule: Rule, landscape: Landscape, x, y) -> Stability:
    """Eigenvalues of the exact Jacobian ∇²ℓ(θ + δ) (I + ∂δ/∂θ), which A_ρ approximates."""
    matrix, singular = jacobian(rule, landscape, x, y)
    return Stability(*eigenvalues(matrix), singular)


def contraction(stability: Stability, learning_rate) -> np.ndarray:
    """(1 - max |1 - αμ|) / α: how fast one update of size α draws neighbours together, per unit of α.

    Of the exact Jacobian's eigenvalues μ it is positive just where |1 - αμ| < 1 for both, and for α → 0 it is λ₂.
    """
    learning_rate = np.asarray(learning_rate, float)
    with np.errstate(all="ignore"):
        factors = (
            np.hypot(1.0 - learning_rate * real, learning_rate * stability.imaginary)
            for real in (stability.smaller, stability.larger)
        )
        return (1.0 - np.maximum(*factors)) / learning_rate


def flow_matrix(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray]:
    """A_ρ and the mask of the points where it is singular; see `stability`."""
    x, y, g, rho, others = _at(rule, landscape, x, y)
    with np.errstate(all="ignore"):
        singular = (g[0] == 0) & (g[1] == 0) & (rho > 0)
        vx, vy = rule.ascent(x, y, *g, *others)
        scale = np.where(singular, 0.0, rho / np.sqrt(g[0] * vx + g[1] * vy + TINY))
        # G⁻¹ is read off as v/g, with a small stand-in where a component of g is exactly zero
        nonzero = [np.where(component == 0, 1e-100, component) for component in g]
        ux, uy = rule.ascent(x, y, *nonzero, *others)
        sx, sy = scale * ux / nonzero[0], scale * uy / nonzero[1]
        hxx, hxy, hyy = landscape.hessian(x, y)
        inner = Matrix(1.0 + sx * hxx, sx * hxy, sy * hxy, 1.0 + sy * hyy)
        return _product(landscape.hessian(x + scale * vx, y + scale * vy), inner), singular


def jacobian(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray]:
    """∇²ℓ(θ + δ) (I + ∂δ/∂θ) with every dependence of δ on θ, and the mask of the points where δ has no derivative.

    The derivatives of δ(θ, g) are autograd's, joined by the chain rule ∂δ/∂θ = ∂δ/∂θ|_g + ∂δ/∂g ∇²ℓ(θ). One update is
    I - αJ, so a fixed point is stable in discrete time where |1 - αμ| < 1 for both eigenvalues μ of J.
    """
    x, y, g, rho, others = _at(rule, landscape, x, y)

    def delta(component: int):
        return lambda x, y, gx, gy: (
            perturbation(gx, gy, *rule.ascent(x, y, gx, gy, *others), rho)[component] + 0.0 * (x + y + gx + gy)
        )

    with np.errstate(all="ignore"):
        singular = (g[0] == 0) & (g[1] == 0) & (rho > 0)
        at = (x, y, *(np.where(singular, 1.0, component) for component in g))
        (xx, xy, xgx, xgy), (yx, yy, ygx, ygy) = (
            [np.where(singular, 0.0, elementwise_grad(delta(component), n)(*at)) for n in range(4)]
            for component in (0, 1)
        )
        dx, dy = perturbation(*g, *rule.ascent(x, y, *g, *others), rho)
        hxx, hxy, hyy = landscape.hessian(x, y)
        inner = Matrix(
            1.0 + xx + xgx * hxx + xgy * hxy,
            xy + xgx * hxy + xgy * hyy,
            yx + ygx * hxx + ygy * hxy,
            1.0 + yy + ygx * hxy + ygy * hyy,
        )
        return _product(landscape.hessian(x + dx, y + dy), inner), singular


def eigenvalues(matrix: Matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real parts λ₂ ≤ λ₁ and modulus of the imaginary part of 2×2 matrices.

    The root of larger modulus is taken from the quadratic formula, the other as determinant over it, which keeps the
    digits where the two differ much.
    """
    xx, xy, yx, yy = matrix
    with np.errstate(all="ignore"):
        half_trace = (xx + yy) / 2
        discriminant = ((xx - yy) / 2) ** 2 + xy * yx
        real = discriminant >= 0
        root = np.sqrt(np.abs(discriminant))
        dominant = half_trace + np.copysign(root, half_trace)
        other = np.where(dominant == 0, 0.0, (xx * yy - xy * yx) / np.where(dominant == 0, 1.0, dominant))
        smaller = np.where(real, np.minimum(dominant, other), half_trace)
        larger = np.where(real, np.maximum(dominant, other), half_trace)
    return smaller, larger, np.where(real, 0.0, root)


def _at(rule: Rule, landscape: Landscape, x, y):
    rho, *others = (np.asarray(h, float) for h in ({"rho": 0.0} | rule.hyperparameters).values())
    x, y, rho, *others = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float), rho, *others)
    x, y = x + 0.0, y + 0.0
    with np.errstate(all="ignore"):
        return x, y, landscape.gradient(x, y), rho, others


def _product(symmetric: tuple[np.ndarray, np.ndarray, np.ndarray], matrix: Matrix) -> Matrix:
    hxx, hxy, hyy = symmetric
    return Matrix(
        hxx * matrix.xx + hxy * matrix.yx,
        hxx * matrix.xy + hxy * matrix.yy,
        hxy * matrix.xx + hyy * matrix.yx,
        hxy * matrix.xy + hyy * matrix.yy,
    )
