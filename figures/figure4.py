"""Figure 4: where A_ρ calls SAM and Monge SAM stable, and how the saddle becomes stable as ρ grows."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.ndimage import label

from figures import style
from figures.record import NO_VALUES, Claim, Measurement, Parameter, Values, complete
from landscapes import LANDSCAPES
from optimizers import SAM, MongeSAM, Rule
from optimizers.experiment import Experiment
from optimizers.stability import Stability, stability
from optimizers.starts import Points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "Stability criteria"
CAPTION = (
    "The smaller eigenvalue λ₂ of Aᵨ(θ) on the banana (1 - θ₁θ₂)² for several ρ. Red: λ₂ > 0; blue: λ₂ < 0. The "
    "square [-0.5, 0.5]² is for reference."
)
FROZEN = "Aᵨ takes ρ̃ for a constant and drops its derivative ∂ρ̃/∂θ, which the exact Jacobian has."
INEXACT = "For ρ from 0.5 to 1.3 the exact Jacobian has an eigenvalue with negative real part on most of the red."
NO_BASIN = "Red is no basin of attraction: the matrix is that of one point, which a run leaves."
FLAT_MINIMA = (
    "For ρ from 0.65 to 1, Aᵨ calls the flat minima unstable (λ₂ < 0 within 0.1 of them), although most of Figure 5's "
    "runs of SAM and Monge SAM end there."
)
NOT_LARGER = "From ρ = 0.6 on Monge SAM's region near the flat minima is not larger than SAM's."
ZERO_GRADIENT = "ρ̃ is infinite where the gradient is exactly zero; there the eigenvalue of the Hessian itself is shown."
PARAMETERS = (
    Parameter("rho", "ρ", (0.0, 0.2, 0.4, 0.6, 0.8), 0.0, 2.0, help="perturbation radii, a column each"),
    Parameter(
        "resolution", "resolution", 200, 20, 1000, "integer", help="cells along each side of a map", on_screen=100
    ),
)

VIEW = 2.0
STEPS = 200  # of runs that are tried under a map
SQUARE = 0.5
NEAR = 0.5  # "near a flat minimum": within this distance
FLATTEST = ((1.0, 1.0), (-1.0, -1.0))
PATCH_CELLS = 160
RULES = (SAM, MongeSAM)

Known = Mapping[tuple[str, float], float]
NOTHING: Known = MappingProxyType({})

banana = LANDSCAPES["banana"]


class Numbers(NamedTuple):
    """What Figure 4 shows; the dictionaries are keyed by rule and index of ρ.

    Attributes:
        values: the parameters.
        x, y: centres of the cells, shape (resolution,).
        extent: (left, right, bottom, top).
        square: the reference square as a closed curve, shape (2, 5).
        smaller, larger: λ₂ and λ₁, shape (resolution, resolution), rows along y.
        singular: where the gradient is exactly zero.
        area: of the connected patch λ₂ > 0 that contains the saddle.
        near: area of λ₂ > 0 within 0.5 of the two flat minima.
    """

    values: dict[str, Any]
    x: np.ndarray
    y: np.ndarray
    extent: tuple[float, float, float, float]
    square: np.ndarray
    smaller: dict[tuple[str, int], np.ndarray]
    larger: dict[tuple[str, int], np.ndarray]
    singular: dict[tuple[str, int], np.ndarray]
    area: dict[tuple[str, int], float]
    near: dict[tuple[str, int], float]


def experiment(values: Values = NO_VALUES) -> Experiment:
    """Runs under the last of the maps, with the landscape's own start and learning rate, as an experiment.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    rules, (x, y) = tuple(kind(values["rho"][-1]) for kind in RULES), banana.start
    return Experiment("banana", rules, Points((x,), (y,)), banana.learning_rate, STEPS)


def compute(values: Values = NO_VALUES) -> Numbers:
    """The numbers of Figure 4.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    cells = centres(VIEW, values["resolution"])
    rules = {(kind.key, index): kind(rho) for kind in RULES for index, rho in enumerate(values["rho"])}
    maps = {key: _map(rule, cells) for key, rule in rules.items()}
    return Numbers(
        values,
        cells,
        cells,
        (-VIEW, VIEW, -VIEW, VIEW),
        SQUARE * np.array([[-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1]]),
        {key: one.smaller for key, one in maps.items()},
        {key: one.larger for key, one in maps.items()},
        {key: one.singular for key, one in maps.items()},
        {key: patch_area(rule) for key, rule in rules.items()},
        {key: _near(one.smaller, cells) for key, one in maps.items()},
    )


def centres(half: float, count: int) -> np.ndarray:
    """Centres of `count` cells that divide [-half, half]; with an even count none is 0, where ρ̃ is infinite."""
    return half * ((2.0 * np.arange(count) + 1.0) / count - 1.0)


def _map(rule: Rule, cells: np.ndarray) -> Stability:
    return stability(rule, banana, cells, cells[:, None])


def patch_area(rule: Rule, cells: int = PATCH_CELLS) -> float:
    """Area of the connected patch λ₂ > 0 that contains the saddle at 0.

    λ₂ > 0 at the saddle needs ρ̃ > 1/2, so the patch is about as large as ρ: a box of that size is divided into
    cells, and doubled while the patch touches its edge.
    """
    half = 1.5 * float(np.asarray(rule.hyperparameters["rho"])) or SQUARE
    while True:
        grid = centres(half, cells)
        patches, _ = label(_map(rule, grid).smaller > 0)
        middle = patches[cells // 2 - 1 : cells // 2 + 1, cells // 2 - 1 : cells // 2 + 1]
        patch = np.isin(patches, middle[middle > 0])
        edge = patch[0].any() or patch[-1].any() or patch[:, 0].any() or patch[:, -1].any()
        if not edge or half > 2 * VIEW:
            return float(patch.sum()) * (2 * half / cells) ** 2
        half *= 2


def _near(smaller: np.ndarray, cells: np.ndarray) -> float:
    distance = np.min([np.hypot(cells - x, cells[:, None] - y) for x, y in FLATTEST], axis=0)
    return float(((smaller > 0) & (distance <= NEAR)).sum()) * (2 * VIEW / cells.size) ** 2


def notes(values: Values) -> tuple[str, ...]:
    """What to keep in mind at these values."""

    def some(low: float, high: float) -> bool:
        return any(low <= rho <= high for rho in values["rho"])

    return (
        FROZEN,
        *((INEXACT,) if some(0.5, 1.3) else ()),
        NO_BASIN,
        *((FLAT_MINIMA,) if some(0.65, 1.0) else ()),
        *((NOT_LARGER,) if some(0.6, 2.0) else ()),
        ZERO_GRADIENT,
    )


def claims(numbers: Numbers) -> tuple[Claim, ...]:
    """The caption's claims, measured."""
    radii = numbers.values["rho"]
    indices = range(len(radii))

    def pairs(quantity: dict[tuple[str, int], float], name: str, known: Known = NOTHING) -> tuple[Measurement, ...]:
        return tuple(
            Measurement(
                f"{name}, {style.SHORT[key]}, ρ = {radii[index]:g}",
                quantity[key, index],
                expected=known.get((key, radii[index])),
            )
            for index in indices
            for key in ("sam", "m-sam")
        )

    patch = "area of the patch at the saddle"
    positive = {key: float((larger > 0).mean()) for key, larger in numbers.larger.items()}
    without = [index for index in indices if radii[index] == 0]
    with_rho = [index for index in indices if radii[index] > 0]
    everywhere = Claim(
        "λ₁ is positive everywhere in the view.",
        all(share == 1.0 for share in positive.values()),
        pairs(positive, "share of the view with λ₁ > 0"),
    )
    at_zero = Claim(
        "For ρ = 0, gradient descent, the saddle is not stable.",
        all(numbers.area[key.key, index] == 0 for key in RULES for index in without),
        tuple(
            Measurement(f"{patch}, {style.SHORT[key.key]}, ρ = 0", numbers.area[key.key, index])
            for key in RULES
            for index in without
        ),
    )
    above_zero = (
        Claim(
            "For ρ > 0 the saddle is stable, and Monge SAM's region round it is smaller than SAM's.",
            all(0 < numbers.area["m-sam", index] < numbers.area["sam", index] for index in with_rho),
            pairs(numbers.area, patch, PUBLISHED_AREAS),
        ),
        Claim(
            "For ρ > 0 Monge SAM's region near the flat minima is larger than SAM's.",
            all(numbers.near["m-sam", index] > numbers.near["sam", index] for index in with_rho),
            pairs(numbers.near, "area of λ₂ > 0 within 0.5 of (±1, ±1)"),
        ),
    )
    return (everywhere, *((at_zero,) if without else ()), *(above_zero if with_rho else ()))


