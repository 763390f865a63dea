"""What the app says of the rules without a metric: each direction against its textbook loop, each criterion anew."""

from functools import cache, partial

import numpy as np

from app.compute.stability import StabilityQuery
from app.compute.stability_summary import sentence, tally
from figures.style import short
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, run
from optimizers.bases import BASES, PLAIN, Adam, Base, HeavyBall, Nesterov, RMSProp
from optimizers.rules import FAMILY, PAPER
from optimizers.stability import CRITERIA, exact_stability
from optimizers.stability.step_jacobian import multipliers
from tests.claims.row import Found, Row, scattered
from tests.optimizers import textbook

banana = LANDSCAPES["banana"]
ALPHA = 0.01


def direction(key: str, sweep) -> Found:
    """Three steps of a run are those of the textbook loop."""
    chosen, cases, worst = OPTIMIZERS[key](), 0, 0.0
    for landscape in (banana, LANDSCAPES["sinc"], LANDSCAPES["himmelblau"]):
        for start in scattered(landscape, sweep.count(3, 30)).T:
            path = run(chosen, landscape, start, learning_rate=1e-3, steps=3).positions
            want = np.array(textbook.LOOPS[key](landscape, start, 1e-3, 3, **chosen.hyperparameters))
            worst, cases = max(worst, float((np.abs(path - want) / (1 + np.abs(want))).max())), cases + 3
    assert worst < 1e-9
    return cases, f"off by {worst:.0e}"


def of_direction(form: str, sweep) -> Found:
    """Red is where the eigenvalues of differences of the direction say so, for rules without a state."""
    h, cases = 1e-6, 0
    points = scattered(banana, sweep.count(60, 2000), seed=4) / 2
    for one in (one for one in FAMILY if not one.state):
        chosen = one()
        value = CRITERIA[form].value(CRITERIA[form].eigenvalues(chosen, banana, *points, ALPHA, PLAIN), ALPHA)
        values = chosen.hyperparameters.values()
        along = [
            (np.array(chosen.direction(banana, *(points + step), *values))
             - np.array(chosen.direction(banana, *(points - step), *values))) / (2 * h)
            for step in (np.array([[h], [0.0]]), np.array([[0.0], [h]]))
        ]  # fmt: skip
        found = np.linalg.eigvals(np.moveaxis(np.array(along), (0, 1, 2), (2, 1, 0)))
        if form == "exact":
            expected = found.real.min(axis=-1)
        else:
            expected = (1.0 - np.abs(1.0 - ALPHA * found).max(axis=-1)) / ALPHA
        sure = np.abs(expected) > 1e-3 * (1.0 + np.abs(found).max(axis=-1))
        assert (np.sign(value) == np.sign(expected))[sure].mean() > 0.99  # but for points at a kink
        cases += points.shape[1]
    return cases, ""


@cache
def of_a_period(form, number: int) -> np.ndarray:
    """The eigenvalues μ at so many points, which both criteria ask for."""
    return multipliers(form(), banana, *(scattered(banana, number, seed=4) / 2), ALPHA)[0]


def of_state(form: str, sweep) -> Found:
    """Red is where all eigenvalues μ of a step over θ and the state, or the period's root, say so."""
    cases, number = 0, sweep.count(12, 2000)
    points = scattered(banana, number, seed=4) / 2
    for one in [one for one in FAMILY if one.state][:: sweep.count(2, 1)]:
        value = CRITERIA[form].value(CRITERIA[form].eigenvalues(one(), banana, *points, ALPHA, PLAIN), ALPHA)
        found = of_a_period(one, number)
        expected = (found.real < 1).all(axis=-1) if form == "exact" else (np.abs(found) < 1).all(axis=-1)
        assert np.array_equal(value > 0, expected)
        cases += points.shape[1]
    return cases, ""


def undefined(sweep) -> Found:
    """The runs are those of no rule of that form, and the exact criteria have a value for every rule."""
    points = scattered(banana, sweep.count(5, 500), seed=4) / 2
    for one in FAMILY[:: sweep.count(3, 1)]:
        chosen = one()
        path = run(chosen, banana, points, learning_rate=ALPHA, steps=5, keep="final").final
        for form in PAPER:
            other = form() if form.key == "gd" else form(chosen.rho)
            like = run(other, banana, points, learning_rate=ALPHA, steps=5, keep="final").final
            assert (np.hypot(*(path - like)) > 1e-6).mean() > 0.9, (one.key, form.key)
        assert np.isfinite(exact_stability(chosen, banana, *points, ALPHA).smaller).all()
        question = StabilityQuery("paper", chosen, banana, ALPHA, 100, (-1.0, 1.0, -1.0, 1.0))
        found = question.answer(sweep.count(9, 60))
        assert np.isnan(found.value).all()
        starts = np.array(np.meshgrid(found.ends.x, found.ends.y))
        end = run(chosen, banana, starts, learning_rate=ALPHA, steps=100, keep="final").final
        said = f"After 100 steps {(np.hypot(*end) <= 0.1).mean():.1%} of the starts in the zoom [−1, 1] × [−1, 1] are"
        assert said in sentence(question, tally(question, found))
    return len(FAMILY) * points.shape[1], ""


