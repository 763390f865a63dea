"""The command line: `python -m optimizers run | map | phase | list`.

Exit codes: 0 for success, 2 after one sentence about bad input, 130 after an interruption (143 when
terminated), 141 when the reader of its output has closed, 1 for anything else. A file is written whole or not at all.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import numpy as np
from tqdm import tqdm

from landscapes import LANDSCAPES
from optimizers import export, terminal
from optimizers.bases import BASES
from optimizers.command_line import experiment, interval, parser, rectangle, say, told, told_rectangle
from optimizers.engine import run
from optimizers.experiment import LIMITS, Experiment
from optimizers.export import Named
from optimizers.hyperparameters import described
from optimizers.maps import (
    BYTES_PER_CELL,
    BYTES_PER_RUN,
    Destinations,
    cell_centres,
    destination_map,
    destinations,
    phase_diagram,
)
from optimizers.motions import MAX_FOLLOWED, STAY, follow
from optimizers.outcomes import MOTIONS, OUTCOMES, shares
from optimizers.rules import OPTIMIZERS, SAM, Rule
from optimizers.schedules import SHAPES
from optimizers.spelling import spelled
from optimizers.tiles import require_memory


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments ask; returns the exit code."""
    return terminal.run(lambda: _main(arguments), say)


def _main(arguments: Sequence[str] | None) -> int:
    asked = parser().parse_args(arguments)
    if asked.command == "list":
        _list()
        return 0
    try:
        if asked.out is not None:
            export.check(asked.out)
        results, table = COMMANDS[asked.command](experiment(asked), asked)
        if asked.out is not None:
            export.write(asked.out, results)
    except ValueError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("interrupted; nothing was written")
        return 130
    except OSError as error:
        say(f"{asked.out} could not be written: {error.strerror}")
        return 1
    print(table)
    return 0


def _run(chosen: Experiment, asked: argparse.Namespace) -> tuple[export.Results, str]:
    landscape, starts = chosen.loss(), chosen.starts.positions()
    require_memory(BYTES_PER_RUN * starts.shape[1] * len(chosen.optimizers), f"{starts.shape[1]} starts of each rule")
    with _bar(starts.shape[1] * len(chosen.optimizers), asked) as bar:
        ends = [
            destinations(
                rule,
                landscape,
                starts,
                learning_rate=chosen.learning_rate,
                steps=chosen.steps,
                course=chosen.course,
                progress=_advance(bar),
            )
            for rule in chosen.optimizers
        ]
    if starts.shape[1] <= MAX_FOLLOWED:
        ends = [_followed(rule, chosen, starts, end) for rule, end in zip(chosen.optimizers, ends, strict=True)]
    results, table = _ends(chosen, starts, ends, {"start": starts})
    return results, f"{told(chosen, chosen.starts.words)}\n{table}"


def _followed(rule: Rule, chosen: Experiment, starts: np.ndarray, end: Destinations) -> Destinations:
    """The same ends, with the motion that a thousand further steps tell."""
    final = run(
        rule,
        chosen.loss(),
        starts,
        learning_rate=chosen.learning_rate,
        steps=chosen.steps,
        keep="final",
        **chosen.course,
    )
    return end._replace(motion=follow(final).codes)


def _map(chosen: Experiment, asked: argparse.Namespace) -> tuple[export.Results, str]:
    landscape = chosen.loss()
    view = landscape.domain if asked.window is None else rectangle("--window", asked.window)
    if asked.resolution < 1:
        raise ValueError(f"--resolution must be at least 1, not {asked.resolution}")
    pixels = asked.resolution**2
    require_memory(
        BYTES_PER_RUN * pixels * len(chosen.optimizers),
        f"{len(chosen.optimizers)} maps of {asked.resolution} × {asked.resolution} starts",
    )
    with _bar(pixels * len(chosen.optimizers), asked) as bar:
        maps = [
            destination_map(
                rule,
                landscape,
                learning_rate=chosen.learning_rate,
                steps=chosen.steps,
                window=view,
                resolution=asked.resolution,
                course=chosen.course,
                progress=_advance(bar),
            )
            for rule in chosen.optimizers
        ]
    x, y = maps[0].x, maps[0].y
    results, table = _ends(chosen, np.array(np.meshgrid(x, y)), maps, {"x": x, "y": y, "window": np.array(view)})
    pixels = f"{asked.resolution} × {asked.resolution} pixels of {told_rectangle(view)}"
    return results, f"{told(chosen, pixels)}\n{table}"


