"""Nodes and weights of two tensor rules with four nodes in each direction.

GAUSSIAN weighs X, Y for expectations over N(0, I) (Gauss-Hermite), EVEN weighs U, V for those over [-1, 1]² (Gauss-
Legendre); both are exact for polynomials of degree up to 7 in each variable.
"""

import numpy as np


def _tensor(nodes: np.ndarray, weights: np.ndarray) -> tuple[tuple[float, ...], ...]:
    x, y = np.meshgrid(nodes, nodes)
    return tuple(tuple(part.ravel().tolist()) for part in (x, y, np.outer(weights, weights) / weights.sum() ** 2))


X, Y, GAUSSIAN = _tensor(*np.polynomial.hermite_e.hermegauss(4))
U, V, EVEN = _tensor(*np.polynomial.legendre.leggauss(4))
NODES = len(X)
