"""What the notes of Figures 1, 2, 3 and 5 say, computed anew."""

from functools import cache

import numpy as np

from figures import figure1, figure2, figure3, figure5
from landscapes import LANDSCAPES
from optimizers import SAM, MongeSAM, run
from optimizers.anatomy import anatomy
from tests.claims.row import Found, distance, ends

banana, paraboloid = LANDSCAPES["banana"], LANDSCAPES["paraboloid"]
FLATTEST, SADDLE = ((1, 1), (-1, -1)), (0, 0)


def figure1_unsettled(sweep) -> Found:
    runs = {
        rule.key: run(rule, banana, figure1.START, learning_rate=0.01, steps=200).positions
        for rule in (SAM(1.0), MongeSAM(1.0))
    }
    sam, monge = runs["sam"], runs["m-sam"]
    assert round(float(np.hypot(*(sam[-1] - sam[-2]))), 2) == 0.01
    assert ((sam[-20:-1] * sam[-19:]).sum(axis=1) < 0).all()
    assert round(float(np.hypot(*(monge[-1] - monge[-2]))), 3) == 0.007
    assert round(float(np.hypot(*(monge[-1] + 1))), 2) == 0.08
    return 2, f"{np.hypot(*(monge[-1] + 1)):.4f} from (-1, -1)"


def figure1_contrast(sweep) -> Found:
    rho = np.linspace(0, 2, sweep.count(201, 20001))
    starts = np.repeat(np.array(figure1.START)[:, None], rho.size, axis=1)
    sam, monge = (ends(rule, banana, starts, 0.01, 200) for rule in (SAM(rho), MongeSAM(rho)))
    holds = (distance(sam, SADDLE) <= 0.3) & (distance(monge, SADDLE) > 0.3) & (banana.value(*monge) <= 0.2)
    holds &= distance(monge, (-1, -1)) <= 0.3
    assert holds[(rho > 0.8799) & (rho < 1.4601)].all()
    assert not holds[(rho < 0.87) | (rho > 1.47)].any()
    assert (distance(sam, SADDLE)[rho < 0.87] > 0.3).all()
    assert (distance(monge, (-1, -1))[rho > 1.47] > 0.3).all()
    return rho.size, f"ρ from {rho[holds].min():.4f} to {rho[holds].max():.4f}"


def figure2_formula(sweep) -> Found:
    radius = figure2.ring_radius(LANDSCAPES["sinc"])
    assert round(radius, 2) == 4.49
    assert figure2.ring_radius(LANDSCAPES["sinc-squared"]) < 2.2
    choices = next(one.choices for one in figure2.PARAMETERS if one.name == "landscape")
    assert choices == ("sinc", "sinc-squared")
    return 2, f"{radius:.4f}"


def figure2_square(sweep) -> Found:
    number, least = sweep.count(2000, 100000), 1.0
    starts = np.random.default_rng(0).uniform(-0.5, 0.5, (2, number))
    for key in ("sinc", "sinc-squared"):
        for rule in (SAM(1.0), MongeSAM(1.0)):
            least = min(least, figure2.captured(ends(rule, LANDSCAPES[key], starts, 0.05, 200)) / number)
    assert least >= 0.98
    return 4 * number, f"{least:.1%}"


PICTURE = (
    3.58,
    5.35,
)  # the lowest contour round the ring for ρ = 0.2, measured in the published picture, ± 0.05 over angles


def figure2_width(sweep) -> Found:
    """The radii of the lowest contour inside and outside the ring, of samples of both sizes."""
    sinc, directions, found = LANDSCAPES["sinc"], np.deg2rad(np.arange(7.5, 360, 15)), {}
    axis = figure2.MARGIN * figure2.ring_radius(sinc) * np.linspace(-1, 1, 200)
    radius = np.linspace(2.0, axis[-1], 800)[:, None]
    places = radius * np.cos(directions), radius * np.sin(directions)
    column, row = (np.rint((part - axis[0]) / (axis[1] - axis[0])).astype(int) for part in places)
    for count in (200, 2000):
        for seed in range(sweep.count(2, 40)):
            starts = np.random.default_rng(seed).uniform(-1, 1, (2, count))
            heights = figure2.plane_density(ends(SAM(0.2), sinc, starts, 0.05, 200), axis)
            inside = heights[row, column] >= figure2.mass_levels(heights)[0]
            inner, outer = radius[inside.argmax(axis=0), 0], radius[::-1][inside[::-1].argmax(axis=0), 0]
            found.setdefault(count, []).append((inner.mean(), outer.mean()))
    few, many = np.array(found[200]), np.array(found[2000])
    assert np.allclose(many, PICTURE, atol=0.05)
    assert (few[:, 0] < PICTURE[0] - 0.25).all()
    assert (few[:, 1] > PICTURE[1] + 0.2).all()
    inner, outer = many.mean(axis=0)
    return len(few) + len(many), f"{inner:.2f} to {outer:.2f} with 2000 starts"