HELP = {
    "usam": (
        "d = ∇ℓ(θ + ρ g). Andriushchenko and Flammarion (2022), arXiv:2206.06232.",
        r"\(d = \nabla\ell(\theta + \rho\,g)\)",
    ),
    "n-step-sam": (
        "z ← z + r ∇ℓ(z)/‖∇ℓ(z)‖ n times from z = θ, then d = ∇ℓ(z).",
        r"\(d = \nabla\ell(z_n),\ z_{k+1} = z_k + \rho\,\nabla\ell(z_k)/\|\nabla\ell(z_k)\|\)",
    ),
    "gsam": (
        "d = s - β (g - (g·s/‖s‖²) s) with s = ∇ℓ(θ + ρ g/‖g‖). Zhuang et al. (2022), arXiv:2203.08065.",
        r"\(d = s - \beta\,(g - \tfrac{g\cdot s}{\|s\|^2}\,s),\ s = \nabla\ell(\theta + \rho\,g/\|g\|)\)",
    ),
    "wsam": (
        "d = g + γ/(1 - γ) (s - g) with s = ∇ℓ(θ + ρ g/‖g‖). Yue et al. (2023), arXiv:2305.15817.",
        r"\(d = g + \tfrac{\gamma}{1 - \gamma}\,(s - g),\ s = \nabla\ell(\theta + \rho\,g/\|g\|)\)",
    ),
    "looksam": (
        "every k-th step d = s = ∇ℓ(θ + ρ g/‖g‖), which leaves v, the unit vector of what of s is across g.",
        r"\(d = s\ \text{if}\ k \mid t,\ \text{else}\ g + a\,\|g\|\,v\)",
    ),
    "momentum-sam": (
        "v ← μ v + ∇ℓ(θ - ρ v/‖v‖), d = v, from v = 0. Becker et al. (2024), arXiv:2401.12033.",
        r"\(d = v,\ v \leftarrow \mu\,v + \nabla\ell(\theta - \rho\,v/\|v\|)\)",
    ),
    "cr-sam": (
        "d = p + γ (p + m - 2g) + β (p - m) with p, m = ∇ℓ(θ ± ρ g/‖g‖).",
        r"\(d = p + \gamma\,(p + m - 2g) + \beta\,(p - m),\ p, m = \nabla\ell(\theta \pm \rho\,g/\|g\|)\)",
    ),
    "random-sam": (
        "d = ∇ℓ(θ + ρ u) with u uniform on the circle, drawn in each step.",
        r"\(d = \nabla\ell(\theta + \rho\,u),\ \|u\| = 1\)",
    ),
    "frob-sam": (
        "d = g + λ/ρ² Cov(ℓ(θ + ρz), ∇ℓ(θ + ρz)), z ~ N(0, I). Tahmasebi et al. (2024), ICML.",
        r"\(d = g + \tfrac{\lambda}{\rho^2}\,\mathrm{Cov}(\ell(\theta + \rho z), \nabla\ell(\theta + \rho z))\)",
    ),
    "trace-sam": (
        "d = g + λ E[∇ℓ(θ + ρz) - g], z ~ N(0, I). Tahmasebi et al. (2024), ICML.",
        r"\(d = g + \lambda\,\mathrm{E}[\nabla\ell(\theta + \rho z) - g]\)",
    ),
    "det-sam": (
        "d = g + λ E[e (∇ℓ(θ + ρv) - g)] / E[e]³ with e = exp(-(ℓ(θ + ρv) - ℓ)/2ρ²), v uniform on [-h, h]².",
        r"\(d = g + \lambda\,\mathrm{E}[e\,(\nabla\ell(\theta + \rho v) - g)]/\mathrm{E}[e]^3\)",
    ),
    "riemannian-m-sam": (
        "δ of Monge SAM, and d = G⁻¹s = s - (h·s)/(1 + ‖h‖²) h with s = ∇ℓ(θ + δ).",
        r"\(d = G^{-1}\,\nabla\ell(\theta + \delta),\ G = I + g g^\top\)",
    ),
    "llqr-sam": (
        "d = P ∇ℓ(θ + ρ P g/‖P g‖) with a learned diagonal P, from P = I.",
        r"\(d = P\,\nabla\ell(\theta + \rho\,P g/\|P g\|)\)",
    ),
}


