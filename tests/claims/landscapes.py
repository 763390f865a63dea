"""What is said of the landscapes."""

import re

import mpmath
import numpy as np

from app.widgets.landscape_info import SETTING, lesson
from landscapes import LANDSCAPES, Landscape
from landscapes.formula.angles import angle_note
from landscapes.stationary import eigenvalues
from optimizers import GD, SAM, MongeSAM
from tests.claims.row import Found, Row, distance, ends, grid, scattered

tanh_network, softplus_network = (LANDSCAPES[key] for key in ("tanh-network", "softplus-network"))

NEARLY = 0.97  # of the domain is nearly everywhere
NEAR = 0.1

banana, sinc, sinc_squared = (LANDSCAPES[key] for key in ("banana", "sinc", "sinc-squared"))
sharp_flat, saddle, rosenbrock = (LANDSCAPES[key] for key in ("sharp-flat", "saddle", "rosenbrock"))
himmelblau, rastrigin, paraboloid = (LANDSCAPES[key] for key in ("himmelblau", "rastrigin", "paraboloid"))


def curvatures(landscape, points) -> tuple[np.ndarray, np.ndarray]:
    return eigenvalues(*landscape.hessian(*np.array(points, float).T))


def is_stationary(landscape, *points) -> None:
    assert np.abs(landscape.gradient(*np.array(points, float).T)).max() < 1e-9


def domain_ends(landscape, rule, sweep) -> tuple[np.ndarray, np.ndarray]:
    """Starts over the domain, on a grid and at random, and their ends at the setting of the lessons."""
    starts = np.hstack([grid(landscape, sweep.count(31, 301)), scattered(landscape, sweep.count(500, 100000))])
    return starts, ends(rule, landscape, starts, landscape.learning_rate, SETTING["steps"])


def pair(landscape, sweep):
    """Starts, and the ends of SAM and Monge SAM with the lessons' ρ."""
    starts, sam = domain_ends(landscape, SAM(SETTING["rho"]), sweep)
    return starts, sam, domain_ends(landscape, MongeSAM(SETTING["rho"]), sweep)[1]


def banana_shape(sweep) -> Found:
    t = np.geomspace(0.05, 20, sweep.count(200, 20001))
    valley = [(u, 1 / u) for u in (*t, *-t)]
    is_stationary(banana, *valley, (0, 0))
    low, high = curvatures(banana, valley)
    assert np.abs(low).max() < 1e-9 * high.max()
    assert high.min() >= curvatures(banana, [(1, 1)])[1][0] - 1e-12
    low, high = curvatures(banana, [(0, 0)])
    assert low < 0 < high
    return 2 * t.size, f"λ_max ≥ {curvatures(banana, [(1, 1)])[1][0]:g}"


def banana_lesson(sweep) -> Found:
    starts, *both = pair(banana, sweep)
    flat, at_saddle = (np.array([distance(end, *places) <= NEAR for end in both]).mean(axis=1)
                       for places in (((1, 1), (-1, -1)), ((0, 0),)))  # fmt: skip
    assert (flat + at_saddle > NEARLY).all()
    assert at_saddle[0] > 1.5 * at_saddle[1]
    return 2 * starts.shape[
        1
    ], f"elsewhere {1 - (flat + at_saddle).min():.1%}; saddle {at_saddle[0]:.1%}, {at_saddle[1]:.1%}"


def sinc_shape(sweep) -> Found:
    is_stationary(sinc, (0, 0))
    assert curvatures(sinc, [(0, 0)])[1] < 0
    r = np.linspace(0.01, 7, sweep.count(2001, 200001))
    value = sinc.value(r, 0 * r)
    lowest = r[value.argmin()]
    assert round(float(lowest), 2) == 4.49
    assert (np.diff(value[r <= lowest]) < 0).all()
    return r.size, f"ring at {lowest:.4f}"


def sinc_lesson(sweep) -> Found:
    angle = np.linspace(0, 2 * np.pi, sweep.count(3, 101))[:, None]
    r = np.hstack([np.linspace(0.0, 1.3, sweep.count(131, 4001)), np.linspace(1.3, 5.8, 50)])
    starts = np.array([r * np.cos(angle), r * np.sin(angle)])
    for rule, radius in ((SAM(SETTING["rho"]), 1.0), (MongeSAM(SETTING["rho"]), 0.68)):
        at_top = distance(ends(rule, sinc, starts, sinc.learning_rate, SETTING["steps"]), (0, 0)) <= NEAR
        assert at_top[:, r < radius - 0.005].all()
        assert not at_top[:, r > radius + 0.005].any()
    return starts[0].size * 2, "radii right within 0.005"