def figure2_basin(sweep) -> Found:
    """The flow at radius r moves inward just where the perturbed point lies beyond the maximum, and then ever on."""
    cases = 0
    for key in ("sinc", "sinc-squared"):
        landscape = LANDSCAPES[key]
        r = np.linspace(0, figure2.ring_radius(landscape), sweep.count(500, 5000) + 2)[1:-1]
        g = np.hypot(*landscape.gradient(r, 0 * r))
        for rho in np.linspace(0, 2, sweep.count(9, 201))[1:]:
            for rule, reach in ((SAM(rho), r), (MongeSAM(rho), r * np.sqrt(1 + g * g))):
                uphill = anatomy(rule, landscape, np.array([r, 0 * r]), 0.1).gradient_there[0] > 0
                clear = np.abs(reach - rho) > 1e-6  # of roundoff
                assert (uphill == (reach < rho))[clear].all()
                attracted = reach < rho
                assert (np.diff(attracted.astype(int)) <= 0).all()  # from a start inside every smaller radius is inside
                cases += r.size
    return cases, ""


def figure3_cycle(sweep) -> Found:
    rate, rho, start = np.meshgrid(
        np.linspace(0.01, 0.95, sweep.count(20, 189)), np.linspace(0, 1, 11), np.linspace(-1, 1, sweep.count(5, 21))
    )
    highest = 0.0
    for rule in (SAM(rho), MongeSAM(rho)):
        end = ends(rule, paraboloid, np.array([start, 0 * start]), rate, 2000)
        highest = max(highest, float(np.abs(end).max()))
    assert highest <= 0.95 / 0.05 + 1e-9
    cycle = rate * rho / (1 - rate)
    once = ends(SAM(rho), paraboloid, np.array([cycle, 0 * cycle]), rate, 1)[0]
    assert np.allclose(once, -cycle, rtol=1e-12, atol=1e-15)
    return 2 * rate.size, f"|θ| ≤ {highest:.3g}"


def figure3_starts(sweep) -> Found:
    holds = {}
    for size in np.linspace(0.4, 0.6, sweep.count(41, 401)):
        for sign in (-1, 1):
            claims = figure3.claims(figure3.compute({"start": float(sign * size)}))
            holds[size] = holds.get(size, True) and all(claim.holds for claim in claims)
    sizes, held = np.array(list(holds)), np.array(list(holds.values()))
    assert held[(sizes > 0.439 - 1e-9) & (sizes < 0.565 + 1e-9)].all()
    assert not held[(sizes < 0.438) | (sizes > 0.566)].any()
    return 2 * sizes.size, f"{sizes[held].min():.4f} to {sizes[held].max():.4f}"


@cache
def figure5_ends(steps: int):
    starts = np.array(np.meshgrid(figure5.GRID, figure5.GRID)).reshape(2, -1)
    return {kind.key: run(kind(1.0), banana, starts, learning_rate=0.01, steps=steps, keep="final")
            for kind in figure5.RULES}  # fmt: skip


def figure5_unsettled(sweep) -> Found:
    least = min(
        int((np.hypot(*(one.final - one.previous)) > 1e-3).sum())
        for steps in (200, 20000)
        for one in figure5_ends(steps).values()
    )
    assert least >= 85
    return 8, f"{least} of 100 at least"


def figure5_later(sweep) -> Found:
    at_flat = int((distance(figure5_ends(20000)["asam"].final, *FLATTEST) <= 0.1).sum())
    assert at_flat > 50
    return 1, f"{at_flat} of 100"


def figure5_eta(sweep) -> Found:
    rules = {kind.key: kind(1.0).hyperparameters for kind in figure5.RULES}
    assert (rules["fisher-sam"]["eta"], rules["asam"]["eta"]) == (1.0, 0.01)
    g = np.random.default_rng(0).normal(size=(2, 100))
    metric = np.eye(2)[..., None] + g[:, None] * g[None]
    ascent = figure5.FisherSAM.ascent(0.0, 0.0, *g, 1.0)
    assert np.allclose(np.array(ascent) * np.array([metric[0, 0], metric[1, 1]]), g)
    return 100, ""
