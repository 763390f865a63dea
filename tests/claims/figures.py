"""What the figures' tabs and records say: notes, and claims whose ticks follow the sliders."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from figures import FIGURES, figure1, figure2, figure3, figure4, figure5
from figures.record import Parameter, complete
from landscapes import LANDSCAPES
from optimizers import SAM, MongeSAM, run
from optimizers.anatomy import anatomy
from optimizers.stability import exact_stability, stability
from tests.claims.row import Found, Row, distance, ends

banana, paraboloid = LANDSCAPES["banana"], LANDSCAPES["paraboloid"]
SMALL = {2: {"resolution": 20}, 4: {"resolution": 40}}
FLATTEST, SADDLE = ((1, 1), (-1, -1)), (0, 0)

# Settings


def anywhere(number: int, count: int) -> Iterator[dict[str, Any]]:
    """The published values, both ends of every slider that moves the picture, and settings at random."""
    parameters = [one for one in FIGURES[number].PARAMETERS if one.name not in {"resolution", "samples", "seed"}]
    yield {}
    for bound in ("low", "high"):
        yield {one.name: _like(one, getattr(one, bound)) for one in parameters if one.scale != "choice"}
    random = np.random.default_rng(number)
    for _ in range(count):
        yield {one.name: _drawn(one, random) for one in parameters}


def _like(one: Parameter, value: float) -> Any:
    return (value,) * len(one.default) if isinstance(one.default, tuple) else value


def _drawn(one: Parameter, random: np.random.Generator) -> Any:
    def entry() -> Any:
        if one.scale == "choice":
            return str(random.choice(one.choices))
        if one.scale == "integer":
            return int(random.integers(one.low, min(one.high, 400), endpoint=True))
        if one.scale == "log":
            return float(np.exp(random.uniform(np.log(one.low), np.log(one.high))))
        return float(random.uniform(one.low, one.high))

    return tuple(entry() for _ in one.default) if isinstance(one.default, tuple) else entry()


# Claims: the tick is what the sentence says of the numbers beside it


def pattern(number: int, sentence: str) -> str:
    """The sentence; Figure 2's without the values of ρ, which are the sliders'."""
    return re.sub(r"ρ = \d+(\.\d+)?(e[+-]?\d+)?", "ρ = …", sentence) if number == 2 else sentence


Saying = Callable[[list[float], list[str], Any], bool]
CLAIMS: dict[int, dict[str, Saying]] = {
    1: {
        "SAM's Euclidean ball bounds Monge SAM's perturbation from above.": lambda m, names, v: m[1] <= m[0],
        "SAM is caught by the saddle, within 0.3 of (0, 0), and Monge SAM is not.": lambda m, names, v: (
            m[0] <= 0.3 < m[1]
        ),
        "Monge SAM reaches low losses like GD, at most 0.2; at the saddle the loss is 1.": lambda m, names, v: (
            m[0] <= 0.2 and m[1] <= 0.2 and banana.value(0.0, 0.0) == 1
        ),
        "Monge SAM comes within 0.3 of the flattest minimum, (-1, -1), and GD does not.": lambda m, names, v: (
            m[0] <= 0.3 < m[1]
        ),
    },
    2: {
        "The maximum attracts SAM from more starts with ρ = … than with ρ = ….": lambda m, names, v: m[1] > m[0],
        "SAM descends into the ring of minima from more starts with ρ = … than with ρ = ….": lambda m, names, v: (
            m[0] > m[1]
        ),
        "The maximum attracts Monge SAM too from more starts with ρ = … than with ρ = ….": lambda m, names, v: (
            m[1] > m[0]
        ),
        "With ρ = … the maximum attracts Monge SAM from fewer starts than SAM.": lambda m, names, v: m[1] < m[0],
    },
    3: {
        "Monge SAM ends at a lower loss than SAM at both learning rates.": lambda m, names, v: (
            m[2] < m[0] and m[3] < m[1]
        ),
        "At α₁ SAM moves away from its start, and Monge SAM comes closer to the minimum.": lambda m, names, v: (
            abs(m[1]) < abs(v["start"]) < abs(m[0])
        ),
        "At α₂ both move away from the start, and Monge SAM ends lower.": lambda m, names, v: (
            abs(v["start"]) < abs(m[1]) < abs(m[0])
        ),
        "The larger learning rate moves Monge SAM's end less than SAM's.": lambda m, names, v: abs(m[1]) < abs(m[0]),
    },
    4: {
        "λ₁ is positive everywhere in the view.": lambda m, names, v: min(m) == 1,
        "For ρ = 0, gradient descent, the saddle is not stable.": lambda m, names, v: max(m) == 0,
        "For ρ > 0 the saddle is stable, and Monge SAM's region round it is smaller than SAM's.": lambda m, names, v: (
            all(0 < monge < sam for sam, monge in _with_radius(m, names))
        ),
        "For ρ > 0 Monge SAM's region near the flat minima is larger than SAM's.": lambda m, names, v: all(
            monge > sam for sam, monge in _with_radius(m, names)
        ),
    },
    5: {
        "Of each rule some runs end at the flattest points of the valley.": lambda m, names, v: min(m) > 0,
        "More runs of SAM end at the saddle than of any other rule.": lambda m, names, v: m[0] > max(m[1:]),
        "Monge SAM and Fisher SAM end at the same kind of place from at least 95 of 100 starts.": lambda m, names, v: (
            m[0] <= 5
        ),
        "Most runs of ASAM end at minima other than the flattest.": lambda m, names, v: m[2] > 50,
        "All runs have settled by the last step.": lambda m, names, v: max(m) == 0,
    },
}


def _with_radius(measured: list[float], names: list[str]) -> Iterator[tuple[float, float]]:
    for sam, monge, name in zip(measured[::2], measured[1::2], names[::2], strict=True):
        if not name.endswith("ρ = 0"):
            yield sam, monge


def ticks(number: int, sentence: str, sweep) -> Found:
    """At every setting the tick agrees with what the sentence says of the numbers told beside it."""
    module, cases, held = FIGURES[number], 0, 0
    for values in anywhere(number, sweep.count(3, 200)):
        shown = computed(number, values)
        for claim in module.claims(shown):
            if pattern(number, claim.sentence) == sentence:
                measured = [one.value for one in claim.measurements]
                said = CLAIMS[number][sentence](measured, [one.name for one in claim.measurements], shown.values)
                assert claim.holds == bool(said), (values, claim)
                cases, held = cases + 1, held + claim.holds
    assert cases
    return cases, f"holds at {held} of them"


KNOWN: dict[str, Any] = {}


def computed(number: int, values: dict[str, Any]) -> Any:
    """The figure's numbers, computed once for all its claims."""
    key = f"{number} {values}"
    if key not in KNOWN:
        KNOWN[key] = FIGURES[number].compute(values | SMALL.get(number, {}))
    return KNOWN[key]