def _ends(chosen: Experiment, starts, ends, extra) -> tuple[export.Results, str]:
    """Results of runs from the same starts, shape (2, *batch), under each optimizer."""
    final, outcome, motion = (np.stack([getattr(end, name) for end in ends]) for name in ("final", "outcome", "motion"))
    with np.errstate(all="ignore"):
        loss = chosen.loss().value(*np.moveaxis(final, 1, 0))
    labels = [spelled(rule) for rule in chosen.optimizers]
    where = {
        label: {"outcome": shares(codes, OUTCOMES), "motion": shares(moves, MOTIONS)}
        for label, codes, moves in zip(labels, outcome, motion, strict=True)
    }
    arrays = {
        "experiment": np.array(chosen.to_json()),
        "optimizers": np.array(labels),
        **extra,
        "tolerance": np.array(chosen.loss().tolerance),
        "final": final,
        "outcome": outcome,
        "motion": motion,
        "loss": loss,
        "outcome_names": np.array(OUTCOMES),
        "motion_names": np.array(MOTIONS),
    }
    columns: dict[str, np.ndarray | Named] = {
        "optimizer": Named(np.repeat(np.arange(len(labels)), outcome[0].size), labels),
        "start_x": np.tile(starts[0].ravel(), len(ends)),
        "start_y": np.tile(starts[1].ravel(), len(ends)),
        "final_x": final[:, 0].ravel(),
        "final_y": final[:, 1].ravel(),
        "outcome": Named(outcome.ravel(), OUTCOMES),
        "motion": Named(motion.ravel(), MOTIONS),
        "tolerance": np.full(outcome.size, chosen.loss().tolerance),
        "loss": loss.ravel(),
    }
    table = _table({label: {**one["outcome"], **one["motion"]} for label, one in where.items()}, OUTCOMES + MOTIONS)
    summary = {"experiment": chosen.to_dict(), "tolerance": chosen.loss().tolerance, "shares": where}
    return export.Results(summary, arrays, columns), f"{table}\n{_terms(chosen)}"


