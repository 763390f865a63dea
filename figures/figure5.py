"""Figure 5: four sharpness-aware rules from a grid of starts, and where they end."""

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from figures import style
from figures.background import Background, background, fill
from figures.record import NO_VALUES, Claim, Measurement, Parameter, Values, complete, is_published
from landscapes import LANDSCAPES
from optimizers import ASAM, SAM, FisherSAM, MongeSAM, run
from optimizers.experiment import Experiment
from optimizers.outcomes import MOTIONS, OUTCOMES, density, motion, outcome
from optimizers.starts import Grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "Comparing sharpness-aware minimizers"
CAPTION = (
    "Paths of four rules on the banana (1 - θ₁θ₂)² from a 10 × 10 grid. Grey circles: starts; stars: ends. Below: the "
    "distribution of the final θ₁ over that of the starts (grey)."
)
UNSETTLED = (
    "“Runs to convergence” is 200 steps in the published picture. Nearly all these runs still move by more than 0.001 "
    "a step then, and after 20 000 steps too."
)
LATER = "Most of ASAM's runs are at the flattest minima after 20 000 steps."
ETA = (
    "The paper leaves Fisher SAM's η open; η = 1, the diagonal of the Monge metric, gives its picture. ASAM's is 0.01."
)
PARAMETERS = (
    Parameter("rho", "ρ", 1.0, 0.0, 2.0, help="perturbation radius"),
    Parameter("learning_rate", "α", 0.01, 0.001, 0.1, "log", help="learning rate"),
    Parameter("steps", "steps", 200, 1, 2000, "integer", help="number of steps"),
)

GRID = np.linspace(-3.0, 3.0, 10)
VIEW = (-3.2, 3.2)
RULES = (SAM, MongeSAM, FisherSAM, ASAM)
STILL = 1e-3  # an update longer than this counts as movement
MINOR = 5  # of 100 runs

banana = LANDSCAPES["banana"]


class Numbers(NamedTuple):
    """What Figure 5 shows; the dictionaries are keyed by rule.

    Attributes:
        values: the parameters.
        starts: shape (2, 100).
        background: the loss over the view.
        positions: shape (steps + 1, 2, 100).
        theta: abscissas of the densities, shape (201,).
        marginals: density of the final θ₁, shape (201,).
        start_marginal: density of the starts' θ₁, shape (201,).
        counts: outcome → number of runs.
        motions: motion → number of runs.
        restless: number of runs whose last update was longer than 0.001.
    """

    values: dict[str, Any]
    starts: np.ndarray
    background: Background
    positions: dict[str, np.ndarray]
    theta: np.ndarray
    marginals: dict[str, np.ndarray]
    start_marginal: np.ndarray
    counts: dict[str, dict[str, int]]
    motions: dict[str, dict[str, int]]
    restless: dict[str, int]


def experiment(values: Values = NO_VALUES) -> Experiment:
    """What the figure runs, as an experiment.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    low, high = float(GRID[0]), float(GRID[-1])
    rules, starts = tuple(kind(values["rho"]) for kind in RULES), Grid(GRID.size, low, high, low, high)
    return Experiment("banana", rules, starts, values["learning_rate"], values["steps"])


def compute(values: Values = NO_VALUES) -> Numbers:
    """The numbers of Figure 5.

    Raises:
        ValueError: one sentence about a value that is not allowed.
    """
    values = complete(PARAMETERS, values)
    starts = np.array(np.meshgrid(GRID, GRID)).reshape(2, -1)
    trajectories = {
        rule.key: run(rule, banana, starts, learning_rate=values["learning_rate"], steps=values["steps"])
        for rule in (kind(values["rho"]) for kind in RULES)
    }
    theta = np.linspace(*VIEW, 201)
    return Numbers(
        values,
        starts,
        _background(),
        {key: trajectory.positions for key, trajectory in trajectories.items()},
        theta,
        {key: density(trajectory.final[0], theta) for key, trajectory in trajectories.items()},
        _start_marginal(),
        {key: _counts(outcome(banana, trajectory.final), OUTCOMES) for key, trajectory in trajectories.items()},
        {key: _counts(motion(trajectory), MOTIONS) for key, trajectory in trajectories.items()},
        {key: _restless(trajectory.final - trajectory.previous) for key, trajectory in trajectories.items()},
    )


@cache
def _background() -> Background:
    return background(banana, VIEW, VIEW, width=0.28, gamma=0.2, top=126.0)


@cache
def _start_marginal() -> np.ndarray:
    return density(np.repeat(GRID, GRID.size), np.linspace(*VIEW, 201))


def _counts(codes: np.ndarray, names: tuple[str, ...]) -> dict[str, int]:
    return dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True))


def _restless(updates: np.ndarray) -> int:
    with np.errstate(invalid="ignore"):
        return int((~(np.hypot(*updates) <= STILL)).sum())


def notes(values: Values) -> tuple[str, ...]:
    """What to keep in mind at these values."""
    return (*((UNSETTLED, LATER) if is_published(PARAMETERS, values) else ()), ETA)


def claims(numbers: Numbers) -> tuple[Claim, ...]:
    """The caption's claims, measured."""
    published = is_published(PARAMETERS, numbers.values)

    def count(key: str, where: str) -> Measurement:
        return Measurement(
            f"{style.NAMES[key]}: ends at {WORDS[where]}, of 100",
            numbers.counts[key][where],
            expected=PUBLISHED_COUNTS[key].get(where) if published else None,
        )

    saddle = {key: outcomes["saddle"] for key, outcomes in numbers.counts.items()}
    flat = {key: outcomes["flat minimum"] for key, outcomes in numbers.counts.items()}
    apart = int((_codes(numbers, "m-sam") != _codes(numbers, "fisher-sam")).sum())
    return (
        Claim(
            "Of each rule some runs end at the flattest points of the valley.",
            all(flat.values()),
            tuple(count(key, "flat minimum") for key in flat),
        ),
        Claim(
            "More runs of SAM end at the saddle than of any other rule.",
            all(saddle["sam"] > other for key, other in saddle.items() if key != "sam"),
            tuple(count(key, "saddle") for key in saddle),
        ),
        Claim(
            "Monge SAM and Fisher SAM end at the same kind of place from at least 95 of 100 starts.",
            apart <= MINOR,
            (Measurement("starts from which the two end at different kinds of places, of 100", apart),),
        ),
        Claim(
            "Most runs of ASAM end at minima other than the flattest.",
            numbers.counts["asam"]["minimum"] > 50,
            (count("asam", "saddle"), count("asam", "flat minimum"), count("asam", "minimum")),
        ),
        Claim(
            "All runs have settled by the last step.",
            not any(numbers.restless.values()),
            tuple(
                Measurement(f"{style.NAMES[key]}: runs whose last update was longer than 0.001, of 100", moving)
                for key, moving in numbers.restless.items()
            ),
        ),
    )