# Notes


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


def maps(rho: float, cells: int):
    """λ₂ of A_ρ and of the exact Jacobian over Figure 4's view, of SAM and of Monge SAM."""
    axis = figure4.centres(figure4.VIEW, cells)
    for kind in figure4.RULES:
        frozen, exact = (form(kind(rho), banana, axis, axis[:, None]).smaller for form in (stability, exact_stability))
        yield axis, frozen, exact


def radii(low: float, high: float, sweep) -> np.ndarray:
    return np.linspace(low, high, sweep.count(3, 36))


def figure4_frozen(sweep) -> Found:
    """The derivative of δ with ρ̃ and without it differ, and only A_ρ is without."""
    cells, worst = sweep.count(40, 200), 0.0
    for rho in radii(0.1, 2.0, sweep):
        for _, frozen, exact in maps(float(rho), cells):
            worst = max(worst, float(np.mean(np.abs(frozen - exact) > 1e-3 * np.abs(exact))))
            assert np.mean(np.abs(frozen - exact) > 1e-3 * np.abs(exact)) > 0.5
    return cells**2, f"different on up to {worst:.0%} of the view"


def figure4_inexact(sweep) -> Found:
    cells, least = sweep.count(60, 200), 1.0
    for rho in radii(0.5, 1.3, sweep):
        for _, frozen, exact in maps(float(rho), cells):
            least = min(least, float((exact[frozen > 0] < 0).mean()))
    assert least > 0.5
    return 2 * cells**2, f"on {least:.0%} at least"


