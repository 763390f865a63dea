"""What the criteria of stability say of the rules, and the map's numbers and marks."""

import re
from dataclasses import replace
from functools import partial

import numpy as np

from app.compute.destination_summary import percent
from app.compute.stability import StabilityQuery
from app.compute.stability_summary import claims as map_claims
from app.compute.stability_summary import sentence, tally
from app.model.course import Course
from figures.style import in_sentence
from landscapes import LANDSCAPES
from optimizers import ASAM, OPTIMIZERS, SAM, run
from optimizers.anatomy import anatomy
from optimizers.bases import BASES, PLAIN
from optimizers.rules import GSAM, MomentumSAM
from optimizers.stability import CRITERIA, defined
from tests.catalogue import METRIC, rule
from tests.claims import family
from tests.claims.metric import metric
from tests.claims.row import Found, Row, ends, plain, scattered

banana = LANDSCAPES["banana"]


def frozen_field(chosen, landscape, at, form: str):
    """(x, y) → ∇ℓ(θ + δ), with the ρ̃ (or ρ̃G⁻¹) of δ that belongs to `at`, or with all of δ."""
    if form != "paper":
        return lambda points: np.array(points) - run(chosen, landscape, points, learning_rate=1.0, steps=1).final
    taken = anatomy(chosen, landscape, at, 0.1)
    if chosen.key in {"gd", "sam", "m-sam"}:
        size = np.hypot(*taken.delta) / np.hypot(*taken.gradient)
        matrix = np.array([[size, 0 * size], [0 * size, size]])
    else:
        inverse = np.linalg.inv(np.moveaxis(metric(chosen.key, *at, taken.gradient), -1, 0)).transpose(1, 2, 0)
        matrix = inverse * chosen.rho / np.sqrt((taken.gradient * taken.ascent).sum(axis=0))

    def field(points):
        delta = np.einsum("ijn,jn->in", matrix, np.array(landscape.gradient(*points)))
        return np.array(landscape.gradient(*(points + delta)))

    return field


def criterion(form: str, keys: tuple[str, ...], sweep) -> Found:
    """The sign shown is that of differences of the field, from point to point, whose offsets decay where it is red."""
    cases, red, worst, h = 0, 0, 0.0, 1e-6
    alpha = 0.01
    for landscape in (banana, LANDSCAPES["sinc"], LANDSCAPES["himmelblau"]):
        points = scattered(landscape, sweep.count(150, 5000), seed=4)
        for key in keys:
            for rho in (0.2, 1.0, 2.0):
                chosen = rule(key, rho)
                value = CRITERIA[form].value(
                    CRITERIA[form].eigenvalues(chosen, landscape, *points, alpha, PLAIN), alpha
                )
                field = frozen_field(chosen, landscape, points, form)
                along = [(field(points + step) - field(points - step)) / (2 * h)
                         for step in (np.array([[h], [0.0]]), np.array([[0.0], [h]]))]  # fmt: skip
                matrix = np.moveaxis(np.array(along), (0, 1), (2, 1))
                if form == "steps":
                    factors = np.abs(np.linalg.eigvals(np.eye(2) - alpha * matrix)).max(axis=1)
                    expected = (1 - factors) / alpha
                else:
                    expected = np.linalg.eigvals(matrix).real.min(axis=1)
                off = np.abs(value - expected) / (1 + np.abs(matrix).max(axis=(1, 2)))
                smooth = off < 1e-3  # differences across a kink or close to ∇ℓ = 0 say nothing
                assert smooth.mean() > 0.98, (landscape.key, key, rho)
                worst = max(worst, float(off[smooth].max()))
                clear = smooth & (np.abs(expected) > 2e-3 * (1 + np.abs(matrix).max(axis=(1, 2))))
                assert ((value > 0) == (expected > 0))[clear].all()
                cases, red = cases + points.shape[1], red + int((value > 0).sum())
    assert red
    return cases, f"{red / cases:.0%} red, values off by {worst:.0e}"


