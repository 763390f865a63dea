"""Sharpness: curvature, and what the loss can really rise by within reach of a perturbation.

SAM minimises max ℓ(θ + δ) over a ball, and takes for its maximiser the one of the linearised loss. Here stands the
maximum itself, in SAM's ball δᵀδ ≤ ρ² and in the Monge ball δᵀGδ ≤ ρ² with G = I + ggᵀ, and the share of the rise that
the first-order δ attains (Jacobsen and Arvanitidis 2025, Eqs. 1 to 9, arXiv:2502.08448).
"""

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.elementary import hypot, where
from landscapes.search import newton
from landscapes.stationary import eigenvalues
from optimizers import contract
from optimizers.cost import HESSIAN
from optimizers.rules import SAM, MongeSAM, perturbation

Ball = Literal["euclidean", "monge"]
FIRST_ORDER = {"euclidean": SAM, "monge": MongeSAM}  # whose δ maximises the linearised loss in the ball

GRID = 384  # samples of the loss along each side of the box that holds all balls
BLOCK = 6  # of a block of so many samples a side only the highest may be a peak
CLIMB = 40  # a peak is climbed in so many steps, to a 1e-8th of the distance between samples or so
POLISH = 4  # of Newton's steps at the top, at most
LEAST, MOST = 40, 400  # samples on a ball's rim
PER_WAVE = 16  # samples on the rim from one of the loss's crests to the next, if that is not more than MOST
SECTORS = 4  # the best sample of each is refined, because near-equal peaks often lie on opposite sides
REFINEMENTS = 4
ROUNDOFF = 1e-12  # differences this small, relative to the loss's range, are no crests
TILE = 1024  # points that stay in the processor's cache together


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


def sharpest(loss, x, y):
    """λ_max at a point as elementary arithmetic, for pages that compute themselves; `sharpness` but for rounding."""
    hxx, hxy, hyy = loss.hessian(x, y)
    half, radius = (hxx + hyy) / 2.0, hypot((hxx - hyy) / 2.0, hxy)
    return where(half >= 0.0, half + radius, (hxx * hyy - hxy * hxy) / (half - radius))


