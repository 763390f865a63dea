"""What the command line says: an experiment out of flags, or out of a file with flags over it."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn, TypedDict

from landscapes import LANDSCAPES, Landscape
from landscapes.landscape import Domain
from optimizers import terminal
from optimizers.bases import BASES, PLAIN
from optimizers.citation import version
from optimizers.experiment import LIMITS, SCHEMA, Experiment, ExperimentError, Limit
from optimizers.noise import Noise
from optimizers.refusal import in_range, refusal
from optimizers.rules import OPTIMIZERS
from optimizers.rules import PAPER as PAPER_RULES
from optimizers.schedules import CONSTANT, SHAPES
from optimizers.spelling import made, read

PAPER = {"steps": 200, "size": 10}  # of Figures 1 and 5
STARTS_WITHIN: dict[str, Domain] = {"banana": ((-3.0, 3.0), (-3.0, 3.0))}  # Figure 5's; elsewhere the domain
RHO_RANGE, LEARNING_RATE_RANGE = (0.0, 2.0), (1e-3, 1.0)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def _print_message(self, message: str, file=None) -> None:
        """Ends the program where the message cannot be printed, which argparse's own passes over."""

        def work() -> int:
            print(message, end="", file=file or sys.stderr)
            return 0

        if code := terminal.run(work, lambda sentence: print(f"{self.prog}: {sentence}", file=sys.stderr)):
            sys.exit(code)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


class Numbers(TypedDict):
    """What argparse is told of a flag that takes several numbers."""

    nargs: int
    type: Callable[[str], float]
    metavar: tuple[str, ...]


_window: Numbers = {"nargs": 4, "type": float, "metavar": ("LEFT", "RIGHT", "BOTTOM", "TOP")}


def parser() -> Parser:
    """The commands and their flags."""
    top = Parser(prog="python -m optimizers", description="Runs experiments and maps where runs end.")
    top.add_argument("--version", action="version", version=f"SAMscape {version()}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, about: str) -> Parser:
        return commands.add_parser(name, help=about, description=about, allow_abbrev=False)

    run = command("run", "Runs every optimizer from every start.")
    _experiment(run)
    _starts(run)
    _rates(run)

    destinations = command("map", "Maps where the runs end that start at the pixels of a window.")
    _experiment(destinations)
    _rates(destinations)
    destinations.add_argument("--window", **_window, help="of the map (default: the landscape's domain)")
    destinations.add_argument("--resolution", type=int, default=500, help="pixels along each axis (default: 500)")

    phase = command("phase", "Shares of outcomes for a grid of ρ and learning rates.")
    _experiment(phase)
    _starts(phase)
    between: Numbers = {"nargs": 2, "type": float, "metavar": ("LOW", "HIGH")}
    phase.add_argument("--rho-range", default=RHO_RANGE, **between, help="evenly spaced (default: 0 2)")
    phase.add_argument(
        "--learning-rate-range",
        default=LEARNING_RATE_RANGE,
        **between,
        help="logarithmically spaced (default: 0.001 1)",
    )
    phase.add_argument("--resolution", type=int, default=64, help="cells along each axis (default: 64)")

    command("list", "Lists landscapes and optimizers.")
    return top


def _experiment(command: Parser) -> None:
    command.add_argument("--experiment", type=Path, metavar="FILE", help="JSON saved by the app; flags override it")
    landscape = command.add_mutually_exclusive_group()
    landscape.add_argument("--landscape", metavar="KEY", help=f"{', '.join(LANDSCAPES)} (default: banana)")
    landscape.add_argument("--formula", metavar="TEXT", help='a loss of your own, such as "(1 - theta1*theta2)^2"')
    command.add_argument(
        "--domain",
        **_window,
        help="of the formula, where its stationary points are sought (default: the window, or else -3 3 -3 3)",
    )
    command.add_argument(
        "--optimizer",
        nargs="+",
        metavar="KEY",
        help=f"some of {', '.join(OPTIMIZERS)} (default: those of the paper); one may come several times, with "
        "hyperparameters of its own, as in sam:rho=0.3 sam:rho=1",
    )
    command.add_argument("--eta", type=float, help="η of the optimizers that have one")
    command.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help="other hyperparameters, of the optimizers and of the base optimizer; `list` names them",
    )
    command.add_argument(
        "--base", metavar="KEY", help=f"base optimizer: {', '.join(BASES)} (default: gd), or as in adam:memory=0.8"
    )
    command.add_argument("--schedule", metavar="SHAPE", help=f"of the learning rate: {', '.join(SHAPES)}")
    command.add_argument("--rho-schedule", metavar="SHAPE", help="of ρ, likewise (default: constant)")
    command.add_argument("--noise", type=float, metavar="SIGMA", help="standard deviation of gradient noise")
    command.add_argument("--noise-seed", type=int, metavar="SEED", help="of the noise (default: 0)")
    command.add_argument("--steps", type=int, help=f"number of steps (default: {PAPER['steps']})")
    command.add_argument("--out", type=Path, metavar="FILE", help="results as .npz, .csv or .json")
    command.add_argument("--quiet", action="store_true", help="no progress bar")