def no_basin(sweep) -> Found:
    """For every criterion there are red points that runs leave, and red points where an offset grows at first."""
    cases, left, grown = 0, {}, {}
    for name, form in CRITERIA.items():
        for key in ("sam", "m-sam"):
            chosen, points = rule(key, 1.0), scattered(banana, sweep.count(6000, 40000))
            red = points[:, form.value(form.eigenvalues(chosen, banana, *points, 0.01, PLAIN), 0.01) > 0]
            end = ends(chosen, banana, red, 0.01, 200)
            left[name, key] = float(np.mean(np.hypot(*(end - red)) > 0.1))
            field = frozen_field(chosen, banana, red, name)
            h = 1e-6
            along = [(field(red + step) - field(red - step)) / (2 * h)
                     for step in (np.array([[h], [0.0]]), np.array([[0.0], [h]]))]  # fmt: skip
            matrix = np.moveaxis(np.array(along), (0, 1), (2, 1))
            # an offset ε grows at first where εᵀAε < 0 for some ε
            least = np.linalg.eigvalsh((matrix + matrix.swapaxes(1, 2)) / 2)[:, 0]
            grown[name, key] = float((least < -1e-3).mean())
            cases += red.shape[1]
    assert min(left.values()) > 0
    assert min(grown.values()) > 0
    return (
        cases,
        f"left by {min(left.values()):.0%} of red starts at least, grown at first at {min(grown.values()):.0%}",
    )


def marks(sweep) -> Found:
    """× stands where ∇ℓ = 0, with the value for ρ = 0, and where δ has a kink, with no value."""
    question = StabilityQuery("exact", ASAM(0.5), banana, 0.01, 10, (-1.0, 1.0, -1.0, 1.0))
    found = question.answer(5)  # an odd number of pixels: some centres lie on the axes, one at the saddle
    x, y = np.meshgrid(found.ends.x, found.ends.y)
    at_saddle, on_axis = (x == 0) & (y == 0), (x == 0) ^ (y == 0)
    assert at_saddle.sum() == 1
    assert on_axis.sum() == 8
    assert np.array_equal(found.singular, at_saddle)
    assert np.array_equal(found.kink, on_axis)
    assert np.isnan(found.value[on_axis]).all()
    assert np.isclose(found.value[at_saddle], -2)
    assert len(found.flagged()["x"]) == 9
    for form in CRITERIA:
        for one in (SAM(0.5), GSAM(), MomentumSAM()):
            asked = StabilityQuery(form, one, banana, 0.01, 1, (-1.0, 1.0, -1.0, 1.0))
            found, without = (question.answer(3) for question in (asked, replace(asked, rule=replace(one, rho=0.0))))
            assert np.array_equal(found.value[found.singular], without.value[found.singular])
    return x.size, ""


def tally_in_words(sweep) -> Found:
    """The shares, counted anew from points and runs."""
    cases = 0
    for form, symbol in (("paper", "λ₂ of Aᵨ"), ("exact", "λ₂ of J"), ("steps", "(1 − max|1 − αμ|)/α")):
        for key in METRIC:
            question = StabilityQuery(form, rule(key, 1.0), banana, 0.01, 200, (-3.0, 3.0, -2.0, 2.0))
            found = question.answer(sweep.count(40, 200))
            x, y = np.meshgrid(found.ends.x, found.ends.y)
            value = CRITERIA[form].value(CRITERIA[form].eigenvalues(question.rule, banana, x, y, 0.01, PLAIN), 0.01)
            at_saddle = np.hypot(*ends(question.rule, banana, np.array([x, y]), 0.01, 200)) <= 0.1
            said = sentence(question, tally(question, found))
            right = "no start ends there"
            if at_saddle.any():
                right = f"{percent((value > 0)[at_saddle].mean())} of them start where it says stable"
            pattern = TALLY
            for number in (
                in_sentence(key),
                symbol,
                f"{(value > 0).mean():.1%}",
                "the zoom [−3, 3] × [−2, 2]",
                "200",
                f"{at_saddle.mean():.1%}",
            ):
                pattern = pattern.replace("…", number, 1)
            assert said == pattern.replace("… of them start where it says stable", right)
            cases += x.size
    return cases, ""


