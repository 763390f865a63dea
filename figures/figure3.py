"""Figure 3: on a parabola Monge SAM takes shorter steps than SAM and ends lower."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from figures import style
from figures.record import NO_VALUES, Claim, Measurement, Parameter, Values, complete, is_published
from landscapes import LANDSCAPES
from optimizers import SAM, MongeSAM, run
from optimizers.experiment import Experiment
from optimizers.starts import Points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "The conservative property"
CAPTION = (
    "SAM and Monge SAM on the parabola θ² for two learning rates α₁ < α₂, with ρ fixed. Circle: the start; "
    "stars: where the last update ends."
)
CYCLE = (
    "What the paper calls divergence is a 2-cycle farther out than |θ₀|: nothing diverges to infinity. SAM's 2-cycle "
    "has |θ| = αρ/(1 - α)."
)
STARTS = (
    "With the published ρ, α₁, α₂ and steps all claims hold for starts with 0.439 ≤ |θ₀| ≤ 0.565; the picture's is 0.5."
)
PARAMETERS = (
    Parameter("rho", "ρ", 0.3, 0.0, 1.0, help="perturbation radius"),
    Parameter("learning_rate", "α", (0.66, 0.74), 0.01, 0.95, help="the two learning rates"),
    Parameter("start", "θ₀", 0.5, -1.0, 1.0, help="the start"),
    Parameter("steps", "steps", 11, 1, 200, "integer", help="number of steps"),
)

VIEW = 1.0
RULES = (SAM, MongeSAM)

paraboloid = LANDSCAPES["paraboloid"]


class Numbers(NamedTuple):
    """What Figure 3 shows.

    Attributes:
        values: the parameters.
        theta, loss: the parabola, shape (101,).
        paths: θ and ℓ at every step, shape (2, steps + 1), keyed by rule and index of the learning rate.
    """

    values: dict[str, Any]
    theta: np.ndarray
    loss: np.ndarray
    paths: dict[tuple[str, int], np.ndarray]


def experiment(values: Values = NO_VALUES) -> Experiment:
    """What the figure runs with the first of its learning rates, as an experiment.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    rules = tuple(kind(values["rho"]) for kind in RULES)
    starts = Points((values["start"],), (0.0,))
    return Experiment("paraboloid", rules, starts, values["learning_rate"][0], values["steps"])


