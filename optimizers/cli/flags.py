"""The commands and their flags."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypedDict

from landscapes import LANDSCAPES
from optimizers.bases import BASES
from optimizers.citation import version
from optimizers.cli import terminal
from optimizers.rules import OPTIMIZERS
from optimizers.schedules import SHAPES

PAPER = {"steps": 200, "size": 10}  # of Figures 1 and 5
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
    """Arguments of argparse for a flag that takes several numbers."""

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
    runs(run)
    _results(run)

    destinations = command("map", "Maps where the runs end that start at the pixels of a window.")
    _experiment(destinations)
    _results(destinations)
    _rates(destinations)
    destinations.add_argument("--window", **_window, help="of the map (default: the landscape's domain)")
    destinations.add_argument("--resolution", type=int, default=500, help="pixels along each axis (default: 500)")

    phase = command("phase", "Shares of outcomes for a grid of ρ and learning rates.")
    _experiment(phase)
    _results(phase)
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

    extensions(command("list", "Lists landscapes and optimizers."))
    return top


def extensions(command: Parser) -> None:
    """The flag that adds what files define."""
    command.add_argument(
        "--with",
        dest="extensions",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="rules or landscapes of your own: Python, which is executed, or losses on a grid as .npz or .csv",
    )


def runs(command: Parser) -> None:
    """The flags that say what to run; `cli.experiment.experiment` reads them."""
    _experiment(command)
    _starts(command)
    _rates(command)


def _experiment(command: Parser) -> None:
    extensions(command)
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
    command.add_argument("--rho-schedule", metavar="SHAPE", help="of ρ (default: constant)")
    command.add_argument("--noise", type=float, metavar="SIGMA", help="standard deviation of gradient noise")
    command.add_argument("--noise-seed", type=int, metavar="SEED", help="of the noise (default: 0)")
    command.add_argument("--steps", type=int, help=f"number of steps (default: {PAPER['steps']})")


def _results(command: Parser) -> None:
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
