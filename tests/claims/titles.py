"""Titles of the figures and of their panels."""

import re
from functools import cache, partial
from importlib import import_module

import numpy as np

from app.browser.source_updates import SourceUpdates
from figures import FIGURES, figure4, figure5, style
from landscapes import LANDSCAPES
from optimizers import GD, SAM, MongeSAM
from optimizers.anatomy import anatomy
from tests.catalogue import rule
from tests.claims.figure_notes import figure2_basin
from tests.claims.figure_settings import SMALL, computed
from tests.claims.row import Found, Row, scattered

banana = LANDSCAPES["banana"]
RADII = (0.01, 0.5, 2.0)


def perturbations(sweep):
    """‖g‖ and the lengths of δ of SAM and of Monge SAM, over the landscapes and ρ, from the smallest ‖g‖ on."""
    for landscape in LANDSCAPES.values():
        points = scattered(landscape, sweep.count(40, 5000))
        for rho in RADII:
            taken = [anatomy(form(rho), landscape, points, 0.1) for form in (SAM, MongeSAM)]
            g = np.hypot(*taken[0].gradient)
            order = np.argsort(g)
            yield rho, g[order], *(np.hypot(*one.delta)[order] for one in taken)


def trade_off(sweep) -> Found:
    """Monge SAM's perturbation is SAM's where the slope is small, and is nearer to GD's, none, the steeper it is."""
    cases = 0
    for rho, g, sam, monge in perturbations(sweep):
        assert np.allclose(sam[g > 0], rho)
        assert np.allclose((monge / rho)[g < 1e-3], 1.0, atol=1e-6)
        assert (np.diff(monge[g > 0]) <= 1e-12 * rho).all()
        assert (monge[g > 100] < rho / 100).all()
        cases += g.size
    none = anatomy(GD(), banana, scattered(banana, 10), 0.1).delta
    assert (none == 0).all()
    return cases, ""


def conservative(sweep) -> Found:
    """Monge SAM's perturbation is shorter than SAM's wherever there is one."""
    cases, largest = 0, 0.0
    for _, g, sam, monge in perturbations(sweep):
        steep = g > 1e-6
        assert (monge < sam)[steep].all()
        largest, cases = max(largest, float((monge / sam)[steep].max())), cases + g.size
    return cases, f"at most {largest:.6f} of SAM's"


def criteria(sweep) -> Found:
    """Each map is the smaller eigenvalue of ∇²ℓ(θ + δ)(I + ρ̃ ∇²ℓ(θ)), by NumPy."""
    numbers = computed(4, {})
    axis, cases = figure4.centres(figure4.VIEW, SMALL[4]["resolution"]), 0
    for (key, index), smaller in numbers.smaller.items():
        rho = numbers.values["rho"][index]
        for row, column in np.random.default_rng(0).integers(0, axis.size, (sweep.count(5, 200), 2)):
            point = np.array([axis[column], axis[row]])
            g = np.array(banana.gradient(*point))
            scale = rho / np.hypot(*g) / (np.sqrt(1 + g @ g) if key == "m-sam" else 1.0)
            here, there = (_hessian(at) for at in (point, point + scale * g))
            found = np.linalg.eigvals(there @ (np.eye(2) + scale * here)).real.min()
            assert np.isclose(smaller[row, column], found, rtol=1e-6, atol=1e-9)
            cases += 1
    return cases, ""


def _hessian(point: np.ndarray) -> np.ndarray:
    xx, xy, yy = banana.hessian(*point)
    return np.array([[xx, xy], [xy, yy]], float)


def compared(sweep) -> Found:
    """All rules that are shown perturb, and run from the same starts."""
    points = scattered(banana, sweep.count(40, 4000))
    for form in figure5.RULES:
        assert (np.hypot(*anatomy(rule(form.key, 0.5), banana, points, 0.1).delta) > 0).all()
    numbers = computed(5, {})
    for positions in numbers.positions.values():
        assert np.array_equal(positions[0], numbers.starts)
    return len(figure5.RULES), ""