def _rates(command: Parser) -> None:
    command.add_argument("--rho", type=float, help="ρ of the optimizers that have one (default: their own)")
    command.add_argument("--learning-rate", type=float, metavar="ALPHA", help="default: the landscape's own")


def _starts(command: Parser) -> None:
    starts = command.add_mutually_exclusive_group()
    starts.add_argument(
        "--start", nargs=2, type=float, action="append", metavar=("X", "Y"), help="a start; may be repeated"
    )
    starts.add_argument("--grid", type=int, metavar="SIZE", help=f"SIZE × SIZE starts (default: {PAPER['size']})")
    starts.add_argument("--cloud", type=int, metavar="COUNT", help="random starts")
    command.add_argument("--seed", type=int, help="of the random starts (default: 0)")
    command.add_argument(
        "--window", **_window, help="of the grid or cloud (default: Figure 5's on the banana, else the domain)"
    )


def experiment(asked: argparse.Namespace) -> Experiment:
    """The experiment that was asked for, checked.

    Raises:
        ValueError: with one sentence that names the field.
    """
    data = _read(asked.experiment) if asked.experiment else _default(asked.landscape)
    flags = vars(asked)
    for name in ("learning_rate", "steps"):
        if flags.get(name) is not None:
            data[name] = flags[name]
    if asked.landscape is not None:
        data["landscape"] = asked.landscape
    if asked.formula is not None:
        data["landscape"] = {"formula": asked.formula}
        if asked.window is not None:
            data["landscape"]["domain"] = _listed(rectangle("--window", asked.window))
    if asked.domain is not None:
        if not isinstance(data["landscape"], dict):
            raise ExperimentError("--domain was given, but only a formula has a domain to choose: add --formula")
        data["landscape"]["domain"] = _listed(rectangle("--domain", asked.domain))
    read_rules = [read(text, OPTIMIZERS, "--optimizer") for text in asked.optimizer or ()]
    if read_rules:
        data["optimizers"] = [{"rule": form.key} | dict(made(form, own).hyperparameters) for form, own in read_rules]
    owned = [own for _, own in read_rules] or [{} for _ in data["optimizers"]]
    free = [  # what is not in a rule's own spelling
        {name: value for name, value in rule.items() if name not in own}
        for rule, own in zip(data["optimizers"], owned, strict=True)
    ]
    for name in ("rho", "eta"):
        if flags.get(name) is not None:
            _set_everywhere(free, name, flags[name])
    _course(data, free, asked)
    data["optimizers"] = [rule | others for rule, others in zip(data["optimizers"], free, strict=True)]
    if asked.command != "map":
        data["starts"] = _asked_starts(data, asked)
    elif "starts" not in data:
        data["starts"] = _sides(_within(data)) | {"kind": "grid", "size": PAPER["size"]}
    return Experiment.from_dict(data)


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ExperimentError(f"the experiment {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ExperimentError(f"the experiment {path} is not a text file") from None
    return Experiment.from_json(text).to_dict()


def _default(landscape: str | None) -> dict[str, Any]:
    chosen = landscape or "banana"
    return {
        "schema": SCHEMA,
        "landscape": chosen,
        "optimizers": [{"rule": form.key} | dict(made(form).hyperparameters) for form in PAPER_RULES],
        "learning_rate": LANDSCAPES.get(chosen, Landscape).learning_rate,
        "steps": PAPER["steps"],
    }


def _course(data: dict[str, Any], rules: list[dict[str, Any]], asked: argparse.Namespace) -> None:
    """Base optimizer, schedule, noise and the hyperparameters that have no flag of their own."""
    if asked.base is not None:
        base = made(*read(asked.base, BASES, "--base"))
        data["base"] = {"base": base.key} | dict(base.hyperparameters)
    for flag, name in (("schedule", "learning_rate"), ("rho_schedule", "rho")):
        if getattr(asked, flag) is not None:
            data["schedule"] = data.get("schedule", asdict(CONSTANT)) | {name: getattr(asked, flag)}
    if asked.noise is not None:
        data["noise"] = data.get("noise", dict(Noise().hyperparameters)) | {"size": asked.noise}
    if asked.noise_seed is not None:
        if "noise" not in data:
            raise ExperimentError("--noise-seed was given, but there is no noise: ask for some with --noise SIGMA")
        data["noise"]["seed"] = asked.noise_seed
    for text in asked.set:
        name, sign, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            sign = ""
        if not sign:
            raise ExperimentError(f"--set takes NAME=VALUE with a number, such as gamma=0.9, not {text!r}")
        _set_everywhere([*rules, *([data["base"]] if "base" in data else [])], name, number, "--set ")


def _set_everywhere(rules: list[dict[str, Any]], name: str, value: float, flag: str = "--") -> None:
    taking = [rule for rule in rules if name in rule and name not in ("rule", "base")]
    if not taking:
        raise ExperimentError(f"{flag}{name} was given, but none of the optimizers has one, or each has its own")
    for rule in taking:
        rule[name] = value


def _asked_starts(data: dict[str, Any], asked: argparse.Namespace) -> dict[str, Any]:
    starts = data.get("starts")
    if asked.start is not None:
        starts = {"kind": "points", "x": [x for x, _ in asked.start], "y": [y for _, y in asked.start]}
    elif asked.cloud is not None:
        starts = _sides(_within(data)) | {"kind": "cloud", "count": asked.cloud, "seed": 0}
    elif asked.grid is not None or starts is None:
        size = PAPER["size"] if asked.grid is None else asked.grid
        starts = _sides(_within(data)) | {"kind": "grid", "size": size}
    if asked.seed is not None:
        if starts["kind"] != "cloud":
            raise ExperimentError("--seed was given, but the starts are not random: add --cloud COUNT")
        starts["seed"] = asked.seed
    if asked.window is not None:
        if starts["kind"] == "points":
            raise ExperimentError("--window was given, but the starts are single points: use --grid or --cloud")
        starts |= _sides(rectangle("--window", asked.window))
    return starts


def _within(data: dict[str, Any]) -> Domain:
    """Where starts lie that are not told otherwise, as far as it can be known before data are checked."""
    landscape = data["landscape"]
    if isinstance(landscape, dict):
        return landscape.get("domain", Landscape.domain)
    return STARTS_WITHIN.get(landscape) or LANDSCAPES.get(landscape, Landscape).domain


def _sides(domain: Domain) -> dict[str, float]:
    (left, right), (bottom, top) = domain
    return {"left": left, "right": right, "bottom": bottom, "top": top}


def _listed(domain: Domain) -> list[list[float]]:
    return [list(side) for side in domain]


def rectangle(flag: str, numbers: Sequence[float]) -> Domain:
    """((left, right), (bottom, top)) out of four numbers.

    Raises:
        ValueError: with one sentence that names the flag, where they are no rectangle.
    """
    left, right, bottom, top = numbers
    limit = LIMITS["coordinate"]
    if not (all(limit.low <= number <= limit.high for number in numbers) and left < right and bottom < top):
        each = f"LEFT RIGHT BOTTOM TOP with LEFT < RIGHT and BOTTOM < TOP, each {in_range(limit.low, limit.high)}"
        raise ValueError(refusal(flag, each, " ".join(f"{number:g}" for number in numbers)))
    return (left, right), (bottom, top)


def told(chosen: Experiment, starts: str, *, learning_rate: str | None = None) -> str:
    """What was run, in one line."""
    loss = chosen.landscape
    shown = loss if isinstance(loss, str) else f"{loss.formula} on {told_rectangle(loss.domain)}"
    rate = f"{chosen.learning_rate:g}" if learning_rate is None else learning_rate
    steps = f"{chosen.steps} {'step' if chosen.steps == 1 else 'steps'}"
    return f"{shown}: {starts}, {steps} with learning rate {rate}{_told_course(chosen)}"


def _told_course(chosen: Experiment) -> str:
    words = [chosen.base.name] if chosen.base != PLAIN else []
    shapes = (("learning rate", chosen.schedule.learning_rate), ("ρ", chosen.schedule.rho))
    words += [f"{name} {shape}" for name, shape in shapes if shape != "constant"]
    words += [f"noise {chosen.noise.size:g} (seed {chosen.noise.seed})"] if chosen.noise is not None else []
    return "".join(f", {word}" for word in words)


def told_rectangle(domain: Domain) -> str:
    """[left, right] × [bottom, top]"""
    return " × ".join(f"[{low:g}, {high:g}]" for low, high in domain)


def interval(flag: str, ends: Sequence[float], limit: Limit) -> tuple[float, float]:
    """Two ends of a range of a hyperparameter.

    Raises:
        ValueError: with one sentence that names the flag.
    """
    low, high = ends
    if not limit.low <= low < high <= limit.high:
        each = f"LOW HIGH with LOW < HIGH, each {in_range(limit.low, limit.high)}"
        raise ValueError(refusal(flag, each, f"{low:g} {high:g}"))
    return low, high


def say(message: str) -> None:
    """One sentence on stderr."""
    print(f"python -m optimizers: {message}", file=sys.stderr)