WORDS = {"saddle": "the saddle", "flat minimum": "(±1, ±1)", "minimum": "another minimum"}
PUBLISHED_COUNTS = {
    "sam": {"saddle": 32, "flat minimum": 68},
    "m-sam": {"saddle": 16, "flat minimum": 84},
    "fisher-sam": {"saddle": 16, "flat minimum": 84},
    "asam": {"saddle": 10, "flat minimum": 10},
}


def _codes(numbers: Numbers, key: str) -> np.ndarray:
    return outcome(banana, numbers.positions[key][-1])


def table(numbers: Numbers) -> dict[str, np.ndarray]:
    """Columns rule, run, step, theta1, theta2."""
    runs, steps = np.arange(numbers.starts.shape[1]), np.arange(numbers.values["steps"] + 1)
    paths = list(numbers.positions.values())
    return {
        "rule": np.repeat(list(numbers.positions), runs.size * steps.size),
        "run": np.tile(np.repeat(runs, steps.size), len(paths)),
        "step": np.tile(steps, runs.size * len(paths)),
        "theta1": np.concatenate([path[:, 0].T.ravel() for path in paths]),
        "theta2": np.concatenate([path[:, 1].T.ravel() for path in paths]),
    }


def draw(numbers: Numbers) -> "Figure":
    """Figure 5 in Matplotlib."""
    from matplotlib.figure import Figure

    with style.published():
        figure = Figure(figsize=(18, 7.2), layout="constrained")
        panels = figure.subplots(2, 4, sharex=True, sharey="row", height_ratios=(3, 1))
        for (key, positions), (upper, lower) in zip(numbers.positions.items(), panels.T, strict=True):
            colour = style.COLOURS[key]
            fill(upper, numbers.background)
            upper.plot(positions[:, 0], positions[:, 1], color=colour, linewidth=style.LINE, zorder=2)
            upper.plot(*numbers.starts, "o", color=style.START, markeredgecolor=style.EDGE, markersize=7, zorder=3)
            upper.plot(*positions[-1], "*", color=colour, markeredgecolor=style.EDGE, markersize=20, zorder=4)
            upper.set(xlim=VIEW, ylim=VIEW, aspect="equal", yticks=range(-3, 4), title=style.NAMES[key])
            for heights, shade in ((numbers.start_marginal, style.START), (numbers.marginals[key], colour)):
                lower.fill_between(numbers.theta, heights, color=shade, alpha=0.3, linewidth=0, zorder=2)
                lower.plot(numbers.theta, heights, color=shade, linewidth=1.2, zorder=3)
            lower.set(xticks=[-2, 0, 2], yticks=[0.0, 0.5, 1.0])
            lower.set_xlabel(r"$\theta_1$", fontsize=22)
        highest = max(marginal.max() for marginal in numbers.marginals.values())
        panels[1, 0].set_ylim(0, max(1.1, 1.05 * highest))
        panels[0, 0].set_ylabel(r"$\theta_2$", rotation=0, labelpad=12, fontsize=22)
    return figure