def figure4_no_basin(sweep) -> Found:
    """Of the starts at which λ₂ > 0 some end where λ₂ < 0."""
    cells, least = sweep.count(40, 200), 1.0
    for rho in radii(0.1, 2.0, sweep):
        for kind, (axis, frozen, _) in zip(figure4.RULES, maps(float(rho), cells), strict=True):
            starts = np.array(np.meshgrid(axis, axis))[:, frozen > 0]
            end = ends(kind(float(rho)), banana, starts, 0.01, 200)
            share = float(np.mean(np.hypot(*(end - starts)) > 0.1))
            least = min(least, share)
            assert share > 0
    return cells**2, f"at least {least:.0%} of the red starts are left by more than 0.1"


def figure4_flat_minima(sweep) -> Found:
    starts, least, cases = np.array(np.meshgrid(figure5.GRID, figure5.GRID)).reshape(2, -1), 1.0, 0
    for rho in radii(0.65, 1.0, sweep):
        for kind in figure4.RULES:
            angle, radius = np.meshgrid(np.linspace(0, 2 * np.pi, 60), np.linspace(0.001, 0.1, sweep.count(10, 100)))
            x, y = 1 + radius * np.cos(angle), 1 + radius * np.sin(angle)
            for sign in (-1, 1):
                assert (stability(kind(float(rho)), banana, sign * x, sign * y).smaller < 0).all()
            at_flat = distance(ends(kind(float(rho)), banana, starts, 0.01, 200), *FLATTEST) <= 0.1
            least, cases = min(least, float(at_flat.mean())), cases + 2 * x.size
    assert least > 0.5
    return cases, f"at least {least:.0%} of the runs end there"


def figure4_not_larger(sweep) -> Found:
    cells, worst = sweep.count(100, 400), -np.inf
    for rho in radii(0.6, 2.0, sweep):
        sam, monge = (figure4._near(frozen, axis) for axis, frozen, _ in maps(float(rho), cells))
        worst = max(worst, monge - sam)
        assert monge <= sam
    return cells**2, f"Monge SAM's area less SAM's: {worst:.3g} at most"


def figure4_zero_gradient(sweep) -> Found:
    for kind in figure4.RULES:
        for x, y in ((0.0, 0.0), (1.0, 1.0), (2.0, 0.5)):
            found = stability(kind(0.4), banana, x, y)
            xx, xy, yy = banana.hessian(x, y)
            assert found.singular
            assert np.isclose(found.smaller, np.linalg.eigvalsh([[xx, xy], [xy, yy]])[0])
    return 6, ""


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


def always(values) -> bool:
    return True


def published(number: int, *apart_from: str) -> Callable[[dict[str, Any]], bool]:
    defaults = {one.name: one.default for one in FIGURES[number].PARAMETERS if one.name not in apart_from}
    return lambda values: all(values[name] == value for name, value in defaults.items())


def some_rho(low: float, high: float) -> Callable[[dict[str, Any]], bool]:
    return lambda values: any(low <= rho <= high for rho in values["rho"])


