"""What the help sheet says of the rules, what the criteria of stability say, and the words about maps."""

import re
from dataclasses import replace
from functools import partial
from html import unescape

import numpy as np

from app.compute.destination_summary import difference_in_a_title, difference_in_words
from app.compute.stability import StabilityQuery
from app.compute.stability_summary import claims as map_claims
from app.compute.stability_summary import sentence, tally
from app.model.course import Course
from app.page import help_dialog as help_sheet
from app.widgets.step_equations import inverse
from figures.style import in_sentence, short
from landscapes import LANDSCAPES
from optimizers import ASAM, OPTIMIZERS, SAM, FisherSAM, MongeSAM, run
from optimizers.anatomy import anatomy
from optimizers.bases import BASES, PLAIN
from optimizers.maps import destination_map, difference
from optimizers.outcomes import OUTCOMES
from optimizers.rules import FAMILY, GSAM, PAPER, MomentumSAM
from optimizers.sharpness import FIELDS, worst_case
from optimizers.stability import CRITERIA, defined
from tests.catalogue import METRIC, rule
from tests.claims import family
from tests.claims.row import Found, Row, ends, scattered

banana, rastrigin = LANDSCAPES["banana"], LANDSCAPES["rastrigin"]
RADII = (0.01, 0.3, 1.0, 5.0)

# Help


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


def rule_in_help(key: str, sweep) -> Found:
    """δ = ρ G⁻¹g / √(gᵀG⁻¹g) with the rule's G; 0 for gradient descent."""
    cases, worst = 0, 0.0
    for landscape in LANDSCAPES.values():
        x, y = points = scattered(landscape, sweep.count(50, 5000))
        for rho in RADII:
            taken = anatomy(rule(key, rho), landscape, points, 0.1)
            g = taken.gradient
            v = np.linalg.solve(np.moveaxis(metric(key, x, y, g), -1, 0), g.T[..., None])[..., 0].T
            expected = 0 * g if key == "gd" else rho * v / np.sqrt((g * v).sum(axis=0))
            off = np.hypot(*(taken.delta - expected)) / rho
            worst, cases = max(worst, float(off.max())), cases + x.size
    assert worst < 1e-6
    if key in {"sam", "m-sam"}:
        size = rho * np.ones_like(x) if key == "sam" else rho / np.sqrt(1 + (g * g).sum(axis=0))
        assert np.allclose(taken.delta, size * g / np.hypot(*g), rtol=1e-9)
    return cases, f"off by {worst:.0e} ρ"


def general(sweep) -> Found:
    """The update, and that no point of the ellipse has a greater gᵀδ than the rule's δ, which lies on its rim."""
    cases, angle = 0, np.linspace(0, 2 * np.pi, sweep.count(60, 720))[:, None]
    for landscape in LANDSCAPES.values():
        x, y = points = scattered(landscape, sweep.count(30, 1000))
        for key in METRIC:
            for rho in RADII:
                chosen = rule(key, rho)
                taken = anatomy(chosen, landscape, points, 0.1)
                there = np.array(landscape.gradient(*(points + taken.delta)))
                assert np.allclose(ends(chosen, landscape, points, 0.1, 1), points - 0.1 * there, rtol=1e-9, atol=1e-9)
                if key == "gd":
                    continue
                g, matrix = taken.gradient, metric(key, x, y, taken.gradient)
                length = np.einsum("in,ijn,jn->n", taken.delta, matrix, taken.delta)
                assert np.allclose(length, rho**2, rtol=1e-6)
                dx, dy = np.cos(angle), np.sin(angle)
                size = np.sqrt(matrix[0, 0] * dx**2 + 2 * matrix[0, 1] * dx * dy + matrix[1, 1] * dy**2)
                rise = rho * (g[0] * dx + g[1] * dy) / size
                assert (rise <= (g * taken.delta).sum(axis=0) * (1 + 1e-9)).all()
                cases += rise.size
    return cases, ""


def others(sweep) -> Found:
    """One step of a run is α times the direction away."""
    cases = 0
    for form in FAMILY:
        chosen, points = form(), scattered(banana, sweep.count(30, 1000))
        d = chosen.direction(banana, *points, *form.state.values(), *chosen.hyperparameters.values())[:2]
        assert np.allclose(ends(chosen, banana, points, 0.1, 1), points - 0.1 * np.array(d), rtol=1e-9, atol=1e-9)
        cases += points.shape[1]
    return cases, ""


def card_metric(key: str, sweep) -> Found:
    """The card's G⁻¹ times g is the v that it tells."""
    cases = 0
    for landscape in LANDSCAPES.values():
        x, y = points = scattered(landscape, sweep.count(50, 5000))
        taken = anatomy(rule(key, 1.0), landscape, points, 0.1)
        g = taken.gradient
        v = np.linalg.solve(np.moveaxis(metric(key, x, y, g), -1, 0), g.T[..., None])[..., 0].T
        assert np.allclose(taken.ascent, v, rtol=1e-6, atol=1e-9)
        cases += x.size
    return cases, ""