def compute(values: Values = NO_VALUES) -> Numbers:
    """The numbers of Figure 3; ℓ = θ² is the paraboloid's slice y = 0.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    theta = np.linspace(-VIEW, VIEW, 101)
    paths = {}
    for rule in (kind(values["rho"]) for kind in RULES):
        rates = np.array(values["learning_rate"])
        trajectory = run(rule, paraboloid, [values["start"], 0.0], learning_rate=rates, steps=values["steps"])
        for index in range(rates.size):
            x, y = trajectory.positions[:, :, index].T
            paths[rule.key, index] = np.array([x, paraboloid.value(x, y)])
    return Numbers(values, theta, paraboloid.value(theta, np.zeros_like(theta)), paths)


def notes(values: Values) -> tuple[str, ...]:
    """What to keep in mind at these values."""
    return (CYCLE, *((STARTS,) if is_published(PARAMETERS, values, apart_from=("start",)) else ()))


def claims(numbers: Numbers) -> tuple[Claim, ...]:
    """The claims of the caption and of the text about this figure, measured."""
    published = is_published(PARAMETERS, numbers.values)
    start = abs(numbers.values["start"])
    size = {key: abs(path[0, -1]) for key, path in numbers.paths.items()}

    def ends(index: int) -> tuple[Measurement, ...]:
        return tuple(
            Measurement(
                f"last θ, {style.SHORT[key]}, α{'₁₂'[index]}",
                float(numbers.paths[key, index][0, -1]),
                expected=PUBLISHED_ENDS[key][index] if published else None,
            )
            for key in ("sam", "m-sam")
        )

    losses = tuple(
        Measurement(f"last loss, {style.SHORT[key]}, α{'₁₂'[index]}", float(path[1, -1]))
        for (key, index), path in numbers.paths.items()
    )
    lower = all(size["m-sam", index] < size["sam", index] for index in (0, 1))
    return (
        Claim("Monge SAM ends at a lower loss than SAM at both learning rates.", lower, losses),
        Claim(
            "At α₁ SAM moves away from its start, and Monge SAM comes closer to the minimum.",
            bool(size["m-sam", 0] < start < size["sam", 0]),
            ends(0),
        ),
        Claim(
            "At α₂ both move away from the start, and Monge SAM ends lower.",
            bool(start < size["m-sam", 1] < size["sam", 1]),
            ends(1),
        ),
        Claim(
            "The larger learning rate moves Monge SAM's end less than SAM's.",
            bool(abs(size["m-sam", 1] - size["m-sam", 0]) < abs(size["sam", 1] - size["sam", 0])),
            tuple(
                Measurement(f"|θ| at α₂ minus |θ| at α₁, {style.SHORT[key]}", float(size[key, 1] - size[key, 0]))
                for key in ("sam", "m-sam")
            ),
        ),
    )


PUBLISHED_ENDS = {"sam": (-0.58235, -0.85374), "m-sam": (-0.43803, -0.56555)}


def table(numbers: Numbers) -> dict[str, np.ndarray]:
    """Columns rule, learning_rate, step, theta, loss."""
    steps = np.arange(numbers.values["steps"] + 1)
    keys = list(numbers.paths)
    paths = np.array(list(numbers.paths.values()))
    return {
        "rule": np.repeat([key for key, _ in keys], steps.size),
        "learning_rate": np.repeat([numbers.values["learning_rate"][index] for _, index in keys], steps.size),
        "step": np.tile(steps, len(keys)),
        "theta": paths[:, 0].ravel(),
        "loss": paths[:, 1].ravel(),
    }


def draw(numbers: Numbers) -> "Figure":
    """Figure 3 in Matplotlib."""
    from matplotlib.figure import Figure

    with style.published():
        figure = Figure(figsize=(12, 4.8), layout="constrained")
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        top = max(1.0, *(path[1].max() for path in numbers.paths.values()))
        for index, axes in enumerate(panels):
            axes.plot(numbers.theta, numbers.loss, color=style.EDGE, linewidth=2.5, zorder=2)
            for key in ("sam", "m-sam"):
                path = numbers.paths[key, index]
                axes.plot(*path, color=style.COLOURS[key], linewidth=2.5, zorder=3)
                axes.plot(*path[:, -1], "*", **_star(key), zorder=5)
                axes.plot([], [], marker="*", **_star(key), linewidth=2.5, label=style.SHORT[key])
            first = numbers.paths["sam", index][:, 0]
            axes.plot(*first, "o", color=style.START, markeredgecolor=style.EDGE, markersize=16, zorder=4)
            rate = numbers.values["learning_rate"][index]
            axes.set_title(rf"$\alpha_{index + 1} = {rate:g}$", fontsize=28)
            axes.set(xticks=[-1, 0, 1], yticks=[0.0, 0.5, 1.0], xlim=(-1.1, 1.1), ylim=(-0.05, 1.05 * top))
            axes.tick_params(labelsize=22)
            axes.set_xlabel(r"$\theta$", fontsize=26)
        panels[0].set_ylabel(r"$\ell(\theta)$", fontsize=28)
        panels[0].legend(loc="upper center", fontsize=20, markerscale=0.9, labelspacing=0.8)
    return figure


def _star(key: str) -> dict[str, Any]:
    return {
        "color": style.COLOURS[key],
        "markeredgecolor": style.EDGE,
        "markeredgewidth": 1.5,
        "markersize": 28,
    }