def sinc_squared_shape(sweep) -> Found:
    is_stationary(sinc_squared, (0, 0))
    assert np.abs(curvatures(sinc_squared, [(0, 0)])).max() == 0
    r = np.linspace(0.3, 8, sweep.count(20001, 200001))  # farther in roundoff alone would turn the flat top
    value = sinc_squared.value(r, 0 * r)
    assert (value < sinc_squared.value(0.0, 0.0)).all()
    turns = r[1:-1][np.diff(np.sign(np.diff(value))) != 0]
    assert (np.diff(turns, prepend=0.0)[1:] < np.diff(turns, prepend=0.0)[:-1]).all()
    return turns.size, f"{turns.size} rings, the last two {turns[-1] - turns[-2]:.2f} apart"


def paraboloid_cycle(sweep) -> Found:
    is_stationary(paraboloid, (0, 0))
    rate, rho, angle = np.meshgrid(
        np.linspace(0.0013, 0.997, sweep.count(20, 200)), np.linspace(0.01, 5, 9), [0.3, 2.0]
    )
    radius = rate * rho / (1 - rate)
    # wherever it begins, 2 updates bring it (1 - 2α)² times as near to the cycle, as soon as it jumps over the minimum
    start = np.array([radius * np.cos(angle), radius * np.sin(angle)]) * 1.001
    steps = 2 * int(np.ceil(10 / 0.0013 / 2))
    end = ends(SAM(rho), paraboloid, start, rate, steps)
    off = np.abs(np.hypot(*end) / radius - 1)
    assert off.max() < 1e-6
    again = ends(SAM(rho), paraboloid, end, rate, 1)
    assert np.abs(again + end).max() < 1e-6 * radius.max()
    landing = ends(SAM(0.5), paraboloid, np.array([0.5, 0.0]), 0.25, 1)  # 0.5 - 0.25 · 2 · 1.0 = 0
    assert (landing == 0).all()
    assert (ends(SAM(0.5), paraboloid, landing, 0.25, 100) == 0).all()
    far = ends(SAM(0.5), paraboloid, scattered(paraboloid, 1000), 0.3, 400)
    assert np.allclose(np.hypot(*far), 0.3 * 0.5 / 0.7, rtol=1e-9)
    return rate.size + 1000, f"radius off by {off.max():.0e}"


def sharp_flat_shape(sweep) -> Found:
    is_stationary(sharp_flat, (1 - 1e-12, 0), (-1 + 1e-12, 0))
    sharp, flat = (curvatures(sharp_flat, [point])[1][0] for point in ((1, 1e-9), (-1, 1e-9)))
    assert np.isclose(sharp / flat, 8)
    points = scattered(sharp_flat, sweep.count(1000, 100000))
    assert (sharp_flat.value(*points) > 0).all()
    return points.shape[1], f"λ_max {sharp:g} and {flat:g}"


def sharp_flat_lesson(sweep) -> Found:
    starts, end, _ = pair(sharp_flat, sweep)
    share = float((distance(end, (-1, 0), (0, 0)) <= NEAR).mean())
    assert share > NEARLY
    at = np.array([-1e-9, 0.0])
    g = np.array(sharp_flat.gradient(*at))
    assert np.allclose(at + SETTING["rho"] * g / np.hypot(*g), (1, 0), atol=1e-6)
    return starts.shape[1], f"elsewhere {1 - share:.1%}"


def saddle_shape(sweep) -> Found:
    is_stationary(saddle, (0, 0), (1, 0), (-1, 0))
    low, high = curvatures(saddle, [(0, 0), (1, 0), (-1, 0)])
    assert low[0] < 0 < high[0]
    assert (low[1:] > 0).all()
    assert (saddle.value(np.array([1.0, -1.0]), 0.0) == 0).all()
    return 3, ""


def saddle_lesson(sweep) -> Found:
    starts, *both = pair(saddle, sweep)
    share = min(float((distance(end, (0, 0)) <= NEAR).mean()) for end in both)
    assert share > NEARLY
    return 2 * starts.shape[1], f"elsewhere {1 - share:.1%}"


