"""The command line: `python -m optimizers run | map | phase | list`.

Exit codes: 0 for success, 2 after one sentence about bad input, 130 after an interruption (143 when
terminated), 141 when the reader of its output has closed, 1 for anything else. A file is written whole or not at all.
"""

import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import NoReturn

from optimizers.cli import export, terminal
from optimizers.cli.catalogue import catalogue
from optimizers.cli.experiment import experiment
from optimizers.cli.flags import parser
from optimizers.cli.phase import run_phase
from optimizers.cli.runs import run_map, run_starts
from optimizers.extensions.load import load_all


def report_error(message: str) -> None:
    """Prints one sentence on stderr."""
    print(f"python -m optimizers: {message}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments ask; returns the exit code."""
    return terminal.run(lambda: _main(arguments), report_error)


def _main(arguments: Sequence[str] | None) -> int:
    flags = parser().parse_args(arguments)
    try:
        load_all(flags.extensions)
        text = catalogue() if flags.command == "list" else _results(flags)
    except ValueError as error:
        report_error(str(error))
        return 2
    except KeyboardInterrupt:
        report_error("interrupted; nothing was written")
        return 130
    except OSError as error:
        report_error(f"{flags.out} could not be written: {error.strerror}")
        return 1
    print(text)
    return 0


def _results(flags: Namespace) -> str:
    """Runs what is asked, writes the file that is asked, and returns the table to print."""
    if flags.out is not None:
        export.check(flags.out)
    results, table = COMMANDS[flags.command](experiment(flags), flags)
    if flags.out is not None:
        export.write(flags.out, results)
    return table


def _terminated(signum: int, frame) -> NoReturn:
    sys.exit(128 + signum)


COMMANDS = {"run": run_starts, "map": run_map, "phase": run_phase}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(main())
