"""Eigenvalues of 2×2 matrices, for whole grids of points."""

from typing import NamedTuple

import numpy as np


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
        kink: where δ has two one-sided derivatives, as ASAM's on an axis; there the exact eigenvalues are NaN.
        modulus: of the largest eigenvalue of the step's Jacobian, where that is of θ and a state; None where it is of θ
            alone.
    """

    smaller: np.ndarray
    larger: np.ndarray
    imaginary: np.ndarray
    singular: np.ndarray
    kink: np.ndarray
    modulus: np.ndarray | None = None


def contraction(stability: Stability, learning_rate) -> np.ndarray:
    """(1 - max |1 - αμ|) / α of the exact Jacobian's eigenvalues μ: positive just where |1 - αμ| < 1 for both.

    There (I - αJ)ⁿ → 0: an offset that update after update multiplies by I - αJ vanishes in the end. One update alone
    may lengthen it, because a spectral radius is no norm. For α → 0 it is λ₂.
    """
    learning_rate = np.asarray(learning_rate, float)
    if stability.modulus is not None:
        return (1.0 - stability.modulus) / learning_rate
    with np.errstate(all="ignore"):
        factors = (
            np.hypot(1.0 - learning_rate * real, learning_rate * stability.imaginary)
            for real in (stability.smaller, stability.larger)
        )
        return (1.0 - np.maximum(*factors)) / learning_rate


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


def product(symmetric: tuple[np.ndarray, np.ndarray, np.ndarray], matrix: Matrix) -> Matrix:
    """A symmetric matrix, by its components xx, xy and yy, times a matrix."""
    hxx, hxy, hyy = symmetric
    return Matrix(
        hxx * matrix.xx + hxy * matrix.yx,
        hxx * matrix.xy + hxy * matrix.yy,
        hxy * matrix.xx + hyy * matrix.yx,
        hxy * matrix.xy + hyy * matrix.yy,
    )