# Panels


@cache
def panels(number: int, **values: tuple[float, ...]) -> list[tuple[str, list[str], list[bytes]]]:
    """Of each panel its title, the sources that it draws, and what these hold."""
    picture, numbers = import_module(f"app.views.paper_figures.picture{number}"), computed(number, values)
    board, data = picture.Picture(numbers, SourceUpdates()), picture.columns(numbers)
    board.label(numbers)
    found = []
    for figure in board.figures:
        names = [one.data_source.name for one in figure.renderers if one.data_source.name in data]
        columns = [column for name in names for column in data[name].values()]
        held = [b"".join(np.ravel(part).tobytes() for part in column) for column in columns]
        found.append((figure.title.text, names, held))
    return found


def swapped(number: int, name: str, sweep) -> Found:
    """The values of a slider for several panels, given the other way round, take what is drawn along with titles."""
    default = next(one.default for one in FIGURES[number].PARAMETERS if one.name == name)
    one, other = (_by_title(panels(number, **{name: values})) for values in (default, default[::-1]))
    assert one == other
    assert len({str(held) for held in one.values()}) == len(one) > 1
    return len(one), ""


def _by_title(found: list[tuple[str, list[str], list[bytes]]]) -> dict[str, list[bytes]]:
    return {re.sub("[₁₂]", "", title): held for title, _, held in found if "=" in title}


def named(number: int, sweep) -> Found:
    """A panel with a rule's name alone draws what was computed of this rule."""
    keys = {style.NAMES[key]: key for key in style.NAMES} | {style.SHORT[key]: key for key in style.SHORT}
    cases = 0
    for title, names, _ in panels(number):
        if title in keys:
            own = [name for name in names if any(name.endswith(f" {key}") for key in style.NAMES)]
            assert all(name.endswith(f" {keys[title]}") for name in own), (title, names)
            cases += 1
    assert cases
    return cases, ""


def scale(sweep) -> Found:
    """The bar's ticks stand where the maps have these values."""
    picture = import_module("app.views.paper_figures.picture4")
    board = picture.Picture(computed(4, {}), SourceUpdates())
    (bar,) = (figure for figure in board.figures if figure.title.text == "λ₂")
    labels = bar.yaxis[0].major_label_overrides
    for tick, text in labels.items():
        assert picture.shade(np.array([float(text.replace("−", "-"))])) == [tick]
    return len(labels), ""


TITLES = {
    1: ("An adaptive trade-off between SAM and GD", trade_off),
    2: ("Attraction to maxima", figure2_basin),
    3: ("The conservative property", conservative),
    4: ("Stability criteria", criteria),
    5: ("Comparing sharpness-aware minimizers", compared),
}
PANELS = {
    "SAM, ρ = …": partial(swapped, 2, "rho"),
    "M-SAM, ρ = …": partial(swapped, 2, "rho"),
    "α₁ = …": partial(swapped, 3, "learning_rate"),
    "α₂ = …": partial(swapped, 3, "learning_rate"),
    "ρ = …": partial(swapped, 4, "rho"),
    "λ₂": scale,
    "SAM": partial(named, 5),
    "Monge SAM": partial(named, 5),
    "Fisher SAM": partial(named, 5),
    "ASAM": partial(named, 5),
    "M-SAM": partial(named, 2),
}
ROWS = [
    *(Row(f"Figure {number}, title", title, check) for number, (title, check) in TITLES.items()),
    *(Row("Figures, panel", title, check) for title, check in PANELS.items()),
]


def shown() -> set[str]:
    """The titles of the figures and of their panels, without numbers."""
    titles = {title for number in FIGURES for title, *_ in panels(number)}
    return {module.TITLE for module in FIGURES.values()} | {re.sub(r"= .*", "= …", one) for one in titles} - {""}
