"""Extensions: rules and landscapes of files from outside, which became part of the catalogues.

A file is Python that is executed, so only whoever starts the program names one: `--with mine.py`, or
`optimizers.extensions.load.load`. What is read later, such as an experiment or a link, names the files that it needs
and loads none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from landscapes import Landscape
from optimizers.rules import Rule


class Extension(NamedTuple):
    """What a file added.

    Attributes:
        file: its name, without its folder.
        rules, landscapes: by key.
        path: of the file, absolute.
    """

    file: str
    rules: dict[str, type[Rule]]
    landscapes: dict[str, Landscape]
    path: str


LOADED: dict[str, Extension] = {}  # by file


def files_of(landscape: object, rules: Iterable[str]) -> tuple[str, ...]:
    """The files that a landscape's and rules' keys come from, in the order in which they were loaded."""
    rules = {*rules}
    return tuple(
        name for name, added in LOADED.items() if landscape in added.landscapes or not rules.isdisjoint(added.rules)
    )


def missing(files: Iterable[str]) -> str | None:
    """What to say of the files that are not loaded, in one clause; None if all are."""
    absent = [file for file in files if file not in LOADED]
    if not absent:
        return None
    were = "was" if len(absent) == 1 else "were"
    return f"it needs {' and '.join(absent)}, which {were} not given; start the program with --with {' '.join(absent)}"
