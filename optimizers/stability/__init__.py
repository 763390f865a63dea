"""Stability of a rule's flow: A_ρ of the paper, the exact Jacobian, and their eigenvalues for whole grids.

Near θ the flow dθ/dt = -∇ℓ(θ + δ(θ)) moves a small offset ε by dε/dt = -A ε: where all eigenvalues of A have positive
real part, exp(-At) ε vanishes in the end. That is a statement about neighbours, not about basins of attraction.
"""

from optimizers.stability.criteria import CRITERIA, NO_BASIN, Criterion, defined
from optimizers.stability.eigenvalues import Matrix, Stability, contraction, eigenvalues
from optimizers.stability.exact import exact_stability, jacobian
from optimizers.stability.flow import flow_matrix, stability
from optimizers.stability.metric import follows_gradient, frozen_metric

__all__ = [
    "CRITERIA",
    "NO_BASIN",
    "Criterion",
    "Matrix",
    "Stability",
    "contraction",
    "defined",
    "eigenvalues",
    "exact_stability",
    "flow_matrix",
    "follows_gradient",
    "frozen_metric",
    "jacobian",
    "stability",
]