# Criteria


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
                right = f"{(value > 0)[at_saddle].mean():.0%} of them start where it says stable"
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

# Maps


def same_kind(sweep) -> Found:
    """Where no kind differs the sentence says kinds, for places may: on Rastrigin with ρ = 0.1."""
    rules = MongeSAM(0.1), FisherSAM(0.1)
    side = sweep.count(60, 300)
    first, second = (
        destination_map(one, rastrigin, learning_rate=0.002, steps=200, resolution=(side, side)) for one in rules
    )
    seen = difference(first, second)
    assert not seen.differs.any()
    assert difference_in_words("Monge SAM", "Fisher SAM", seen) == SAME_KIND.replace("…", "Monge SAM", 1).replace(
        "…", "Fisher SAM", 1
    )
    starts = np.array(np.meshgrid(first.x, first.y))
    one, other = (ends(chosen, rastrigin, starts, 0.002, 200) for chosen in rules)
    apart = int((np.hypot(*(one - other)) > 0.5).sum())
    assert apart > 0
    return side**2, f"{apart} starts end at other places of the same kind"


def other_kinds(sweep) -> Found:
    first, second = (
        destination_map(chosen, banana, learning_rate=0.01, steps=200, resolution=(sweep.count(40, 200),) * 2)
        for chosen in (SAM(1.0), MongeSAM(1.0))
    )
    seen = difference(first, second)
    differs = first.outcome != second.outcome
    pairs = np.stack([first.outcome[differs], second.outcome[differs]])
    (before, after), number = max(
        (
            (tuple(pair), int((pairs == np.array(pair)[:, None]).all(axis=0).sum()))
            for pair in np.unique(pairs, axis=1).T
        ),
        key=lambda item: item[1],
    )
    said = difference_in_words("SAM", "Monge SAM", seen)
    assert numbers_left_out(said) == OTHER_KINDS
    assert f"{differs.mean():.1%}" in said
    assert f"{OUTCOMES[before]} under SAM but {OUTCOMES[after]} under Monge SAM ({number / differs.size:.1%})" in said
    assert f"{differs.mean():.1%}" in difference_in_a_title("SAM", "M-SAM", seen)
    return differs.size, f"{differs.mean():.1%} differ"


def numbers_left_out(sentence: str) -> str:
    """The pattern of a sentence about two rules."""
    kinds = "|".join(OUTCOMES)
    sentence = re.sub(r"\d+\.\d%", "…", sentence)
    sentence = re.sub(
        rf"often ({kinds}) under (.*) but ({kinds}) under (.*) \(", "often … under … but … under … (", sentence
    )
    return re.sub(r"^(.*?) and (.*?) have", "… and … have", sentence)


SAME_KIND = "… and … have the same outcome from every start of this map."
OTHER_KINDS = "… and … have different outcomes from … of the starts, most often … under … but … under … (…)."

# Backgrounds


def share_attained(key: str, sweep) -> Found:
    """The rise that the rule's own δ brings over the greatest in its ball, never more than 1."""
    ball, form = {"attained-sam": ("euclidean", SAM), "attained-m-sam": ("monge", MongeSAM)}[key]
    cases, least = 0, np.inf
    for landscape in list(LANDSCAPES.values())[:: sweep.count(4, 1)]:
        points = scattered(landscape, sweep.count(20, 1000))
        for rho in sweep.count((1.0,), RADII):
            shown = FIELDS[key].values(landscape, *points, rho)
            found = worst_case(landscape, *points, rho, ball=ball)
            taken = anatomy(form(rho), landscape, points, 0.1)
            rise = landscape.value(*taken.perturbed) - landscape.value(*points)
            up = found.increase > 0
            assert np.allclose(shown[up], (rise / found.increase)[up], rtol=1e-9, atol=1e-9)
            assert (shown[up] <= 1).all()
            least, cases = min(least, float(shown[up].min())), cases + points.shape[1]
    return cases, f"{least:.3g} at the least, shown as 0"


def rise(key: str, sweep) -> Found:
    """What `worst_case` finds, which `test_sharpness` holds against brute force."""
    ball = {"rise-sam": "euclidean", "rise-m-sam": "monge"}[key]
    points = scattered(banana, 50)
    shown = FIELDS[key].values(banana, *points, 0.7)
    assert np.array_equal(shown, worst_case(banana, *points, 0.7, ball=ball).increase)
    return 50, ""


