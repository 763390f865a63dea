"""The metrics of the rules that are given by one, written out anew."""

import numpy as np


def metric(key: str, x, y, g) -> np.ndarray:
    """G of the rule, shape (2, 2, n), written out anew."""
    one, zero = np.ones_like(x), np.zeros_like(x)
    if key == "m-sam":
        return np.array([[one + g[0] ** 2, g[0] * g[1]], [g[0] * g[1], one + g[1] ** 2]])
    if key == "fisher-sam":
        return np.array([[one + g[0] ** 2, zero], [zero, one + g[1] ** 2]])
    if key == "asam":
        return np.array([[(np.abs(x) + 0.01) ** -2.0, zero], [zero, (np.abs(y) + 0.01) ** -2.0]])
    return np.array([[one, zero], [zero, one]])