def rosenbrock_shape(sweep) -> Found:
    points = scattered(rosenbrock, sweep.count(1000, 100000))
    is_stationary(rosenbrock, (1, 1))
    # ∂ℓ/∂y = 0 only on the valley's floor y = x², where ∂ℓ/∂x = -2 (1 - x)
    x = points[0]
    assert np.allclose(rosenbrock.gradient(x, x * x), [2 * (x - 1), 0 * x])
    low, high = curvatures(rosenbrock, np.array([x, x * x]).T)
    assert (high > 100 * np.abs(low)).all()
    return x.size, f"across the valley {np.min(high / np.abs(low)):.0f} times as steep as along it"


def rosenbrock_lesson(sweep) -> Found:
    starts, *both = pair(rosenbrock, sweep)
    diverged = [float(1 - np.isfinite(end).all(axis=0).mean()) for end in both]
    assert diverged[0] > 0.5
    assert diverged[1] == 0
    g = np.hypot(*rosenbrock.gradient(*starts))
    steepest = np.argsort(g)
    reach = SETTING["rho"] / np.hypot(1, g[steepest])
    assert (np.diff(reach) <= 0).all()
    return 2 * starts.shape[1], f"SAM {diverged[0]:.1%}, Monge SAM {diverged[1]:.1%}"


def minima(landscape) -> list[tuple[float, float]]:
    return [tuple(point) for one in landscape.stationary if "minimum" in one.kind for point in one.points.T]


def himmelblau_shape(sweep) -> Found:
    counts = {kind: sum(one.points.shape[1] for one in himmelblau.stationary if kind in one.kind)
              for kind in ("minimum", "saddle", "maximum")}  # fmt: skip
    assert counts == {"minimum": 4, "saddle": 4, "maximum": 1}
    assert np.abs(himmelblau.value(*np.array(minima(himmelblau)).T)).max() < 1e-20
    sharp = np.sort(curvatures(himmelblau, minima(himmelblau))[1])
    assert (np.diff(sharp) > 1).all()
    return 9, "λ_max " + ", ".join(f"{one:.0f}" for one in sharp)


def at_minima(landscape, sweep) -> list[float]:
    """The shares of GD, SAM and Monge SAM at a minimum."""
    rules = GD(), SAM(SETTING["rho"]), MongeSAM(SETTING["rho"])
    found = [domain_ends(landscape, rule, sweep)[1] for rule in rules]
    return [float((distance(end, *minima(landscape)) <= NEAR).mean()) for end in found]


def himmelblau_lesson(sweep) -> Found:
    gd, sam, monge = at_minima(himmelblau, sweep)
    assert gd > NEARLY
    assert sam < 0.05 < monge < 0.5
    return 3 * sweep.count(1461, 190601), f"GD {gd:.1%}, SAM {sam:.1%}, Monge SAM {monge:.1%}"


def rastrigin_shape(sweep) -> Found:
    lowest = rastrigin.value(*np.array(minima(rastrigin)).T)
    assert rastrigin.value(0.0, 0.0) == 0
    assert (np.sort(lowest)[1:] > 0.9).all()
    x, y = scattered(rastrigin, sweep.count(1000, 100000))
    bowl = rastrigin.value(x, y) - x * x - y * y
    assert np.abs(bowl - (rastrigin.value(x + 1, y) - (x + 1) ** 2 - y * y)).max() < 1e-9
    return lowest.size + x.size, f"the next minimum is at {np.sort(lowest)[1]:.2f}"


def rastrigin_lesson(sweep) -> Found:
    _, sam, monge = at_minima(rastrigin, sweep)
    assert sam < 0.1
    assert monge > 0.5
    return 2 * sweep.count(1461, 190601), f"SAM {sam:.1%}, Monge SAM {monge:.1%}"


def profile(landscape, sweep) -> tuple[np.ndarray, np.ndarray]:
    """θ₁, and the slope of the loss along it where θ₂ fits best, at which all stationary points with θ₁ ≠ 0 lie.

    The loss is quadratic in θ₂.
    """
    x = np.linspace(-6, 6, sweep.count(4000, 400000))  # 0 is not among them
    _, _, curvature = landscape.hessian(x, 0.0)
    best = -landscape.gradient(x, 0.0)[1] / curvature
    return x, landscape.gradient(x, best)[0]


