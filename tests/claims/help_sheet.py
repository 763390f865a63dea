"""What the help says of the rules, and Anatomy of their metrics."""

import re
from functools import partial

import numpy as np

from app.compute.glossary import TERMS
from app.compute.step_words import inverse
from app.page import help_dialog as help_sheet
from figures.style import short
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from optimizers.anatomy import anatomy
from optimizers.rules import FAMILY, PAPER
from tests.catalogue import METRIC, rule
from tests.claims import family
from tests.claims.metric import metric
from tests.claims.row import Found, Row, ends, plain, scattered

banana = LANDSCAPES["banana"]
RADII = (0.01, 0.3, 1.0, 5.0)


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
ROWS = [
    Row("Help", GENERAL, general),
    Row("Help", OTHERS, others),
    *family.HELP_ROWS,
    *(Row(f"Help, {short(key)}", sentence, partial(rule_in_help, key)) for key, sentence in RULES.items()),
    *(Row(f"Help, {short(key)}", help_, partial(rule_in_help, key)) for key, (help_, _) in METRICS.items()),
    *(Row(f"Anatomy, {short(key)}", card, partial(card_metric, key)) for key, (_, card) in METRICS.items() if card),
]
# what names a symbol and claims nothing that could be computed
DEFINITIONS = {
    *(re.sub("<svg.*?</svg>", "", text) for pair in help_sheet.SYMBOLS for text in pair),
    *(f"path of {short(form.key)}" for form in PAPER),
    *(text for pair in TERMS.items() for text in pair),
    "Equations are numbered as in Jacobsen and Arvanitidis (2025), Monge SAM: Robust Reparameterization-Invariant "
    "Sharpness-Aware Minimization Based on Loss Geometry, arXiv:2502.08448.",
}


def shown() -> set[str]:
    """All that the help and the card of a perturbing rule say."""
    return _help() | _card()


def _help() -> set[str]:
    html = help_sheet.sheet(OPTIMIZERS.values())  # of all rules, whichever of them are offered
    texts = {plain(text) for _, text in re.findall(r"<(p|td|th)\b[^>]*>(.*?)</\1>", html)}
    keys = {text for pair in help_sheet.SHORTCUTS for text in pair}  # of which `keys` knows
    return texts - keys - {"", *(short(key) for key in OPTIMIZERS)}


def _card() -> set[str]:
    """G⁻¹ as the card of a perturbing rule says it; for SAM it says nothing."""
    html = {inverse(form.metric) for key, form in OPTIMIZERS.items() if form.metric and key != "gd"} - {""}
    return {plain(text.replace("<sup>−1</sup>", "⁻¹").replace("<sup>2</sup>", "²")) for text in html}
