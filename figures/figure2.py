"""Figure 2: a large perturbation radius makes a maximum attract SAM, and Monge SAM less."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from figures import style
from figures.record import NO_VALUES, Claim, Measurement, Parameter, Values, complete, is_published
from landscapes import LANDSCAPES, Landscape
from optimizers import SAM, MongeSAM, run
from optimizers.experiment import Experiment
from optimizers.outcomes import density, interval
from optimizers.starts import Cloud

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "Attraction to maxima"
CAPTION = (
    "Where SAM and Monge SAM end from random starts in [-1, 1]², for a small and a large ρ. Red square: the maximum; "
    "dashed: the ring of minima. At the right, the distribution of the distance ‖θ*‖ from the maximum."
)
FORMULA = (
    "The paper's caption says 5 sin(r²)/r², but the ring of minima of its picture lies at r = 4.49, as that of "
    "5 sin(r)/r does. Both are available."
)
SQUARE = (
    "The “unit square” of the starts is [-1, 1]²; from [-0.5, 0.5]² both rules would end at the maximum with ρ = 1 "
    "from 98 % of the starts or more."
)
SAMPLE = "The published sample's seed is unknown: this is another sample, and its shares come with their 95 % interval."
WIDTH = (
    "The picture's densities are narrower than those of 200 starts, and as wide as those of 2000, with half of Scott's "
    "bandwidth as here: the sample is the cause."
)
BASIN = (
    "In the limit of small α the maximum attracts all starts with r < ρ to SAM, and to Monge SAM those with "
    "r √(1 + ‖∇ℓ‖²) < ρ."
)
PARAMETERS = (
    Parameter("landscape", "ℓ", "sinc", scale="choice", choices=("sinc", "sinc-squared"), help="the loss"),
    Parameter("rho", "ρ", (0.2, 1.0), 0.0, 2.0, help="the two perturbation radii"),
    Parameter("learning_rate", "α", 0.05, 0.001, 0.5, "log", help="learning rate"),
    Parameter("steps", "steps", 200, 1, 2000, "integer", help="number of steps", on_screen=200),
    Parameter("samples", "N", 200, 20, 20000, "integer", help="number of starts", on_screen=200),
    Parameter("seed", "seed", 0, 0, 2**32 - 1, "integer", help="seed of the starts"),
    Parameter(
        "resolution", "resolution", 160, 20, 400, "integer", help="points along each side of a density", on_screen=45
    ),
)

START = 1.0
MARGIN = 1.29  # half the view, in radii of the ring of minima
CAPTURED = 0.3  # a run that ends within this distance of the maximum was captured by it
NO_SPREAD = 1e-12
BANDS = np.linspace(0.05, 1.0, 10)
RULES = (SAM, MongeSAM)
Key = tuple[str, int]


class Numbers(NamedTuple):
    """What Figure 2 shows; the dictionaries are keyed by rule and index of ρ.

    Attributes:
        values: the parameters.
        starts: shape (2, samples).
        ends: shape (2, samples).
        x, y: coordinates of the densities, shape (resolution,).
        densities: of the ends, shape (resolution, resolution), rows along y.
        levels: heights of ten contours outside of which lie 5 % … 100 % of the runs; empty where there is no density.
        radius: abscissas, shape (321,).
        radial: density of ‖θ*‖, shape (321,).
        ring: the nearest ring of minima, shape (2, 181).
        maximum: shape (2,).
    """

    values: dict[str, Any]
    starts: np.ndarray
    ends: dict[Key, np.ndarray]
    x: np.ndarray
    y: np.ndarray
    densities: dict[Key, np.ndarray]
    levels: dict[Key, np.ndarray]
    radius: np.ndarray
    radial: dict[Key, np.ndarray]
    ring: np.ndarray
    maximum: np.ndarray


def experiment(values: Values = NO_VALUES) -> Experiment:
    """What the figure runs, as an experiment.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    rules = tuple(kind(rho) for rho in dict.fromkeys(values["rho"]) for kind in RULES)
    starts = Cloud(values["samples"], values["seed"], -START, START, -START, START)
    return Experiment(values["landscape"], rules, starts, values["learning_rate"], values["steps"])


