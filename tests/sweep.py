"""Sweeps: tests that are short in `make test` and whole in `make verify`, which prints a table of what they found."""

import os
from dataclasses import dataclass
from typing import ClassVar

WHOLE = os.environ.get("SAMSCAPE_VERIFY") == "1"


@dataclass(frozen=True)
class Row:
    """A line of the table of `make verify`.

    Attributes:
        what: the claim that was swept.
        cases: how many cases were tried.
        worst: the worst case found, in words.
    """

    what: str
    cases: int
    worst: str


class Sweep:
    """How much a test tries, and where it reports what it found."""

    rows: ClassVar[list[Row]] = []
    whole = WHOLE

    @staticmethod
    def count(short: int, whole: int) -> int:
        """`short` in `make test`, `whole` in `make verify`."""
        return whole if WHOLE else short

    def report(self, what: str, cases: int, worst: str = "") -> None:
        """Adds a row to the table that `make verify` prints."""
        self.rows.append(Row(what, cases, worst))


def table(rows: list[Row]) -> list[str]:
    """The rows as lines of a Markdown table."""
    head = ["| claim | cases | worst case |", "|:--|--:|:--|"]
    return head + [f"| {_cell(row.what)} | {row.cases:,} | {_cell(row.worst)} |" for row in rows]


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
