"""Sharpness: curvature, and what the loss can really rise by within reach of a perturbation.

SAM minimises max ℓ(θ + δ) over a ball, and takes for its maximiser the one of the linearised loss. Here stands the
maximum itself, in SAM's ball δᵀδ ≤ ρ² and in the Monge ball δᵀGδ ≤ ρ² with G = I + ggᵀ, and the share of the rise that
the first-order δ attains (Jacobsen and Arvanitidis 2025, Eqs. 1 to 9, arXiv:2502.08448).
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.stationary import eigenvalues
from optimizers.rules import SAM, MongeSAM, perturbation

Ball = Literal["euclidean", "monge"]
FIRST_ORDER = {"euclidean": SAM, "monge": MongeSAM}  # whose δ maximises the linearised loss in the ball

RIM = 40  # samples on the ball's rim
RINGS = ((0.85, 32), (0.7, 28), (0.5, 20), (0.3, 12), (0.1, 4))  # radius in units of the ball's, and samples on it
SECTORS = 4  # the best sample of each is refined, because near-equal peaks often lie on opposite sides
SPACING = 0.2  # no refining step is longer than the distance between samples
REFINEMENTS = 4
DAMPING = 1e-9  # bounds the step along a crest, where the Hessian is singular
TILE = 4096  # points that stay in the processor's cache together


class WorstCase(NamedTuple):
    """The exact inner maximum of sharpness-aware minimization, each field in the shape of the batch.

    Attributes:
        increase: max ℓ(θ + δ) - ℓ(θ) over the ball, at least 0.
        dx, dy: the components of a δ that attains it.
        attained: the share of the increase that the first-order δ attains: 1 where the loss is linear, 0 where the
            gradient vanishes, negative where the first-order step descends, NaN where nothing in the ball is higher.
    """

    increase: np.ndarray
    dx: np.ndarray
    dy: np.ndarray
    attained: np.ndarray


def sharpness(landscape: Landscape, x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """λ_max of the Hessian, in the shape of x."""
    with np.errstate(all="ignore"):
        return eigenvalues(*landscape.hessian(np.asarray(x, float), np.asarray(y, float)))[1]


def trace(landscape: Landscape, x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂²ℓ/∂x² + ∂²ℓ/∂y², in the shape of x."""
    with np.errstate(all="ignore"):
        hxx, _, hyy = landscape.hessian(np.asarray(x, float), np.asarray(y, float))
        return hxx + hyy


def worst_case(
    landscape: Landscape, x: ArrayLike, y: ArrayLike, rho: ArrayLike, *, ball: Ball = "euclidean"
) -> WorstCase:
    """max ℓ(θ + δ) - ℓ(θ) over δᵀGδ ≤ ρ², with G = I ("euclidean") or G = I + ggᵀ ("monge").

    The ball is sampled on rings. The best samples of each quarter, on the rim and inside, are refined by Newton's
    method; they, what they became and the first-order δ are the candidates. All lie in the ball, so the result is never
    too large; it falls short by at most 1e-4 of itself where the loss has no peaks narrower than a quarter of the
    ball's radius (the samples are a fifth of it apart), and by less than 1e-6 nearly everywhere. Narrower peaks may be
    missed. Points of the ball where ℓ is not a number are left out.

    Args:
        landscape: the loss.
        x, y: components of the points θ.
        rho: ρ, the radius; x, y and ρ broadcast.
        ball: which ball.

    Raises:
        ValueError: for an unknown ball, or a ρ that is negative or not finite.
    """
    if ball not in FIRST_ORDER:
        raise ValueError(f'ball must be "euclidean" or "monge", not {ball!r}')
    x, y, rho = np.broadcast_arrays(*(np.asarray(part, float) for part in (x, y, rho)))
    if not (np.isfinite(rho).all() and (rho >= 0).all()):
        raise ValueError("rho must be finite and at least 0 everywhere; give a radius such as 0.5")
    found = np.empty((4, x.size))
    flat = x.ravel(), y.ravel(), rho.ravel()
    with np.errstate(all="ignore"):
        for start in range(0, x.size, TILE):
            tile = slice(start, start + TILE)
            found[:, tile] = _tile(landscape, *(part[tile] for part in flat), ball)
    return WorstCase(*found.reshape(4, *x.shape))


