"""The experiment that flags ask for: built of them, or read from a file with the flags over it."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from landscapes import LANDSCAPES, Landscape
from landscapes.landscape import Domain
from optimizers.bases import BASES
from optimizers.cli.flags import PAPER
from optimizers.cli.ranges import rectangle
from optimizers.experiment import SCHEMA, Experiment, ExperimentError
from optimizers.noise import Noise
from optimizers.refusal import quoted, refusal
from optimizers.rules import OPTIMIZERS
from optimizers.rules import PAPER as PAPER_RULES
from optimizers.schedules import CONSTANT, SHAPES
from optimizers.spelling import made, read

STARTS_WITHIN: dict[str, Domain] = {"banana": ((-3.0, 3.0), (-3.0, 3.0))}  # Figure 5's; elsewhere the domain


def experiment(flags: argparse.Namespace) -> Experiment:
    """The experiment that the flags ask for, checked.

    Raises:
        ValueError: with one sentence that names the field.
    """
    data = _read(flags.experiment) if flags.experiment else _default(flags.landscape)
    given = vars(flags)
    for name in ("learning_rate", "steps"):
        if given.get(name) is not None:
            data[name] = given[name]
    if flags.landscape is not None:
        data["landscape"] = flags.landscape
    if flags.formula is not None:
        data["landscape"] = {"formula": flags.formula}
        if flags.window is not None:
            data["landscape"]["domain"] = _listed(rectangle("--window", flags.window))
    if flags.domain is not None:
        if not isinstance(data["landscape"], dict):
            raise ExperimentError("--domain was given, but only a formula has a domain to choose: add --formula")
        data["landscape"]["domain"] = _listed(rectangle("--domain", flags.domain))
    read_rules = [read(text, OPTIMIZERS, "--optimizer") for text in flags.optimizer or ()]
    if read_rules:
        data["optimizers"] = [{"rule": form.key} | dict(made(form, own).hyperparameters) for form, own in read_rules]
    owned = [own for _, own in read_rules] or [{} for _ in data["optimizers"]]
    free = [  # what is not in a rule's own spelling
        {name: value for name, value in rule.items() if name not in own}
        for rule, own in zip(data["optimizers"], owned, strict=True)
    ]
    for name in ("rho", "eta"):
        if given.get(name) is not None:
            _set_everywhere(free, name, given[name])
    _course(data, free, flags)
    data["optimizers"] = [rule | others for rule, others in zip(data["optimizers"], free, strict=True)]
    if flags.command != "map":
        data["starts"] = _starts(data, flags)
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


def _course(data: dict[str, Any], rules: list[dict[str, Any]], flags: argparse.Namespace) -> None:
    """Base optimizer, schedule, noise and the hyperparameters that have no flag of their own."""
    if flags.base is not None:
        base = made(*read(flags.base, BASES, "--base"))
        data["base"] = {"base": base.key} | dict(base.hyperparameters)
    for flag, name in (("schedule", "learning_rate"), ("rho_schedule", "rho")):
        if (shape := getattr(flags, flag)) is not None:
            if shape not in SHAPES:
                expected = f"one of {', '.join(SHAPES)}"
                raise ExperimentError(refusal(f"--{flag.replace('_', '-')}", expected, quoted(shape)))
            data["schedule"] = data.get("schedule", asdict(CONSTANT)) | {name: shape}
    if flags.noise is not None:
        data["noise"] = data.get("noise", dict(Noise().hyperparameters)) | {"size": flags.noise}
    if flags.noise_seed is not None:
        if "noise" not in data:
            raise ExperimentError("--noise-seed was given, but there is no noise: ask for some with --noise SIGMA")
        data["noise"]["seed"] = flags.noise_seed
    for text in flags.set:
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


def _starts(data: dict[str, Any], flags: argparse.Namespace) -> dict[str, Any]:
    starts = data.get("starts")
    if flags.start is not None:
        starts = {"kind": "points", "x": [x for x, _ in flags.start], "y": [y for _, y in flags.start]}
    elif flags.cloud is not None:
        starts = _sides(_within(data)) | {"kind": "cloud", "count": flags.cloud, "seed": 0}
    elif flags.grid is not None or starts is None:
        size = PAPER["size"] if flags.grid is None else flags.grid
        starts = _sides(_within(data)) | {"kind": "grid", "size": size}
    if flags.seed is not None:
        if starts["kind"] != "cloud":
            raise ExperimentError("--seed was given, but the starts are not random: add --cloud COUNT")
        starts["seed"] = flags.seed
    if flags.window is not None:
        if starts["kind"] == "points":
            raise ExperimentError("--window was given, but the starts are single points: use --grid or --cloud")
        starts |= _sides(rectangle("--window", flags.window))
    return starts


def _within(data: dict[str, Any]) -> Domain:
    """Where starts lie by default, as far as it can be known before the data are checked."""
    landscape = data["landscape"]
    if isinstance(landscape, dict):
        return landscape.get("domain", Landscape.domain)
    return STARTS_WITHIN.get(landscape) or LANDSCAPES.get(landscape, Landscape).domain


def _sides(domain: Domain) -> dict[str, float]:
    (left, right), (bottom, top) = domain
    return {"left": left, "right": right, "bottom": bottom, "top": top}


def _listed(domain: Domain) -> list[list[float]]:
    return [list(side) for side in domain]