def _phase(chosen: Experiment, asked: argparse.Namespace) -> tuple[export.Results, str]:
    if asked.resolution < 1:
        raise ValueError(f"--resolution must be at least 1, not {asked.resolution}")
    require_memory(
        BYTES_PER_CELL * asked.resolution**2 * len(chosen.optimizers),
        f"{len(chosen.optimizers)} phase diagrams of {asked.resolution} × {asked.resolution} cells",
    )
    rho = cell_centres(*interval("--rho-range", asked.rho_range, described(SAM)["rho"]), asked.resolution)
    ends = interval("--learning-rate-range", asked.learning_rate_range, LIMITS["learning_rate"])
    low, high = np.log(ends)
    learning_rate = np.exp(cell_centres(low, high, asked.resolution))
    with _bar(None, asked) as bar:
        diagram = phase_diagram(
            chosen.optimizers,
            chosen.loss(),
            chosen.starts.positions(),
            rho=rho,
            learning_rate=learning_rate,
            steps=chosen.steps,
            course=chosen.course,
            progress=_advance(bar),
        )
    labels = [spelled(rule, without="rho") for rule in chosen.optimizers]
    share = diagram.counts / diagram.runs
    means = {
        label: dict(zip(OUTCOMES, one.mean(axis=(0, 1)).tolist(), strict=True))
        for label, one in zip(labels, share, strict=True)
    }
    arrays = {
        "experiment": np.array(chosen.to_json()),
        "optimizers": np.array(labels),
        "rho": rho,
        "learning_rate": learning_rate,
        "runs": np.array(diagram.runs),
        "tolerance": np.array(diagram.tolerance),
        "counts": diagram.counts,
        "loss": diagram.loss,
        "outcome_names": np.array(OUTCOMES),
    }
    columns: dict[str, np.ndarray | Named] = {
        "optimizer": Named(np.repeat(np.arange(len(labels)), rho.size * learning_rate.size), labels),
        "rho": np.tile(np.repeat(rho, learning_rate.size), len(labels)),
        "learning_rate": np.tile(learning_rate, len(labels) * rho.size),
        **{name.replace(" ", "_"): share[..., code].ravel() for code, name in enumerate(OUTCOMES)},
        "tolerance": np.full(rho.size * learning_rate.size * len(labels), diagram.tolerance),
        "loss": diagram.loss.ravel(),
    }
    summary = {
        "experiment": chosen.to_dict(),
        "runs": diagram.runs,
        "tolerance": diagram.tolerance,
        "shares": means,
    }
    low, high = asked.rho_range
    cells = f"{asked.resolution} × {asked.resolution} cells of ρ {low:g} to {high:g}, each of {chosen.starts.words}"
    rates = "{:g} to {:g}".format(*asked.learning_rate_range)
    words = told(chosen, cells, learning_rate=rates)
    return export.Results(summary, arrays, columns), f"{words}\n{_table(means, OUTCOMES)}\n{_terms(chosen)}"


def _terms(chosen: Experiment) -> str:
    """What the words of the table mean."""
    return f"at a place: within {chosen.loss().tolerance:g} of it; settled, 2-cycle and longer cycle: {STAY}"


def _table(rows: dict[str, dict[str, float]], names: Sequence[str]) -> str:
    """Shares in per cent, a row for each optimizer."""
    width = max(len("optimizer"), *map(len, rows))
    head = [f"{'optimizer':<{width}}", *(f"{name:>{max(len(name), 7)}}" for name in names)]
    lines = [
        [f"{label:<{width}}", *(f"{100 * row[name]:>{max(len(name), 7) - 1}.2f}%" for name in names)]
        for label, row in rows.items()
    ]
    return "\n".join("  ".join(line) for line in (head, *lines))


def _bar(total: int | None, asked: argparse.Namespace) -> tqdm:
    return tqdm(total=total, unit=" runs", unit_scale=True, file=sys.stderr, disable=asked.quiet)


def _advance(bar: tqdm):
    """Progress of one of the pieces that the bar stands for."""
    before = bar.n

    def advance(done: int, total: int) -> None:
        if bar.total is None:
            bar.total = total
        bar.update(before + done - bar.n)

    return advance


def _list() -> None:
    print("landscapes")
    for landscape in LANDSCAPES.values():
        print(f"  {landscape.key:<18}{landscape.about}")
    print("optimizers")
    for key, rule in OPTIMIZERS.items():
        takes = ", ".join(f"{name} {limit.low:g} to {limit.high:g}" for name, limit in described(rule).items())
        print(f"  {key:<18}{rule.name}{f' ({takes})' if takes else ''}")
    print("base optimizers")
    for key, base in BASES.items():
        takes = ", ".join(f"{name} {limit.low:g} to {limit.high:g}" for name, limit in described(base).items())
        print(f"  {key:<18}{base.name}{f' ({takes})' if takes else ''}")
    print(f"schedules\n  {', '.join(SHAPES)}")


def _terminated(signum: int, frame) -> NoReturn:
    sys.exit(128 + signum)


COMMANDS = {"run": _run, "map": _map, "phase": _phase}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(main())