def compute(values: Values = NO_VALUES) -> Numbers:
    """The numbers of Figure 2.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    landscape = LANDSCAPES[values["landscape"]]
    starts = np.random.default_rng(values["seed"]).uniform(-START, START, (2, values["samples"]))
    ends = {
        (kind.key, index): run(
            kind(rho), landscape, starts, learning_rate=values["learning_rate"], steps=values["steps"], keep="final"
        ).final
        for index, rho in enumerate(values["rho"])
        for kind in RULES
    }
    ring = ring_radius(landscape)
    axis = MARGIN * ring * np.linspace(-1.0, 1.0, values["resolution"])
    densities = {key: plane_density(end, axis) for key, end in ends.items()}
    radius = ring * np.linspace(-1 / 3, 1.45, 321)
    return Numbers(
        values,
        starts,
        ends,
        axis,
        axis,
        densities,
        {key: mass_levels(heights) for key, heights in densities.items()},
        radius,
        {key: density(np.hypot(*end), radius) for key, end in ends.items()},
        _circle(ring),
        np.zeros(2),
    )


def plane_density(points: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Kernel density of the finite points on the grid axis × axis, Gaussian, half of Scott's bandwidth along each axis.

    The kernel is a product, so the sum over all points is one product of matrices. Points without spread along an axis
    have no density to estimate: the result is then 0 everywhere.

    Args:
        points: shape (2, n).
        axis: shape (m,).

    Returns:
        Shape (m, m), rows along y.
    """
    points = points[:, np.isfinite(points).all(axis=0)]
    count = points.shape[1]
    if count < 2 or np.ptp(points, axis=1).min() <= NO_SPREAD:
        return np.zeros((axis.size, axis.size))
    bandwidth = 0.5 * count ** (-1 / 6) * points.std(axis=1, ddof=1)
    along_x, along_y = (
        np.exp(-0.5 * ((axis[:, None] - coordinates) / width) ** 2) / (width * np.sqrt(2 * np.pi))
        for coordinates, width in zip(points, bandwidth, strict=True)
    )
    return along_y @ along_x.T / count


def mass_levels(heights: np.ndarray) -> np.ndarray:
    """Increasing heights outside of whose contours lie 5 % … 100 % of the mass; empty where there is none."""
    descending = np.sort(heights, axis=None)[::-1]
    if descending[0] == 0:
        return np.empty(0)
    inside = np.cumsum(descending) / descending.sum()
    return np.unique(descending[np.minimum(np.searchsorted(inside, 1.0 - BANDS), descending.size - 1)])


def ring_radius(landscape: Landscape) -> float:
    """Radius of the innermost ring of minima."""
    rings = (one.points for one in landscape.stationary if one.kind.endswith("minimum"))
    return float(min(np.hypot(*points[:, 0]) for points in rings))


def _circle(radius: float) -> np.ndarray:
    angle = np.linspace(0.0, 2.0 * np.pi, 181)
    return radius * np.array([np.cos(angle), np.sin(angle)])


def captured(ends: np.ndarray) -> int:
    """How many runs ended at the maximum, within 0.3."""
    return int((np.hypot(*ends) < CAPTURED).sum())


def notes(values: Values) -> tuple[str, ...]:
    """What to keep in mind at these values."""
    published = is_published(PARAMETERS, values, apart_from=("landscape", "samples", "seed", "resolution"))
    picture = published and values["landscape"] == "sinc"
    return (FORMULA, *((SQUARE,) if published else ()), SAMPLE, *((WIDTH,) if picture else ()), BASIN)


def claims(numbers: Numbers) -> tuple[Claim, ...]:
    """The caption's claims, measured: shares of the sample with their 95 % intervals."""
    values = numbers.values
    comparable = is_published(PARAMETERS, values, apart_from=("landscape", "samples", "seed", "resolution"))
    first, second = values["rho"]
    total = values["samples"]
    ring = np.hypot(*numbers.ring[:, 0])
    share = {key: captured(end) / total for key, end in numbers.ends.items()}
    descended = {
        key: int((np.abs(np.hypot(*end) - ring) < CAPTURED).sum()) / total for key, end in numbers.ends.items()
    }

    def at_maximum(*keys: Key) -> tuple[Measurement, ...]:
        return tuple(
            Measurement(
                f"share at the maximum, {style.SHORT[key[0]]}, ρ = {values['rho'][key[1]]:g}",
                share[key],
                interval(captured(numbers.ends[key]), total),
                PUBLISHED_SHARES[values["landscape"]][key] if comparable else None,
            )
            for key in keys
        )

    def at_ring(*keys: Key) -> tuple[Measurement, ...]:
        return tuple(
            Measurement(
                f"share at the ring of minima, {style.SHORT[key[0]]}, ρ = {values['rho'][key[1]]:g}",
                descended[key],
                interval(round(descended[key] * total), total),
            )
            for key in keys
        )

    return (
        Claim(
            f"The maximum attracts SAM from more starts with ρ = {second:g} than with ρ = {first:g}.",
            share["sam", 1] > share["sam", 0],
            at_maximum(("sam", 0), ("sam", 1)),
        ),
        Claim(
            f"SAM descends into the ring of minima from more starts with ρ = {first:g} than with ρ = {second:g}.",
            descended["sam", 0] > descended["sam", 1],
            at_ring(("sam", 0), ("sam", 1)),
        ),
        Claim(
            f"The maximum attracts Monge SAM too from more starts with ρ = {second:g} than with ρ = {first:g}.",
            share["m-sam", 1] > share["m-sam", 0],
            at_maximum(("m-sam", 0), ("m-sam", 1)),
        ),
        Claim(
            f"With ρ = {second:g} the maximum attracts Monge SAM from fewer starts than SAM.",
            share["m-sam", 1] < share["sam", 1],
            at_maximum(("sam", 1), ("m-sam", 1)),
        ),
    )


