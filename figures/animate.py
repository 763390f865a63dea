"""Playback on the command line: `python -m figures animate --out runs.gif`, .mp4, .webm, or a folder of PNG files."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from figures.animation import FILES, FPS, SIZES, USUAL_FRAMES, Film, Progress, pngs
from figures.run_picture import MAX_LINES, Line, RunPicture, label
from figures.style import MORE, NAMES
from landscapes.landscape import Domain
from optimizers import atomic_write, run
from optimizers.cli import flags
from optimizers.cli.experiment import experiment
from optimizers.cli.ranges import rectangle
from optimizers.cli.table import progress_of
from optimizers.course_words import course_words
from optimizers.experiment import Experiment
from optimizers.extensions.load import load_all
from optimizers.rules import Rule

USUAL = Film()


def main(arguments: Sequence[str]) -> int:
    """Makes the file; returns the exit code: 0, 1 if it could not be written, 130 after an interruption.

    What was asked wrongly ends the program with one sentence and exit code 2.
    """
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        load_all(asked.extensions)
        kind = kind_of(asked.out)
        film = Film(kind, asked.size, asked.fps, asked.every)
        (atomic_write.check_folder if kind == "png" else atomic_write.check)(asked.out)
        what = experiment(asked)
        rules = placed(what.optimizers)
        film = film.check(what.steps, len(rules) * min(what.starts.positions().shape[1], MAX_LINES))
        view = rectangle("--view", asked.view) if asked.view else None
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"{asked.out} cannot be written: {error.strerror}")
    try:
        with tqdm(unit=" frames", file=sys.stderr, disable=asked.quiet) as bar:
            _write(film, described(what, rules, view), asked.out, progress_of(bar))
    except OSError as error:
        print(f"{asked.out} could not be written: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing was written", file=sys.stderr)
        return 130
    print(f"{', '.join(rule.name for rule in rules.values())}, {what.steps} steps: see {asked.out}")
    return 0


def kind_of(out: Path) -> str:
    """The format that a file's suffix names; PNG files for a folder, which has none.

    Raises:
        ValueError: with one sentence, for another suffix.
    """
    kind = out.suffix.removeprefix(".").lower()
    if not kind:
        return "png"
    if kind not in FILES:
        listed = ", ".join(f".{suffix}" for suffix in FILES)
        raise ValueError(f"{out} must end in {listed}, or in nothing, for a folder of PNG files")
    return kind


def placed(rules: Sequence[Rule]) -> dict[str, Rule]:
    """The rules by place: one of the paper under its own key, once; the others in the places beside them.

    Raises:
        ValueError: with one sentence, for more than there are places.
    """
    found: dict[str, Rule] = {}
    free = iter(MORE)
    for rule in rules:
        place = rule.key if rule.key in NAMES and rule.key not in found else next(free, None)
        if place is None:
            raise ValueError(f"at most {len(MORE)} optimizers can be shown beside the paper's; name fewer")
        found[place] = rule
    return found


def described(what: Experiment, rules: dict[str, Rule], view: Domain | None = None) -> RunPicture:
    """Runs an experiment and says what its picture shows.

    Args:
        rules: by place.
        view: what is visible; None for the landscape's domain, and the starts where they reach beyond it.
    """
    landscape, starts = what.loss(), what.starts.positions()
    (left, right), (bottom, top) = view or _around(landscape.domain, starts)
    every = max(1, -(-starts.shape[1] // MAX_LINES))
    lines = []
    for place, rule in rules.items():
        options = {"learning_rate": what.learning_rate, "steps": what.steps, **what.course}
        paths = run(rule, landscape, starts[:, ::every], **options)
        final = paths.final if every == 1 else run(rule, landscape, starts, keep="final", **options).final
        lines.append(Line(place, label(place, rule), paths.positions, final))
    words = course_words(what.base, what.schedule, what.noise)
    return RunPicture(landscape, (left, right, bottom, top), (*_shared(what, rules), *words), starts, tuple(lines))


def _shared(what: Experiment, rules: dict[str, Rule]) -> list[str]:
    """ρ where the paper's rules share one, α and the number of steps."""
    paper = [rule.hyperparameters for place, rule in rules.items() if place in NAMES]
    rhos = {own["rho"] for own in paper if "rho" in own}
    rho = [f"ρ = {rhos.pop():g}"] if len(rhos) == 1 else []
    return [*rho, f"α = {what.learning_rate:g}", f"{what.steps} steps"]


def _around(domain: Domain, starts: np.ndarray) -> Domain:
    (left, right), (bottom, top) = domain
    (low_x, low_y), (high_x, high_y) = starts.min(axis=1), starts.max(axis=1)
    return (min(left, low_x), max(right, high_x)), (min(bottom, low_y), max(top, high_y))


def _write(film: Film, picture: RunPicture, out: Path, progress: Progress) -> None:
    if film.kind != "png":
        with atomic_write.replacing(out) as file:
            film.write(picture, file, progress)
        return
    with atomic_write.replacing_folder(out) as folder:
        for name, content in pngs(film, picture, progress):
            (folder / name).write_bytes(content)


def _parser() -> flags.Parser:
    parser = flags.Parser(
        prog="python -m figures animate",
        description="Plays runs step by step, 16:9, as a GIF, MP4 or WebM file, or as a folder of PNG files.",
        allow_abbrev=False,
    )
    flags.runs(parser)
    parser.set_defaults(command="run")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE",
        help=f"{', '.join('.' + suffix for suffix in FILES)}, or a new folder for PNG files",
    )  # fmt: skip
    size = f"pixels across: {', '.join(SIZES)} (default: {USUAL.width})"
    parser.add_argument("--size", default=USUAL.width, metavar="WIDTH", help=size)
    fps = f"frames per second, {FPS[0]} to {FPS[1]} (default: {USUAL.fps})"
    parser.add_argument("--fps", type=int, default=USUAL.fps, help=fps)
    every = f"steps between two frames (default: as many as make about {USUAL_FRAMES} frames)"
    parser.add_argument("--every", type=int, metavar="STEPS", help=every)
    view = "what is visible (default: the landscape's domain, and the starts beyond it)"
    parser.add_argument("--view", nargs=4, type=float, metavar=("LEFT", "RIGHT", "BOTTOM", "TOP"), help=view)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser
