"""Figure 1: from one start GD stops at the valley, SAM falls into the saddle, Monge SAM walks along the valley."""

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from figures import style
from figures.background import Background, background, fill
from figures.record import NO_VALUES, Claim, Measurement, Parameter, Values, complete, is_published
from landscapes import LANDSCAPES
from optimizers import GD, SAM, MongeSAM, Rule, run
from optimizers.experiment import Experiment
from optimizers.outcomes import MOTIONS, follow
from optimizers.rules import perturbation
from optimizers.starts import Points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "An adaptive trade-off between SAM and GD"
CAPTION = (
    "Three rules from one start on the banana (1 - θ₁θ₂)². Dashed: the sets in which SAM (circle) and Monge SAM "
    "(ellipse) look for the worst point; dots: the points they find; arrows: -0.1 ∇ℓ there; stars: the last step."
)
UNSETTLED = (
    "SAM and Monge SAM have not settled after these 200 steps: SAM still oscillates by 0.01 across the saddle, "
    "and Monge SAM moves by 0.007 a step, 0.08 away from (-1, -1)."
)
CONTRAST = (
    "With this learning rate and so many steps all claims hold for ρ from 0.88 to 1.46: below, SAM gets past the "
    "saddle; above, Monge SAM does not reach (-1, -1)."
)
PARAMETERS = (
    Parameter("rho", "ρ", 1.0, 0.0, 2.0, help="perturbation radius"),
    Parameter("learning_rate", "α", 0.01, 0.001, 0.1, "log", help="learning rate"),
    Parameter("steps", "steps", 200, 1, 2000, "integer", help="number of steps"),
)

START = (-1.5, 0.5)
FLATTEST = (-1.0, -1.0)
SADDLE = (0.0, 0.0)
X_RANGE, Y_RANGE = (-3.0, 3.0), (-2.0, 2.0)
ARROW = 0.1
CAUGHT = 0.3  # distance within which a run counts as caught: in this picture runs hover
LOW = 0.2  # a loss up to this is low; at the saddle it is 1

banana = LANDSCAPES["banana"]


class Path(NamedTuple):
    """positions: shape (2, steps + 1); loss: shape (steps + 1,); motion: one of MOTIONS, found by `follow`."""

    positions: np.ndarray
    loss: np.ndarray
    motion: str


class Numbers(NamedTuple):
    """What Figure 1 shows; the dictionaries are keyed by rule.

    Attributes:
        values: the parameters.
        start: shape (2,).
        background: the loss over the view.
        paths: of "gd", "sam" and "m-sam".
        sets: the closed curves δᵀGδ = ρ² round the start, shape (2, 181), of "sam" and "m-sam".
        perturbed: the points θ₀ + δ, shape (2,).
        arrows: -0.1 ∇ℓ(θ₀ + δ), shape (2,).
    """

    values: dict[str, Any]
    start: np.ndarray
    background: Background
    paths: dict[str, Path]
    sets: dict[str, np.ndarray]
    perturbed: dict[str, np.ndarray]
    arrows: dict[str, np.ndarray]


def experiment(values: Values = NO_VALUES) -> Experiment:
    """What the figure runs, as an experiment.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    rules, (x, y) = (GD(), SAM(values["rho"]), MongeSAM(values["rho"])), START
    return Experiment("banana", rules, Points((x,), (y,)), values["learning_rate"], values["steps"])


def compute(values: Values = NO_VALUES) -> Numbers:
    """The numbers of Figure 1.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    start, rho = np.array(START), values["rho"]
    rules = (GD(), SAM(rho), MongeSAM(rho))
    perturbed = {rule.key: start + _perturbation(rule, start) for rule in rules[1:]}
    return Numbers(
        values,
        start,
        _background(),
        {rule.key: _path(rule, start, values["learning_rate"], values["steps"]) for rule in rules},
        {"sam": start[:, None] + rho * _circle(), "m-sam": start[:, None] + rho * monge_ellipse(start)},
        perturbed,
        {key: -ARROW * np.array(banana.gradient(*point)) for key, point in perturbed.items()},
    )


@cache
def _background() -> Background:
    return background(banana, X_RANGE, Y_RANGE, width=0.2, gamma=1 / 6, top=100.0)


def _perturbation(rule: Rule, at: np.ndarray) -> np.ndarray:
    rho, *others = rule.hyperparameters.values()
    gx, gy = banana.gradient(*at)
    vx, vy = rule.ascent(*at, gx, gy, *others)
    return np.array(perturbation(gx, gy, vx, vy, rho))


def _path(rule: Rule, start: np.ndarray, learning_rate: float, steps: int) -> Path:
    trajectory = run(rule, banana, start, learning_rate=learning_rate, steps=steps)
    positions = trajectory.positions.T
    with np.errstate(all="ignore"):  # a run that diverges is shown as far as it goes
        loss = banana.value(*positions)
    return Path(positions, loss, MOTIONS[follow(trajectory).codes])


def _circle() -> np.ndarray:
    angle = np.linspace(0.0, 2.0 * np.pi, 181)
    return np.array([np.cos(angle), np.sin(angle)])


def monge_ellipse(at: np.ndarray) -> np.ndarray:
    """The curve δᵀ(I + g gᵀ)δ = 1, shape (2, 181): the circle, shortened along g by √(1 + ‖g‖²)."""
    g = np.array(banana.gradient(*at))
    along = g / np.sqrt(g @ g + np.finfo(float).tiny)
    circle = _circle()
    return circle - (1.0 - 1.0 / np.sqrt(1.0 + g @ g)) * np.outer(along, along @ circle)