PUBLISHED_SHARES: dict[str, dict[Key, float]] = {
    "sinc": {("sam", 0): 0.032, ("m-sam", 0): 0.029, ("sam", 1): 0.785, ("m-sam", 1): 0.362},
    "sinc-squared": {("sam", 0): 0.060, ("m-sam", 0): 0.060, ("sam", 1): 0.61, ("m-sam", 1): 0.34},
}


def table(numbers: Numbers) -> dict[str, np.ndarray]:
    """Columns rule, rho, start_x, start_y, end_x, end_y, distance."""
    keys, ends = list(numbers.ends), np.array(list(numbers.ends.values()))
    total = numbers.values["samples"]
    return {
        "rule": np.repeat([key for key, _ in keys], total),
        "rho": np.repeat([numbers.values["rho"][index] for _, index in keys], total),
        "start_x": np.tile(numbers.starts[0], len(keys)),
        "start_y": np.tile(numbers.starts[1], len(keys)),
        "end_x": ends[:, 0].ravel(),
        "end_y": ends[:, 1].ravel(),
        "distance": np.hypot(ends[:, 0], ends[:, 1]).ravel(),
    }


def draw(numbers: Numbers) -> "Figure":
    """Figure 2 in Matplotlib."""
    from matplotlib.figure import Figure

    with style.published():
        figure = Figure(figsize=(20, 5), layout="constrained")
        panels = figure.subplot_mosaic(
            [["small sam", "small m-sam", "large sam", "large m-sam", "sam"], [*_WIDE, "m-sam"]],
            width_ratios=(2, 2, 2, 2, 1),
        )
        for index, size in enumerate(("small", "large")):
            for key in ("sam", "m-sam"):
                _draw_plane(panels[f"{size} {key}"], numbers, key, index)
        panels["small sam"].set_ylabel("$y$", rotation=0, fontsize=22)
        for name in _WIDE[1:]:
            panels[name].tick_params(labelleft=False)
        tallest = max(2.2, *(1.05 * curve.max() for curve in numbers.radial.values()))
        for key in ("sam", "m-sam"):
            _draw_radial(panels[key], numbers, key)
            panels[key].set(title=style.SHORT[key], xlim=numbers.radius[[0, -1]], ylim=(0, tallest))
            panels[key].locator_params(nbins=4)
        panels["sam"].tick_params(labelbottom=False)
        panels["m-sam"].set_xlabel(r"$\Vert\theta^{*}\Vert_2$", fontsize=20)
    return figure


_WIDE = ("small sam", "small m-sam", "large sam", "large m-sam")


def _draw_plane(axes, numbers: Numbers, key: str, index: int) -> None:
    from matplotlib.patches import Patch

    if numbers.levels[key, index].size > 1:
        axes.contourf(
            numbers.x,
            numbers.y,
            numbers.densities[key, index],
            levels=numbers.levels[key, index],
            vmin=0.0,
            cmap=style.RHO_MAPS[index],
            alpha=0.7,
            zorder=2,
        ).set_rasterized(True)
    axes.plot(*numbers.ring, color=style.EDGE, linestyle="--", linewidth=1.8, alpha=0.6, zorder=3)
    axes.plot(*numbers.maximum, "s", color=style.MAXIMUM, markeredgecolor=style.EDGE, markersize=11, zorder=4)
    rho = numbers.values["rho"][index]
    axes.legend(
        handles=[Patch(color=style.RHO_COLOURS[index], label=rf"$\rho = {rho:g}$")], loc="upper right", fontsize=19
    )
    view = numbers.x[0], numbers.x[-1]
    axes.set(xlim=view, ylim=view, aspect="equal", title=style.SHORT[key])
    axes.set_xlabel("$x$", fontsize=22)
    axes.locator_params("x", nbins=3)
    axes.locator_params("y", nbins=5, steps=[1, 2.5, 5, 10])


def _draw_radial(axes, numbers: Numbers, key: str) -> None:
    for index, colour in enumerate(style.RHO_COLOURS):
        heights = numbers.radial[key, index]
        axes.fill_between(numbers.radius, heights, color=colour, alpha=0.3, linewidth=0, zorder=2)
        axes.plot(numbers.radius, heights, color=colour, linewidth=1.2, zorder=3)
