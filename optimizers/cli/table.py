"""Tables of shares, and the progress bar above them."""

import argparse
import sys
from collections.abc import Sequence

from tqdm import tqdm

from optimizers.experiment import Experiment
from optimizers.maps.tiles import Progress
from optimizers.motions import STAY


def terms(chosen: Experiment) -> str:
    """What the words of the table mean."""
    return f"at a place: within {chosen.loss().tolerance:g} of it; settled, 2-cycle and longer cycle: {STAY}"


def share_table(rows: dict[str, dict[str, float]], names: Sequence[str]) -> str:
    """Shares in per cent, a row for each optimizer."""
    width = max(len("optimizer"), *map(len, rows))
    head = [f"{'optimizer':<{width}}", *(f"{name:>{max(len(name), 7)}}" for name in names)]
    lines = [
        [f"{label:<{width}}", *(f"{100 * row[name]:>{max(len(name), 7) - 1}.2f}%" for name in names)]
        for label, row in rows.items()
    ]
    return "\n".join("  ".join(line) for line in (head, *lines))


def progress_bar(total: int | None, flags: argparse.Namespace) -> tqdm:
    """A bar on stderr, of an unknown length where `total` is None."""
    return tqdm(total=total, unit=" runs", unit_scale=True, file=sys.stderr, disable=flags.quiet)


def progress_of(bar: tqdm) -> Progress:
    """Progress of one of the pieces that the bar stands for."""
    before = bar.n

    def advance(done: int, total: int) -> None:
        if bar.total is None:
            bar.total = total
        bar.update(before + done - bar.n)

    return advance
