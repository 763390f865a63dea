"""The matrix M with v = M g that A_ρ holds fixed, from a rule's `ascent`."""

import numpy as np

from landscapes import Landscape
from optimizers import contract
from optimizers.rules import Rule

SAME = 1e-9  # relative difference below which two numbers that roundoff separates count as equal
PROBES = np.random.default_rng(0).uniform(0.3, 2.0, (4, 6)) * np.array([[1.0, -1.0, 1.0, -1.0, 1.0, -1.0]])


def follows_gradient(rule: Rule) -> bool:
    """Whether the rule's δ points along the gradient whatever the point and the gradient: SAM and Monge SAM."""
    if rule.ascent is None:
        return False
    x, y, gx, gy, *others = probe_points(rule)
    with np.errstate(all="ignore"):
        vx, vy = rule.ascent(x, y, gx, gy, *others)
        across, along = vx * gy - vy * gx, vx * gx + vy * gy
    return bool((np.abs(across) <= SAME * np.abs(along)).all())


def frozen_metric(rule: Rule, x, y, gx, gy, *others):
    """The symmetric matrix M, by its components xx, xy, yy, with v = M g, that A_ρ holds fixed.

    M is a number times I where v follows g. Otherwise it is G⁻¹: the square of the rule's `inverse_root` or, for a
    metric that does not depend on g, what `ascent` makes of the unit vectors.

    Raises:
        ValueError: for a rule that offers neither, with what to add to it.
    """
    if follows_gradient(rule):
        vx, vy = rule.ascent(x, y, gx, gy, *others)
        ratio = np.where(np.abs(gx) >= np.abs(gy), vx / np.where(gx == 0, 1.0, gx), vy / np.where(gy == 0, 1.0, gy))
        return ratio, np.zeros_like(ratio), ratio
    probes = probe_points(rule)
    for inverse in (_squared_root, _columns):
        if (inverse is _columns or rule.inverse_root is not None) and _gives_ascent(rule, inverse, probes):
            return inverse(rule, x, y, gx, gy, *others)
    raise ValueError(
        f"A_ρ of {rule.name} needs its G⁻¹, which ascent alone does not determine: give the rule an inverse_root, the "
        "symmetric root R of G⁻¹, with R R g = ascent"
    )


def _squared_root(rule: Rule, x, y, gx, gy, *others):
    xx, xy, yy = rule.inverse_root(x, y, gx, gy, *others)
    return np.broadcast_arrays(xx * xx + xy * xy, xy * (xx + yy), yy * yy + xy * xy, gx)[:3]


def _columns(rule: Rule, x, y, gx, gy, *others):
    zero, one = np.zeros_like(gx), np.ones_like(gx)
    (xx, yx), (xy, yy) = rule.ascent(x, y, one, zero, *others), rule.ascent(x, y, zero, one, *others)
    return np.broadcast_arrays(xx, (xy + yx) / 2, yy, gx)[:3]


def _gives_ascent(rule: Rule, inverse, probes) -> bool:
    """Whether the matrix times the gradient is what the rule calls its ascent."""
    _, _, gx, gy, *_ = probes
    with np.errstate(all="ignore"):
        vx, vy = rule.ascent(*probes)
        xx, xy, yy = inverse(rule, *probes)
        off = np.hypot(xx * gx + xy * gy - vx, xy * gx + yy * gy - vy)
    return bool((off <= SAME * np.hypot(vx, vy)).all())


def probe_points(rule: Rule):
    """Points and gradients in general position, with the hyperparameters after ρ: the arguments of `ascent`."""
    _, *others = (np.asarray(h, float) for h in ({"rho": 0.0} | rule.hyperparameters).values())
    shape = (PROBES.shape[1], *(1,) * max((h.ndim for h in others), default=0))
    return np.broadcast_arrays(*(row.reshape(shape) for row in PROBES), *others)


def broadcast(rule: Rule, landscape: Landscape, x, y):
    """(x, y, gradient there, ρ, the other hyperparameters) in one shape.

    Raises:
        TypeError, ValueError: for what `run` refuses as a rule, a landscape or a hyperparameter.
    """
    contract.check(rule, landscape)
    rho, *others = contract.radius_and_others(rule)
    x, y, rho, *others = np.broadcast_arrays(contract.real("x", x), contract.real("y", y), rho, *others)
    x, y = x + 0.0, y + 0.0
    with np.errstate(all="ignore"):
        return x, y, landscape.gradient(x, y), rho, others