TALLY = (
    "…: … > 0 (red) on … of …. After … steps … of the starts in it are at a saddle; … of them start where it says "
    "stable."
)
CLAIMED = {
    (
        "paper",
        ("gd", "sam", "m-sam"),
    ): "small offsets ε decay to 0 under dε/dt = −Aᵨε, where Aᵨ = ∇²ℓ(θ+δ)(I + ρ̃∇²ℓ(θ)) is the Jacobian of "
    "∇ℓ(θ+δ) with the ρ̃ of δ = ρ̃g held fixed.",
    (
        "paper",
        ("fisher-sam", "asam"),
    ): "small offsets ε decay to 0 under dε/dt = −Aᵨε, where Aᵨ = ∇²ℓ(θ+δ)(I + ρ̃G⁻¹∇²ℓ(θ)) is the Jacobian "
    "of ∇ℓ(θ+δ) with the ρ̃G⁻¹ of δ = ρ̃G⁻¹g held fixed.",
    (
        "exact",
        tuple(METRIC),
    ): "small offsets ε decay to 0 under dε/dt = −Jε, where J = ∇²ℓ(θ+δ)(I + ∂δ/∂θ) is the exact Jacobian of ∇ℓ(θ+δ).",
    (
        "steps",
        tuple(METRIC),
    ): "small offsets ε decay to 0 under ε ← (I − αJ)ε, the update linearised with its exact Jacobian: "
    "|1 − αμ| < 1 for both eigenvalues μ of J.",
}
ROWS = [
    *family.STABILITY_ROWS,
    *(
        Row(f"Stability, {CRITERIA[form].name}", sentence, partial(criterion, form, keys))
        for (form, keys), sentence in CLAIMED.items()
    ),
    Row(
        "Stability, all criteria",
        "that runs end there: the matrix is that of one point, which a run leaves. Nor that every offset decays "
        "monotonically.",
        no_basin,
    ),
    Row("Stability, numbers", TALLY, tally_in_words),
    Row("Stability, marks", "∇ℓ = 0 exactly (…): the value for ρ = 0 is shown", marks),
    Row("Stability, marks", "δ has two one-sided derivatives (…): no value", marks),
]
# what names a mark and claims nothing that could be computed
DEFINITIONS = {"border of the starts that end at a saddle", "∇ℓ = 0: ρ̃ is infinite there"}


def shown() -> set[str]:
    """All that the criteria say."""
    return _criteria() | {TALLY}


def _criteria() -> set[str]:
    """The sentences under every criterion of every rule, on pixels that lie on the axes and at the saddle."""
    found = set()
    for form in CRITERIA:
        asked = StabilityQuery(form, ASAM(0.5), banana, 0.01, 1, (-1.0, 1.0, -1.0, 1.0))
        answer = asked.answer(3)  # with every mark that there is
        bases = [(key, base()) for base in BASES.values() for key in ("sam", "asam", "gsam")]
        for key, base in (*((key, PLAIN) for key in OPTIMIZERS), *bases):
            question = replace(asked, rule=rule(key, 0.5), course=Course(base))
            held = answer if defined(form, question.rule) else question.answer(3)
            html = map_claims(question, held)
            numbers, *parts = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", html)
            texts = {plain(part) for part in parts}
            if not defined(form, question.rule):
                said = plain(numbers).replace(in_sentence(key), "…")
                texts.add(re.sub(r"(?<=After ).*% of the starts in .* are", "… steps … of the starts in … are", said))
            found |= {re.sub(r"^It says that near a red point |^It does not say ", "", text) for text in texts}
    return {re.sub(r"\(\d+\)", "(…)", text) for text in found} - {"∇ℓ = 0"}