def under_base(form: str, base: Base, sweep) -> Found:
    """Red is where differences of the engine's own step say so, at the state after many steps of no length."""
    points, h, cases = scattered(banana, sweep.count(6, 200), seed=4) / 2, 1e-6, 0
    for one in (OPTIMIZERS["sam"](0.5), OPTIMIZERS["gsam"]())[:: sweep.count(2, 1)]:
        state = run(one, banana, points, learning_rate=0.0, steps=500, keep="final", base=base).state
        moving = [n for n, name in enumerate(base.state) if name not in base.discrete]
        columns = []
        for column in range(2 + len(moving)):
            ends = []
            for side in (h, -h):
                at, kept = points.copy(), state.copy()
                (at if column < 2 else kept)[column if column < 2 else moving[column - 2]] += side
                after = run(one, banana, at, learning_rate=ALPHA, steps=1, base=base, state=kept)
                ends.append(np.concatenate([after.final, after.state[moving]]))
            columns.append((ends[0] - ends[1]) / (2 * h))
        factors = np.linalg.eigvals(np.moveaxis(np.array(columns), (0, 1), (2, 1)))
        slowest = factors.real.max(axis=-1) if form == "exact" else np.abs(factors).max(axis=-1)
        value = CRITERIA[form].value(CRITERIA[form].eigenvalues(one, banana, *points, ALPHA, base), ALPHA)
        sure = np.abs(slowest - 1.0) > 1e-6
        assert sure.mean() > 0.3
        assert np.array_equal((value > 0)[sure], (slowest < 1)[sure])
        cases += points.shape[1]
    return cases, ""


def without_base(sweep) -> Found:
    """Aᵨ is the same whatever the base optimizer."""
    points, cases = scattered(banana, sweep.count(20, 2000), seed=4), 0
    for key in ("sam", "asam"):
        for base in BASES.values():
            one, form = OPTIMIZERS[key](0.5), CRITERIA["paper"]
            assert np.array_equal(
                *(form.eigenvalues(one, banana, *points, ALPHA, taken).smaller for taken in (base(), PLAIN))
            )
            cases += points.shape[1]
    return cases, ""


STATE = (
    "small offsets ε of θ and of the rule’s state decay to 0 under {}, where I − αJ is the exact Jacobian of a step "
    "over all of them, from the state in which a run begins, or the root of that of all steps of a period"
)
BASE_STATE = (
    "small offsets ε of θ and of {0}’s state decay to 0 under {1}, where I − αJ is the exact Jacobian of a step over "
    "all of them, with {0}’s state as it becomes where θ stays"
)
LAWS = {"exact": ("dε/dt = −Jε", "."), "steps": ("ε ← (I − αJ)ε", ": |1 − αμ| < 1 for all eigenvalues μ of J.")}
WITH_BASE = [HeavyBall(), Nesterov(), Adam(0.5, 0.8, 0.5), RMSProp(0.8, 0.5)]  # that settle in few steps
HELP_ROWS = [Row(f"Help, {short(key)}", text, partial(direction, key)) for key, texts in HELP.items() for text in texts]
STABILITY_ROWS = [
    Row(
        "Stability, Exact Jacobian",
        "small offsets ε decay to 0 under dε/dt = −Jε, where J is the exact Jacobian of its direction d.",
        partial(of_direction, "exact"),
    ),
    Row(
        "Stability, Exact Jacobian",
        STATE.format(LAWS["exact"][0]) + LAWS["exact"][1],
        partial(of_state, "exact"),
    ),
    Row(
        "Stability, Exact, in steps of α",
        STATE.format(LAWS["steps"][0]) + LAWS["steps"][1],
        partial(of_state, "steps"),
    ),
    *(
        Row(
            f"Stability, {CRITERIA[form].name}",
            BASE_STATE.format(base.name, law) + end,
            partial(under_base, form, base),
        )
        for form, (law, end) in LAWS.items()
        for base in WITH_BASE
    ),
    *(
        Row(
            "Stability, Aᵨ",
            f"{CRITERIA['paper'].says(OPTIMIZERS[key](0.5), PLAIN)} {base.name} is not part of it.",
            without_base,
        )
        for base in WITH_BASE
        for key in ("sam", "asam")
    ),
    Row(
        "Stability, Aᵨ",
        "Aᵨ is of rules that step along ∇ℓ(θ + δ) with δ = ρ G⁻¹g/√(gᵀG⁻¹g), which … is not: choose one of the exact "
        "criteria for it. After … steps … of the starts in … are at a saddle.",
        undefined,
    ),
    Row("Stability, marks", "no value", undefined),
]
