"""The command line: `python -m figures [1 2 3 4 5] --out DIR --format png pdf svg`; `animate` plays runs instead."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from figures import FIGURES, animate, write
from figures.record import Parameter, complete
from optimizers import atomic_write
from optimizers.citation import version
from optimizers.cli import terminal
from optimizers.cli.flags import Parser
from optimizers.refusal import in_range, quoted, refusal

DPI = (20, 1200)
ANIMATE = "animate"  # in the place of figures: playback of runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Draws figures; returns the exit code: 0, 1 if a file could not be written, 130 after an interruption.

    What was asked wrongly ends the program with one sentence and exit code 2.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == [ANIMATE]:
        return terminal.run(lambda: animate.main(given[1:]), _say)
    return terminal.run(lambda: _main(given), _say)


def _say(sentence: str) -> None:
    print(sentence[0].upper() + sentence[1:], file=sys.stderr)


def _main(arguments: Sequence[str]) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    numbers = list(dict.fromkeys(asked.figures or FIGURES))
    try:
        values = _values(asked, numbers)
        asked.out.mkdir(parents=True, exist_ok=True)
        for path in _paths(asked, numbers):
            atomic_write.check(path)
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"cannot write into {asked.out}: {error.strerror}; name another folder with --out")
    try:
        with tqdm(total=len(numbers) * (1 + len(asked.format)), unit="step", file=sys.stderr) as bar:
            for number in numbers:
                bar.set_description(f"Figure {number}")
                _make(number, values[number], asked, bar)
    except OSError as error:
        _say(f"cannot write into {asked.out}: {error.strerror}; name another folder with --out")
        return 1
    except KeyboardInterrupt:
        _say(f"interrupted; every file in {asked.out} is complete")
        return 130
    print(f"{'Figure' if len(numbers) == 1 else 'Figures'} {', '.join(map(str, numbers))}: see {asked.out}")
    return 0


def _paths(asked: argparse.Namespace, numbers: Sequence[int]) -> list[Path]:
    """Every file that will be written."""
    return [asked.out / f"figure{number}.{suffix}" for number in numbers for suffix in ("json", *asked.format)]


def _make(number: int, values: dict[str, Any], asked: argparse.Namespace, bar: tqdm) -> None:
    module = FIGURES[number]
    shown = module.compute(values)
    write.record(number, module, values, module.claims(shown), asked.out / f"figure{number}.json")
    drawing = module.draw(shown)
    bar.update()
    for suffix in asked.format:
        write.picture(drawing, asked.out / f"figure{number}.{suffix}", dpi=asked.dpi)
        bar.update()


def _parser() -> Parser:
    parser = Parser(
        prog="python -m figures",
        description="Draws Figures 1 to 5 of the Monge SAM paper, with the caption's claims as measured numbers.",
        epilog="Parameters not given have the paper's values. `python -m figures animate --help` is about playback of "
        "runs as GIF, MP4, WebM or PNG files.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"SAMscape {version()}")
    parser.add_argument("figures", nargs="*", type=_figure, metavar="FIGURE", help="1 to 5; all if none is named")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="folder (default: %(default)s)")
    parser.add_argument("--format", nargs="+", choices=write.FORMATS, default=["png"], help="default: %(default)s")
    parser.add_argument("--dpi", type=_dpi, default=write.DPI, help="dots per inch of images (default: %(default)s)")
    group = parser.add_argument_group("parameters")
    for variants in _by_name([*FIGURES]).values():
        first = next(iter(variants.values()))
        group.add_argument(
            first.option,
            nargs="+",
            type={"choice": str, "integer": int}.get(first.scale, float),
            metavar="VALUE",
            help="; ".join(f"Figure {number}: {_described(one)}" for number, one in variants.items()),
        )
    return parser


def _by_name(numbers: Sequence[int]) -> dict[str, dict[int, Parameter]]:
    """name → figure's number → its parameter of that name."""
    found: dict[str, dict[int, Parameter]] = {}
    for number in numbers:
        for parameter in FIGURES[number].PARAMETERS:
            found.setdefault(parameter.name, {})[number] = parameter
    return found


def _described(parameter: Parameter) -> str:
    default = parameter.default if isinstance(parameter.default, tuple) else (parameter.default,)
    among = f" ({', '.join(parameter.choices)})" if parameter.choices else ""
    return f"{parameter.help}{among}, {' '.join(map(str, default))}"


def _figure(text: str) -> int:
    if text not in map(str, FIGURES):
        raise argparse.ArgumentTypeError(f"there is no figure {text!r}; there are {', '.join(map(str, FIGURES))}")
    return int(text)


def _dpi(text: str) -> int:
    if not (text.isdecimal() and DPI[0] <= int(text) <= DPI[1]):
        raise argparse.ArgumentTypeError(refusal("the resolution", in_range(*DPI, whole=True), quoted(text)))
    return int(text)


def _values(asked: argparse.Namespace, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Each figure's parameters; an option that no chosen figure has is an error."""
    chosen = _by_name(numbers)
    values: dict[int, dict[str, Any]] = {number: {} for number in numbers}
    for name, variants in _by_name([*FIGURES]).items():
        given = getattr(asked, name)
        if given is None:
            continue
        if name not in chosen:
            owners = " and ".join(f"Figure {number}" for number in variants)
            raise ValueError(f"{next(iter(variants.values())).option} is a parameter of {owners} only; name it too")
        for number in chosen[name]:
            values[number][name] = given
    return {number: _complete(number, given) for number, given in values.items()}


def _complete(number: int, given: dict[str, list[Any]]) -> dict[str, Any]:
    parameters = FIGURES[number].PARAMETERS
    single = {one.name for one in parameters if not isinstance(one.default, tuple)}
    for name in single & given.keys():
        if len(given[name]) > 1:
            raise ValueError(f"Figure {number} takes one value of {name}, not {len(given[name])}")
    try:
        return complete(parameters, {name: value[0] if name in single else value for name, value in given.items()})
    except ValueError as error:
        raise ValueError(f"Figure {number}: {error}") from None


if __name__ == "__main__":
    sys.exit(main())