PUBLISHED_AREAS = {
    ("sam", 0.1): 0.0312,
    ("m-sam", 0.1): 0.0300,
    ("sam", 0.3): 0.2607,
    ("m-sam", 0.3): 0.2089,
    ("sam", 0.5): 0.648,
    ("m-sam", 0.5): 0.437,
    ("sam", 1.0): 1.941,
    ("m-sam", 1.0): 0.972,
}


def table(numbers: Numbers) -> dict[str, np.ndarray]:
    """Columns rule, rho, theta1, theta2, lambda2, lambda1."""
    size = numbers.x.size**2
    keys = list(numbers.smaller)
    x, y = (component.ravel() for component in np.meshgrid(numbers.x, numbers.y))
    return {
        "rule": np.repeat([key for key, _ in keys], size),
        "rho": np.repeat([numbers.values["rho"][index] for _, index in keys], size),
        "theta1": np.tile(x, len(keys)),
        "theta2": np.tile(y, len(keys)),
        "lambda2": np.concatenate([one.ravel() for one in numbers.smaller.values()]),
        "lambda1": np.concatenate([one.ravel() for one in numbers.larger.values()]),
    }


def draw(numbers: Numbers) -> "Figure":
    """Figure 4 in Matplotlib."""
    from matplotlib.figure import Figure

    with style.published():
        figure = Figure(figsize=(18, 7.4), layout="constrained")
        panels = figure.subplots(len(RULES), len(numbers.values["rho"]), sharex=True, sharey=True)
        norm = style.stability_norm()
        for row, kind in zip(panels, RULES, strict=True):
            for index, axes in enumerate(row):
                image = axes.imshow(
                    numbers.smaller[kind.key, index],
                    extent=numbers.extent,
                    origin="lower",
                    interpolation="nearest",
                    cmap=style.DIVERGING,
                    norm=norm,
                )
                axes.plot(*numbers.square, color=style.EDGE, linewidth=1.5)
                axes.grid(False)
                axes.set(xticks=[-2, 0, 2], yticks=range(-2, 3), xlim=(-VIEW, VIEW), ylim=(-VIEW, VIEW))
            row[0].set_ylabel(r"$\theta_2$", rotation=0, labelpad=8, fontsize=22)
            row[0].annotate(
                style.NAMES[kind.key],
                (-0.42, 0.5),
                xycoords="axes fraction",
                rotation=90,
                ha="center",
                va="center",
                fontsize=20,
                fontweight="bold",
                color="#555555",
            )
        for axes, rho in zip(panels[0], numbers.values["rho"], strict=True):
            axes.set_title(rf"$\rho = {rho:g}$")
        for axes in panels[-1]:
            axes.set_xlabel(r"$\theta_1$", fontsize=22)
        bar = figure.colorbar(image, ax=panels, ticks=[-100, -1, 0, 1, 100], shrink=0.6, pad=0.01)
        bar.set_label(r"$\lambda_2$", rotation=0, fontsize=22)
        bar.outline.set_visible(False)
    return figure