def turning_places(x: np.ndarray, slope: np.ndarray) -> np.ndarray:
    signs = np.diff(np.sign(slope)) != 0
    return x[:-1][signs]


def tanh_network_shape(sweep) -> Found:
    is_stationary(tanh_network, (1, 1), (-1, -1), (0, 0))
    assert tanh_network.value(1.0, 1.0) == 0
    low, high = curvatures(tanh_network, [(1, 1), (-1, -1), (0, 0)])
    assert (low[:2] > 0).all()
    assert low[2] < 0 < high[2]
    x, slope = profile(tanh_network, sweep)
    assert np.allclose(turning_places(x, slope), [-1, 0, 1], atol=0.01)
    z = np.linspace(-3, 3, 61)
    assert (tanh_network.value(0.0, z) == tanh_network.value(0.0, 0.0)).all()  # its output is 0
    return x.size, "3 stationary points"


def tanh_network_lesson(sweep) -> Found:
    starts, sam, monge = pair(tanh_network, sweep)
    descent = domain_ends(tanh_network, GD(), sweep)[1]
    shares = [float((distance(end, (0, 0)) <= NEAR).mean()) for end in (sam, monge, descent)]
    assert 0.22 < shares[0] < 0.28
    assert shares[1] < shares[0] / 2
    assert shares[2] < 0.01
    return 3 * starts.shape[1], f"{shares[0]:.1%}, {shares[1]:.1%}, {shares[2]:.1%}"


def softplus_network_shape(sweep) -> Found:
    is_stationary(softplus_network, (1, 1))
    assert softplus_network.value(1.0, 1.0) == 0
    assert curvatures(softplus_network, [(1, 1)])[0] > 0
    x, slope = profile(softplus_network, sweep)
    assert np.allclose(turning_places(x, slope), [1], atol=0.01)
    return x.size, "1 stationary point"


def softplus_network_lesson(sweep) -> Found:
    starts, sam, monge = pair(softplus_network, sweep)
    descent = domain_ends(softplus_network, GD(), sweep)[1]
    shares = [float((distance(end, (1, 1)) <= NEAR).mean()) for end in (sam, monge, descent)]
    assert all(0.70 < share < 0.75 for share in shares[:2])
    assert 0.45 < shares[2] < 0.55
    return 3 * starts.shape[1], f"{shares[0]:.1%}, {shares[1]:.1%}, {shares[2]:.1%}"


def note_on(power: int) -> tuple[Landscape, str]:
    """A typed loss with angles up to a power of ten, and what is said of them."""
    loss = Landscape.from_formula(f"sin(1e{power} x) + y^2", ((-1, 1), (-1, 1)))
    assert loss.source is not None
    return loss, angle_note(loss.source, loss.domain)


def large_angles(sweep) -> Found:
    """So many digits of the loss are right; up to 10⁹ nothing is said, and all are."""
    off = {}
    for power in (3, 9, 10, 12, 14):
        loss, note = note_on(power)
        x = np.random.default_rng(power).uniform(0.5, 1, sweep.count(300, 3000))
        exact = [float(mpmath.sin(mpmath.mpf(float(f"1e{power}") * one))) for one in x.tolist()]
        assert np.abs(loss.value(x, 0.0 * x) - exact).max() < 2e-16 or power > 9
        with mpmath.workdps(40):
            exact = [float(mpmath.sin(mpmath.mpf(10) ** power * mpmath.mpf(one))) for one in x.tolist()]
        off[power] = -np.log10(np.abs(loss.value(x, 0.0 * x) - exact).max())
        if power <= 9:
            assert note == ""
        else:
            told = re.search(r"as large as 1e(\d+), of which they keep about (\d+) digits", note)
            assert told is not None
            assert int(told[1]) == power
            assert abs(off[power] - int(told[2])) < 1.2
    assert "of which they keep no digit;" in note_on(17)[1]
    return sum(sweep.count(300, 3000) for _ in off), f"{min(off.values()):.1f} digits"