class _Disc:
    """The ball seen from inside: δ = a e + b f for (a, b) in the unit disc, e along the gradient."""

    def __init__(self, landscape: Landscape, x, y, rho, ball: Ball) -> None:
        self.landscape, self.x, self.y = landscape, x, y
        gx, gy = landscape.gradient(x, y)
        norm = np.hypot(gx, gy)
        ux, uy = np.where(norm > 0, gx / norm, 1.0), np.where(norm > 0, gy / norm, 0.0)
        reach = rho / np.hypot(1.0, norm) if ball == "monge" else rho
        self.ex, self.ey, self.fx, self.fy = reach * ux, reach * uy, -rho * uy, rho * ux
        rule = FIRST_ORDER[ball]
        self.first_order = perturbation(gx, gy, *rule.ascent(x, y, gx, gy), rho)

    def delta(self, a, b):
        return a * self.ex + b * self.fx, a * self.ey + b * self.fy

    def value(self, dx, dy):
        return self.landscape.value(self.x + dx, self.y + dy)

    def slopes(self, a, b):
        """The gradient and the Hessian with respect to (a, b)."""
        dx, dy = self.delta(a, b)
        gx, gy = self.landscape.gradient(self.x + dx, self.y + dy)
        hxx, hxy, hyy = self.landscape.hessian(self.x + dx, self.y + dy)
        hex, hey = hxx * self.ex + hxy * self.ey, hxy * self.ex + hyy * self.ey
        hfx, hfy = hxx * self.fx + hxy * self.fy, hxy * self.fx + hyy * self.fy
        return (
            (gx * self.ex + gy * self.ey, gx * self.fx + gy * self.fy),
            (hex * self.ex + hey * self.ey, hex * self.fx + hey * self.fy, hfx * self.fx + hfy * self.fy),
        )


def _tile(landscape: Landscape, x, y, rho, ball: Ball):
    disc = _Disc(landscape, x, y, rho, ball)
    here = disc.value(0.0, 0.0)
    first = disc.value(*disc.first_order)
    best, dx, dy = here, np.zeros_like(x), np.zeros_like(x)
    for cx, cy in (disc.first_order, *_candidates(disc)):
        value = disc.value(cx, cy)
        higher = value > best
        best, dx, dy = np.where(higher, value, best), np.where(higher, cx, dx), np.where(higher, cy, dy)
    increase = best - here
    return increase, dx, dy, np.where(increase > 0, (first - here) / increase, np.nan)


def _candidates(disc: _Disc):
    for sector in range(SECTORS):
        # sectors are centred on the axes of the ball, near which its peaks lie
        low, high = ((2 * np.pi / SECTORS) * (sector + side) for side in (-0.5, 0.5))
        for rings, refined in ((((1.0, RIM),), _on_the_rim), (RINGS, _inside)):
            a, b = _best_sample(disc, rings, low, high)
            yield disc.delta(a, b)
            yield disc.delta(*refined(disc, a, b))


def _best_sample(disc: _Disc, rings, low: float, high: float):
    best, a, b = np.full(disc.x.shape, -np.inf), np.zeros_like(disc.x), np.zeros_like(disc.x)
    for radius, count in rings:
        for angle in np.linspace(low, high, count // SECTORS, endpoint=False):
            ca, cb = radius * np.cos(angle), radius * np.sin(angle)
            value = disc.value(*disc.delta(ca, cb))
            higher = value > best
            np.copyto(best, value, where=higher)
            np.copyto(a, ca, where=higher)
            np.copyto(b, cb, where=higher)
    return a, b


def _on_the_rim(disc: _Disc, a, b):
    """Newton's method for the angle: f' = ∇f·t, f'' = tᵀ∇²f t - ∇f·n with the tangent t and the normal n."""
    angle = np.arctan2(b, a)
    for _ in range(REFINEMENTS):
        a, b = np.cos(angle), np.sin(angle)
        (ga, gb), (haa, hab, hbb) = disc.slopes(a, b)
        slope = gb * a - ga * b
        curvature = haa * b * b - 2 * hab * a * b + hbb * a * a - (ga * a + gb * b)
        angle = angle + _bounded(slope / np.abs(curvature))
    return np.cos(angle), np.sin(angle)


def _inside(disc: _Disc, a, b):
    """Newton's method with |∇²f|, which climbs towards a peak or, where there is none, to the rim.

    |H| = (H² + |det H| I) / √(tr H² + 2 |det H|) for a 2×2 matrix H.
    """
    for _ in range(REFINEMENTS):
        (ga, gb), (haa, hab, hbb) = disc.slopes(a, b)
        determinant = np.abs(haa * hbb - hab * hab)
        paa, pab, pbb = haa * haa + hab * hab, hab * (haa + hbb), hbb * hbb + hab * hab
        root = np.sqrt(paa + pbb + 2 * determinant)
        damping = determinant + DAMPING * (paa + pbb)
        paa, pbb = paa + damping, pbb + damping
        scale = root / (paa * pbb - pab * pab)
        a = a + _bounded(scale * (pbb * ga - pab * gb))
        b = b + _bounded(scale * (paa * gb - pab * ga))
        outside = np.maximum(np.hypot(a, b), 1.0)
        a, b = a / outside, b / outside
    return a, b


def _bounded(step):
    return np.clip(np.where(np.isfinite(step), step, 0.0), -SPACING, SPACING)