def notes(values: Values) -> tuple[str, ...]:
    """What to keep in mind at these values."""
    return (
        *((UNSETTLED,) if is_published(PARAMETERS, values) else ()),
        *((CONTRAST,) if is_published(PARAMETERS, values, apart_from=("rho",)) else ()),
    )


def claims(numbers: Numbers) -> tuple[Claim, ...]:
    """The caption's claims, measured."""
    published = is_published(PARAMETERS, numbers.values)

    def measured(name: str, value: float, expected: float | None = None) -> Measurement:
        return Measurement(name, float(value), expected=expected if published else None)

    ends = {key: path.positions[:, -1] for key, path in numbers.paths.items()}
    losses = {key: path.loss[-1] for key, path in numbers.paths.items()}
    sizes = {key: np.hypot(*(point - numbers.start)) for key, point in numbers.perturbed.items()}
    to_saddle = {key: np.hypot(*(end - SADDLE)) for key, end in ends.items()}
    to_flattest = {key: np.hypot(*(end - FLATTEST)) for key, end in ends.items()}
    return (
        Claim(
            "SAM's Euclidean ball bounds Monge SAM's perturbation from above.",
            bool(sizes["m-sam"] <= sizes["sam"]),
            (measured("‖δ‖, SAM", sizes["sam"]), measured("‖δ‖, Monge SAM", sizes["m-sam"])),
        ),
        Claim(
            "SAM is caught by the saddle, within 0.3 of (0, 0), and Monge SAM is not.",
            bool(to_saddle["sam"] <= CAUGHT < to_saddle["m-sam"]),
            (
                measured("distance to the saddle at the last step, SAM", to_saddle["sam"]),
                measured("distance to the saddle at the last step, Monge SAM", to_saddle["m-sam"]),
            ),
        ),
        Claim(
            "Monge SAM reaches low losses like GD, at most 0.2; at the saddle the loss is 1.",
            bool(losses["m-sam"] <= LOW and losses["gd"] <= LOW),
            (
                measured("last loss, GD", losses["gd"]),
                measured("last loss, Monge SAM", losses["m-sam"]),
                measured("last loss, SAM", losses["sam"]),
            ),
        ),
        Claim(
            "Monge SAM comes within 0.3 of the flattest minimum, (-1, -1), and GD does not.",
            bool(to_flattest["m-sam"] <= CAUGHT < to_flattest["gd"]),
            (
                measured("distance to (-1, -1) at the last step, Monge SAM", to_flattest["m-sam"], 0.080),
                measured("distance to (-1, -1) at the last step, GD", to_flattest["gd"]),
                *(
                    measured(f"θ{index} at the last step, {style.NAMES[key]}", ends[key][index - 1], expected)
                    for key, pair in PUBLISHED_ENDS.items()
                    for index, expected in enumerate(pair, 1)
                ),
            ),
        ),
    )


PUBLISHED_ENDS = {
    "gd": (-1.5458682, -0.6468637),
    "sam": (-0.0037459, -0.0027761),
    "m-sam": (-0.9454185, -0.9413082),
}


def table(numbers: Numbers) -> dict[str, np.ndarray]:
    """Columns rule, step, theta1, theta2, loss."""
    steps = np.arange(numbers.values["steps"] + 1)
    paths = numbers.paths
    return {
        "rule": np.repeat(list(paths), steps.size),
        "step": np.tile(steps, len(paths)),
        "theta1": np.concatenate([path.positions[0] for path in paths.values()]),
        "theta2": np.concatenate([path.positions[1] for path in paths.values()]),
        "loss": np.concatenate([path.loss for path in paths.values()]),
    }


def draw(numbers: Numbers) -> "Figure":
    """Figure 1 in Matplotlib."""
    from matplotlib.figure import Figure

    with style.published():
        figure = Figure(figsize=(9, 6))
        axes = figure.add_axes((0.005, 0.008, 0.99, 0.984))
        fill(axes, numbers.background)
        for key, path in numbers.paths.items():
            axes.plot(*path.positions, color=style.COLOURS[key], linewidth=4, label=style.NAMES[key], zorder=2)
        for key, curve in numbers.sets.items():
            axes.plot(*curve, color=style.COLOURS[key], linewidth=4, linestyle=(0, (3.2, 1.6)), zorder=3)
        axes.plot(*numbers.start, "o", color=style.EDGE, markersize=10, zorder=4)
        for key, point in numbers.perturbed.items():
            axes.arrow(
                *point,
                *numbers.arrows[key],
                width=0.06,
                head_width=0.19,
                head_length=0.24,
                length_includes_head=True,
                linewidth=1.2,
                facecolor=style.COLOURS[key],
                edgecolor=style.EDGE,
                zorder=5,
            )
            axes.plot(
                *point, "o", color=style.COLOURS[key], markeredgecolor=style.EDGE, markersize=15, zorder=6, clip_on=True
            )
        for path in numbers.paths.values():
            axes.plot(*path.positions[:, -1], "*", color=style.EDGE, markersize=22, zorder=7)
        axes.set(xlim=X_RANGE, ylim=Y_RANGE, aspect="equal", xticks=[], yticks=[])
        axes.legend(loc="lower center", ncol=3, fontsize=20, framealpha=1.0, borderaxespad=0.3, columnspacing=1.5)
    return figure