def trace(landscape: Landscape, x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂²ℓ/∂x² + ∂²ℓ/∂y², in the shape of x."""
    with np.errstate(all="ignore"):
        hxx, _, hyy = landscape.hessian(np.asarray(x, float), np.asarray(y, float))
        return hxx + hyy


def worst_case(
    landscape: Landscape, x: ArrayLike, y: ArrayLike, rho: ArrayLike, *, ball: Ball = "euclidean"
) -> WorstCase:
    """max ℓ(θ + δ) - ℓ(θ) over δᵀGδ ≤ ρ², with G = I ("euclidean") or G = I + ggᵀ ("monge").

    The maximum lies on the ball's rim or at a peak of the loss itself. Peaks are looked for once for all points, on a
    grid of 384 × 384 over the box that holds all balls. The rim is sampled 16 times to a wave of the loss as that grid
    shows it, 40 to 400 times in all, and refined by Newton's method. All candidates lie in the ball, so the result is
    never too large. On the landscapes of the catalogue, with ρ up to 5, it falls short of the highest of 240 000
    samples of the ball by at most 1e-4 of itself. Peaks narrower than a 64th of the box, and waves shorter than a 25th
    of ρ, may be missed. Points of the ball where ℓ is not a number are left out.

    Args:
        landscape: the loss.
        x, y: components of the points θ.
        rho: ρ, the radius; x, y and ρ broadcast.
        ball: which ball.

    Raises:
        ValueError: for an unknown ball, or a ρ that is negative or not finite.
    """
    contract.check_a_landscape(landscape)
    if not (isinstance(ball, str) and ball in FIRST_ORDER):
        raise ValueError(f'ball must be "euclidean" or "monge", not {ball!r}')
    x, y, rho = np.broadcast_arrays(*(contract.real(name, part) for name, part in (("x", x), ("y", y), ("rho", rho))))
    if not (np.isfinite(rho).all() and (rho >= 0).all()):
        raise ValueError("rho must be finite and at least 0 everywhere; give a radius such as 0.5")
    found = np.empty((4, x.size))
    flat = x.ravel(), y.ravel(), rho.ravel()
    with np.errstate(all="ignore"):
        terrain = _survey(landscape, *flat)
        for start in range(0, x.size, TILE):
            tile = slice(start, start + TILE)
            found[:, tile] = _tile(landscape, ball, terrain, *(part[tile] for part in flat))
    return WorstCase(*found.reshape(4, *x.shape))


class ScalarField(NamedTuple):
    """What can be drawn behind paths besides the loss: a number at every point of the plane.

    Attributes:
        name: in a list.
        values: (landscape, x, y, ρ) → the field, in the shape of x.
        slow: whether it is drawn coarsely until nothing changes.
        share: whether it is a share, to be shown from 0 to 1.
        gradients: of the loss, that take as long at a point.
        surveys: whether each batch is surveyed as a whole first.
        radius: whether it depends on ρ.
    """

    name: str
    values: Callable[[Landscape, np.ndarray, np.ndarray, float], np.ndarray]
    slow: bool = True
    share: bool = False
    gradients: float = 100.0
    surveys: bool = True
    radius: bool = True


def _rise(ball: Ball, landscape: Landscape, x: np.ndarray, y: np.ndarray, rho: float) -> np.ndarray:
    return worst_case(landscape, x, y, rho, ball=ball).increase


def _attained(ball: Ball, landscape: Landscape, x: np.ndarray, y: np.ndarray, rho: float) -> np.ndarray:
    return worst_case(landscape, x, y, rho, ball=ball).attained


# To add a background: one entry.
FIELDS: dict[str, ScalarField] = {
    "sharpness": ScalarField(
        "Sharpness λₘₐₓ",
        lambda landscape, x, y, rho: sharpness(landscape, x, y),
        slow=False,
        gradients=HESSIAN,
        surveys=False,
        radius=False,
    ),
    "trace": ScalarField(
        "Trace of ∇²ℓ",
        lambda landscape, x, y, rho: trace(landscape, x, y),
        slow=False,
        gradients=HESSIAN,
        radius=False,
    ),
    "rise-sam": ScalarField("Rise in SAM’s ball", partial(_rise, "euclidean")),
    "rise-m-sam": ScalarField("Rise in Monge ball", partial(_rise, "monge")),
    "attained-sam": ScalarField("Share SAM attains", partial(_attained, "euclidean"), share=True),
    "attained-m-sam": ScalarField("Share M-SAM attains", partial(_attained, "monge"), share=True),
}


class _Terrain(NamedTuple):
    """What all balls share.

    Attributes:
        x, y, value: of the loss's peaks, the highest first; each of shape (n,).
        wave: the distance from one crest to the next, infinite where there are no two.
        least: differences of the loss up to this are roundoff.
    """

    x: np.ndarray
    y: np.ndarray
    value: np.ndarray
    wave: float
    least: float


def _survey(landscape: Landscape, x, y, rho) -> _Terrain:
    """Samples the loss over the box that holds all balls."""
    inside = np.isfinite(x) & np.isfinite(y) & (rho > 0)
    if not inside.any():
        none = np.empty(0)
        return _Terrain(none, none, none, np.inf, 0.0)
    sides = [np.linspace((part - rho)[inside].min(), (part + rho)[inside].max(), GRID) for part in (x, y)]
    step = [float(side[1] - side[0]) for side in sides]
    loss = np.broadcast_to(landscape.value(sides[0], sides[1][:, None]), (GRID, GRID))
    loss = np.where(np.isfinite(loss), loss, -np.inf)
    finite = loss[np.isfinite(loss)]
    least = ROUNDOFF * float(np.ptp(finite)) if finite.size else 0.0
    row, column = _block_peaks(loss)
    peaks = _climb(landscape, sides[0][column], sides[1][row], loss[row, column], step)
    px, py, value = peaks[:, np.argsort(-peaks[2], kind="stable")]
    return _Terrain(px, py, value, _wave(loss, step, least), least)


def _block_peaks(loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the samples that are the highest of their block and no lower than their neighbours."""
    blocks = loss.reshape(GRID // BLOCK, BLOCK, GRID // BLOCK, BLOCK).swapaxes(1, 2).reshape(-1, BLOCK * BLOCK)
    best = blocks.argmax(axis=1)
    block = np.arange(best.size)
    row = block // (GRID // BLOCK) * BLOCK + best // BLOCK
    column = block % (GRID // BLOCK) * BLOCK + best % BLOCK
    padded = np.pad(loss, 1, constant_values=-np.inf)
    around = np.max([padded[row + dy, column + dx] for dy in range(3) for dx in range(3)], axis=0)
    edge = (row == 0) | (row == GRID - 1) | (column == 0) | (column == GRID - 1)
    peak = (loss[row, column] >= around) & np.isfinite(around) & ~edge
    return row[peak], column[peak]


def _climb(landscape: Landscape, x, y, value, step: list[float]) -> np.ndarray:
    """The top of every peak: to the best of eight neighbours, or else half as far, and at last by Newton's method."""
    reach = np.ones_like(value)
    for _ in range(CLIMB):
        best, bx, by = value, x, y
        for dx, dy in COMPASS:
            px, py = x + dx * step[0] * reach, y + dy * step[1] * reach
            there = landscape.value(px, py)
            higher = there > best
            best, bx, by = np.where(higher, there, best), np.where(higher, px, bx), np.where(higher, py, by)
        reach = np.where(best > value, reach, reach / 2)
        value, x, y = best, bx, by
    end = newton(landscape, x, y, reach=max(step), steps=POLISH)
    there = landscape.value(end.x, end.y)
    better = end.converged & (there >= value)
    return np.stack([np.where(better, end.x, x), np.where(better, end.y, y), np.where(better, there, value)])


COMPASS = [(dx, dy) for dx in (-1.0, 0.0, 1.0) for dy in (-1.0, 0.0, 1.0) if dx or dy]


def _wave(loss: np.ndarray, step: list[float], least: float) -> float:
    """Twice the median distance between neighbouring turns of the loss along rows and columns."""
    gaps = []
    for along, length in ((loss, step[0]), (loss.T, step[1])):
        slope = np.diff(along, axis=1)
        slope = np.where(np.isfinite(slope) & (np.abs(slope) > least), np.sign(slope), 0.0)
        row, column = np.nonzero(slope[:, 1:] * slope[:, :-1] < 0)
        gap = np.diff(column)[np.diff(row) == 0]
        gaps.append(gap * length)
    lengths = np.concatenate(gaps)
    return 2 * float(np.median(lengths)) if lengths.size else np.inf


class _Disc:
    """The ball seen from inside: δ = a e + b f for (a, b) in the unit disc, e along the gradient."""

    def __init__(self, landscape: Landscape, x, y, rho, ball: Ball) -> None:
        self.landscape, self.x, self.y = landscape, x, y
        gx, gy = landscape.gradient(x, y)
        norm = np.hypot(gx, gy)
        ux, uy = np.where(norm > 0, gx / norm, 1.0), np.where(norm > 0, gy / norm, 0.0)
        reach = rho / np.hypot(1.0, norm) if ball == "monge" else rho
        self.ex, self.ey, self.fx, self.fy = reach * ux, reach * uy, -rho * uy, rho * ux
        vx, vy = FIRST_ORDER[ball].ascent(x, y, gx, gy)
        self.first_order = perturbation(gx, gy, vx, vy, rho)

    def delta(self, a, b):
        return a * self.ex + b * self.fx, a * self.ey + b * self.fy

    def holds(self, dx, dy, at: np.ndarray) -> np.ndarray:
        """Whether δ lies in the balls of the points chosen by `at`."""
        dx, dy, ex, ey, fx, fy = (part[at] for part in (dx, dy, self.ex, self.ey, self.fx, self.fy))
        a, b = (dx * ex + dy * ey) / (ex * ex + ey * ey), (dx * fx + dy * fy) / (fx * fx + fy * fy)
        return a * a + b * b <= 1.0

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


def _tile(landscape: Landscape, ball: Ball, terrain: _Terrain, x: np.ndarray, y: np.ndarray, rho: np.ndarray):
    disc = _Disc(landscape, x, y, rho, ball)
    here = disc.value(0.0, 0.0)
    first = disc.value(*disc.first_order)
    best, dx, dy = here, np.zeros_like(x), np.zeros_like(x)
    for cx, cy in (disc.first_order, *_on_the_rim(disc, _samples(terrain.wave, rho))):
        value = disc.value(cx, cy)
        higher = value > best
        best, dx, dy = np.where(higher, value, best), np.where(higher, cx, dx), np.where(higher, cy, dy)
    for px, py, value in zip(terrain.x, terrain.y, terrain.value, strict=True):
        at = np.flatnonzero(best < value - terrain.least)
        if at.size == 0:
            break
        at = at[disc.holds(px - x, py - y, at)]
        dx[at], dy[at] = px - x[at], py - y[at]
        best[at] = landscape.value(x[at] + dx[at], y[at] + dy[at])
    increase = best - here
    return increase, dx, dy, np.where(increase > 0, (first - here) / increase, np.nan)


def _samples(wave: float, rho: np.ndarray) -> int:
    wanted = PER_WAVE * 2 * np.pi * float(rho.max(initial=0.0)) / wave
    return SECTORS * int(np.ceil(min(max(wanted, LEAST), MOST) / SECTORS))


def _on_the_rim(disc: _Disc, count: int):
    """The best sample of each quarter of the rim, refined.

    Samples are compared by the top of the parabola through a sample and its two neighbours, so that a high peak between
    two samples does not count as lower than a low one on a sample. Quarters are centred on the axes of the ball, near
    which its peaks lie.
    """
    angle = 2 * np.pi * (np.arange(count) / count - 0.5 / SECTORS)
    shape = (count, *(1,) * disc.x.ndim)
    loss = disc.value(*disc.delta(np.cos(angle).reshape(shape), np.sin(angle).reshape(shape)))
    loss = np.where(np.isfinite(loss), loss, -np.inf)
    before, after = np.roll(loss, 1, axis=0), np.roll(loss, -1, axis=0)
    bend, tilt = before + after - 2 * loss, after - before
    peak = (loss >= before) & (loss >= after) & (bend < 0)
    shift = np.where(peak, -tilt / (2 * bend), 0.0)
    score = loss + np.where(peak, -tilt * tilt / (8 * bend), 0.0)
    for quarter in np.split(np.arange(count), SECTORS):
        best = quarter[0] + score[quarter].argmax(axis=0)
        chosen = angle[best]
        yield disc.delta(np.cos(chosen), np.sin(chosen))
        offset = np.take_along_axis(shift, best[None], axis=0)[0]
        yield disc.delta(*_refined(disc, chosen + _bounded(offset, 1.0) * 2 * np.pi / count, 2 * np.pi / count))


def _refined(disc: _Disc, angle, spacing: float):
    """Newton's method for the angle: f' = ∇f·t, f'' = tᵀ∇²f t - ∇f·n with the tangent t and the normal n."""
    for _ in range(REFINEMENTS):
        a, b = np.cos(angle), np.sin(angle)
        (ga, gb), (haa, hab, hbb) = disc.slopes(a, b)
        slope = gb * a - ga * b
        curvature = haa * b * b - 2 * hab * a * b + hbb * a * a - (ga * a + gb * b)
        angle = angle + _bounded(slope / np.abs(curvature), spacing)
    return np.cos(angle), np.sin(angle)


def _bounded(step, most: float):
    return np.clip(np.where(np.isfinite(step), step, 0.0), -most, most)
