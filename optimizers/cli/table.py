"""Tables of shares, and the progress bar above them."""

import argparse
import sys
from collections.abc import Mapping, Sequence

from tqdm import tqdm

from optimizers.experiment import Experiment
from optimizers.maps.tiles import Progress
from optimizers.motions import STAY
from optimizers.percentages import percents

DECIMALS = 2  # of shares in per cent


def terms(chosen: Experiment) -> str:
    """What the words of the table mean."""
    return f"at a place: within {chosen.loss().tolerance:g} of it; settled, 2-cycle and longer cycle: {STAY}"


def share_table(rows: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Shares in per cent, a row for each optimizer; those of each of its mappings add up to 100."""
    names = [name for shares in next(iter(rows.values())) for name in shares]
    width = max(len("optimizer"), *map(len, rows))
    head = [f"{'optimizer':<{width}}", *(f"{name:>{max(len(name), 7)}}" for name in names)]
    lines = []
    for label, groups in rows.items():
        texts = [text for shares in groups for text in percents(list(shares.values()), DECIMALS)]
        cells = (f"{text + '%':>{max(len(name), 7)}}" for name, text in zip(names, texts, strict=True))
        lines.append([f"{label:<{width}}", *cells])
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