RULES = {
    "gd": "δ = 0.",
    "sam": "G = I, δ = ρ g / ‖g‖ (Eq. 3). Foret et al. (2020), arXiv:2010.01412.",
    "m-sam": "G = I + g gᵀ (Eq. 6), δ = ρ g / (‖g‖ √(1 + ‖g‖²)) (Eq. 9). arXiv:2502.08448.",
    "fisher-sam": "G = diag(1 + η gᵢ²) (Eq. 5 and below it). Kim et al. (2022), arXiv:2206.04920.",
    "asam": "G = T⁻², T = diag(|θᵢ| + η), δ = ρ T²g / ‖T g‖. Kwon et al. (2021), arXiv:2102.11600.",
}
METRICS = {
    "gd": (r"\(\rho = 0\)", ""),
    "sam": (r"\(G = I\)", ""),
    "m-sam": (r"\(G = I + g g^\top\)", "(I + ggᵀ)⁻¹"),
    "fisher-sam": (r"\(G = \mathrm{diag}(1 + \eta g_i^2)\)", "diag(1 + η gᵢ²)⁻¹"),
    "asam": (r"\(G = \mathrm{diag}(|\theta_i| + \eta)^{-2}\)", "diag(|θᵢ| + η)²"),
}
GENERAL = (
    r"A rule that is given by its metric \(G\) descends along the gradient at a perturbed point, \(\theta "
    r"\leftarrow \theta - \alpha\,\nabla\ell(\theta + \delta)\): in the ellipse \(\delta^\top G\,\delta \le "
    r"\rho^2\), the linearised loss \(\ell + g^\top\delta\) is greatest at \(\delta = \rho\,v/\sqrt{g^\top v}\) with "
    r"\(v = G^{-1}g\) and \(g = \nabla\ell(\theta)\)."
)
OTHERS = r"A rule that is given by its direction \(d\) steps along it, \(\theta \leftarrow \theta - \alpha\,d\)."
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
    Row("Help", GENERAL, general),
    Row("Help", OTHERS, others),
    *family.ROWS,
    *(Row(f"Help, {short(key)}", sentence, partial(rule_in_help, key)) for key, sentence in RULES.items()),
    *(Row(f"Help, {short(key)}", help_, partial(rule_in_help, key)) for key, (help_, _) in METRICS.items()),
    *(Row(f"Anatomy, {short(key)}", card, partial(card_metric, key)) for key, (_, card) in METRICS.items() if card),
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
    Row("Destinations", SAME_KIND, same_kind),
    Row("Destinations", OTHER_KINDS, other_kinds),
    Row("Backgrounds", "Rise in SAM’s ball", partial(rise, "rise-sam")),
    Row("Backgrounds", "Rise in Monge ball", partial(rise, "rise-m-sam")),
    Row("Backgrounds", "Share SAM attains", partial(share_attained, "attained-sam")),
    Row("Backgrounds", "Share M-SAM attains", partial(share_attained, "attained-m-sam")),
]
# what names a key, a mark or a quantity and claims nothing that could be computed
DEFINITIONS = {
    *(text for pair in help_sheet.SHORTCUTS for text in pair),
    *(re.sub("<svg.*?</svg>", "", text) for pair in help_sheet.SYMBOLS for text in pair),
    *(f"path of {short(form.key)}" for form in PAPER),
    "Equations are numbered as in Jacobsen and Arvanitidis (2025), Monge SAM: Robust Reparameterization-Invariant "
    "Sharpness-Aware Minimization Based on Loss Geometry, arXiv:2502.08448.",
    "border of the starts that end at a saddle",
    "∇ℓ = 0: ρ̃ is infinite there",
    "Sharpness λₘₐₓ",
    "Trace of ∇²ℓ",
}


def shown() -> set[str]:
    """All that the help sheet, the criteria, the words about maps and the list of backgrounds say."""
    return _help() | _card() | _criteria() | {TALLY, SAME_KIND, OTHER_KINDS} | {kind.name for kind in FIELDS.values()}


def _help() -> set[str]:
    html = help_sheet.sheet(OPTIMIZERS.values())  # of all rules, whichever of them are offered
    texts = {_plain(text) for _, text in re.findall(r"<(p|td|th)\b[^>]*>(.*?)</\1>", html)}
    return texts - {"", *(short(key) for key in OPTIMIZERS)}


def _card() -> set[str]:
    """G⁻¹ as the card of a perturbing rule says it; for SAM it says nothing."""
    html = {inverse(form.metric) for key, form in OPTIMIZERS.items() if form.metric and key != "gd"} - {""}
    return {_plain(text.replace("<sup>−1</sup>", "⁻¹").replace("<sup>2</sup>", "²")) for text in html}


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
            texts = {_plain(part) for part in parts}
            if not defined(form, question.rule):
                said = _plain(numbers).replace(in_sentence(key), "…")
                texts.add(re.sub(r"(?<=After ).*% of the starts in .* are", "… steps … of the starts in … are", said))
            found |= {re.sub(r"^It says that near a red point |^It does not say ", "", text) for text in texts}
    return {re.sub(r"\(\d+\)", "(…)", text) for text in found} - {"∇ℓ = 0"}


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", re.sub("<svg.*?</svg>", "", html))).strip()