# number of the figure, the note, where it holds and is shown, what computes it
NOTES = (
    (
        1,
        "SAM and Monge SAM have not settled after these 200 steps: SAM still oscillates by 0.01 across the "
        "saddle, and Monge SAM moves by 0.007 a step, 0.08 away from (-1, -1).",
        published(1),
        figure1_unsettled,
    ),
    (
        1,
        "With this learning rate and so many steps all claims hold for ρ from 0.88 to 1.46: below, SAM gets past the "
        "saddle; above, Monge SAM does not reach (-1, -1).",
        published(1, "rho"),
        figure1_contrast,
    ),
    (
        2,
        "The paper's caption says 5 sin(r²)/r², but the ring of minima of its picture lies at r = 4.49, as that of "
        "5 sin(r)/r does. Both are available.",
        always,
        figure2_formula,
    ),
    (
        2,
        "The “unit square” of the starts is [-1, 1]²; from [-0.5, 0.5]² both rules would end at the maximum with ρ = 1 "
        "from 98 % of the starts or more.",
        published(2, "landscape", "samples", "seed", "resolution"),
        figure2_square,
    ),
    (
        2,
        "In the limit of small α the maximum attracts all starts with r < ρ to SAM, and to Monge SAM those with "
        "r √(1 + ‖∇ℓ‖²) < ρ.",
        always,
        figure2_basin,
    ),
    (
        3,
        "What the paper calls divergence is a 2-cycle farther out than |θ₀|: nothing diverges to infinity. SAM's "
        "2-cycle has |θ| = αρ/(1 - α).",
        always,
        figure3_cycle,
    ),
    (
        3,
        "With the published ρ, α₁, α₂ and steps all claims hold for starts with 0.439 ≤ |θ₀| ≤ 0.565; the picture's is "
        "0.5.",
        published(3, "start"),
        figure3_starts,
    ),
    (
        4,
        "Aᵨ takes ρ̃ for a constant and drops its derivative ∂ρ̃/∂θ, which the exact Jacobian has.",
        always,
        figure4_frozen,
    ),
    (
        4,
        "For ρ from 0.5 to 1.3 the exact Jacobian has an eigenvalue with negative real part on most of the red.",
        some_rho(0.5, 1.3),
        figure4_inexact,
    ),
    (
        4,
        "Red is no basin of attraction: the matrix is that of one point, which a run leaves.",
        always,
        figure4_no_basin,
    ),
    (
        4,
        "For ρ from 0.65 to 1, Aᵨ calls the flat minima unstable (λ₂ < 0 within 0.1 of them), although most of Figure "
        "5's runs of SAM and Monge SAM end there.",
        some_rho(0.65, 1.0),
        figure4_flat_minima,
    ),
    (
        4,
        "From ρ = 0.6 on Monge SAM's region near the flat minima is not larger than SAM's.",
        some_rho(0.6, 2.0),
        figure4_not_larger,
    ),
    (
        4,
        "ρ̃ is infinite where the gradient is exactly zero; there the eigenvalue of the Hessian itself is shown.",
        always,
        figure4_zero_gradient,
    ),
    (
        5,
        "“Runs to convergence” is 200 steps in the published picture. Nearly all these runs still move by more than "
        "0.001 a step then, and after 20 000 steps too.",
        published(5),
        figure5_unsettled,
    ),
    (
        5,
        "Most of ASAM's runs are at the flattest minima after 20 000 steps.",
        published(5),
        figure5_later,
    ),
    (
        5,
        "The paper leaves Fisher SAM's η open; η = 1, the diagonal of the Monge metric, gives its picture. ASAM's is "
        "0.01.",
        always,
        figure5_eta,
    ),
)
ROWS = [Row(f"Figure {number}, note", note, check) for number, note, _, check in NOTES] + [
    Row(f"Figure {number}, claim", sentence, partial(ticks, number, sentence))
    for number, sayings in CLAIMS.items()
    for sentence in sayings
]
DEFINITIONS = {module.CAPTION for module in FIGURES.values()} | {figure2.SAMPLE}


def settings(number: int) -> list[dict[str, Any]]:
    """Settings at which notes are asked for, whole, each slider moved alone among them."""
    parameters = FIGURES[number].PARAMETERS
    alone = [{one.name: _drawn(one, np.random.default_rng(seed))} for one in parameters for seed in range(5)]
    return [complete(parameters, values) for values in (*anywhere(number, 20), *alone)]


def shown() -> set[str]:
    """All that the figures say, at many settings."""
    notes = {note for number, module in FIGURES.items() for values in settings(number) for note in module.notes(values)}
    claims = {
        pattern(number, claim.sentence)
        for number, module in FIGURES.items()
        for values in anywhere(number, 3)
        for claim in module.claims(computed(number, values))
    }
    return {module.CAPTION for module in FIGURES.values()} | notes | claims