SHAPES = {
    "banana": (
        "A valley of minima along θ₁θ₂ = 1, flattest at ±(1, 1), and a saddle at the origin.",
        banana_shape,
    ),
    "sinc": ("A maximum at the origin inside a ring of minima of radius 4.49.", sinc_shape),
    "sinc-squared": (
        "The loss in the caption of the paper's Figure 2: a flat-topped maximum inside increasingly dense rings "
        "of minima and maxima.",
        sinc_squared_shape,
    ),
    "paraboloid": (
        "One round minimum. With α < 1 SAM ends on a 2-cycle of radius αρ/(1 - α) round it, unless a step lands on it "
        "exactly.",
        paraboloid_cycle,
    ),
    "sharp-flat": ("Two minima of depth 0, one eight times sharper than the other.", sharp_flat_shape),
    "saddle": ("Two minima of depth 0 and the saddle between them.", saddle_shape),
    "rosenbrock": ("A narrow curved valley with a single minimum, at (1, 1).", rosenbrock_shape),
    "himmelblau": ("Four minima of depth 0 and different sharpness, four saddles and a maximum.", himmelblau_shape),
    "rastrigin": ("A bowl with ripples of period 1; the lowest minimum is at the origin.", rastrigin_shape),
    "tanh-network": (
        "A network of two weights that learns tanh from three points: minima at ±(1, 1), and a saddle at the origin, "
        "where its output is 0.",
        tanh_network_shape,
    ),
    "softplus-network": (
        "A network of two weights that learns softplus from three points: one minimum, at (1, 1), in a bent valley.",
        softplus_network_shape,
    ),
}
LESSONS = {
    "banana": (
        "With ρ = 1, α = 0.01 and 200 steps: SAM and Monge SAM come within 0.1 of ±(1, 1) or of the saddle from nearly "
        "everywhere, SAM more often of the saddle.",
        banana_lesson,
    ),
    "sinc": (
        "With ρ = 1, α = 0.05 and 200 steps: SAM ends at the maximum from all starts in a disc of radius 1, Monge SAM "
        "from a disc of radius 0.68.",
        sinc_lesson,
    ),
    "sharp-flat": (
        "With ρ = 1, α = 0.01 and 200 steps: From nearly everywhere SAM ends at the flat minimum or at (0, 0), where "
        "its perturbed point θ + δ is the sharp one.",
        sharp_flat_lesson,
    ),
    "saddle": (
        "With ρ = 1, α = 0.05 and 200 steps: SAM and Monge SAM end at the saddle from nearly everywhere.",
        saddle_lesson,
    ),
    "rosenbrock": (
        "With ρ = 1, α = 0.001 and 200 steps: SAM diverges from most starts, Monge SAM from none: it perturbs less "
        "where the slope is steep.",
        rosenbrock_lesson,
    ),
    "himmelblau": (
        "With ρ = 1, α = 0.01 and 200 steps: GD ends at a minimum from nearly everywhere, Monge SAM from less than "
        "half of the domain, SAM from less than a twentieth.",
        himmelblau_lesson,
    ),
    "rastrigin": (
        "With ρ = 1, α = 0.002 and 200 steps: Monge SAM ends at a minimum from most starts, SAM from less than a "
        "tenth.",
        rastrigin_lesson,
    ),
    "tanh-network": (
        "With ρ = 1, α = 0.05 and 200 steps: SAM ends at the saddle from about a quarter of the starts, Monge SAM from "
        "less than half as many, GD from hardly any.",
        tanh_network_lesson,
    ),
    "softplus-network": (
        "With ρ = 1, α = 0.05 and 200 steps: SAM and Monge SAM come within 0.1 of the minimum from almost three "
        "quarters of the starts, GD from about half.",
        softplus_network_lesson,
    ),
}
ROWS = [
    Row(f"{LANDSCAPES[key].name}, {what}", sentence, check)
    for what, table in (("shape", SHAPES), ("lesson", LESSONS))
    for key, (sentence, check) in table.items()
]
ROWS.append(
    Row(
        "Your own loss",
        "In this domain an angle of sin, cos or tan is as large as 1e10, of which they keep about 6 digits; up to 1e9 "
        "they keep all.",
        large_angles,
    )
)


def shown() -> set[str]:
    """All that is said of landscapes."""
    return (
        {note_on(10)[1]}
        | {one.about for one in LANDSCAPES.values()}
        | {lesson(one) for one in LANDSCAPES.values() if one.lesson}
    )
