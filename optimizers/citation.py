"""How to cite the paper and the program, and which version this is: all read from CITATION.cff.

A checkout is run without being installed, and has no metadata for `importlib.metadata`.
"""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml


@cache
def _citation() -> dict[str, Any]:
    """CITATION.cff: installed beside this module, or at the root of a checkout."""
    installed = resources.files("optimizers") / "CITATION.cff"
    file = installed if installed.is_file() else Path(__file__).parents[1] / "CITATION.cff"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def version() -> str:
    """The version of SAMscape, such as "0.1.0"."""
    return str(_citation()["version"])


def bibtex() -> str:
    """BibTeX entries of the paper whose methods are shown, and of the program."""
    program = _citation()
    paper = program["references"][0]
    arxiv = paper["identifiers"][0]["value"].removeprefix("arXiv:")
    entries = (
        (
            "article",
            "jacobsen2025mongesam",
            {
                "title": paper["title"].replace("SAM", "{SAM}"),
                "author": _authors(paper["authors"]),
                "journal": f"arXiv preprint arXiv:{arxiv}",
                "year": paper["year"],
                "url": paper["url"],
            },
        ),
        (
            "software",
            "samscape",
            {
                "title": program["title"].replace("SAMscape", "{SAMscape}"),
                "author": _authors(program["authors"]),
                "version": version(),
                "license": program["license"],
            },
        ),
    )
    return "\n".join(_entry(*entry) for entry in entries)


def _authors(people: list[dict[str, str]]) -> str:
    """Names in BibTeX's form; a group's name in braces, so that it is not split."""
    return " and ".join(
        f"{person['family-names']}, {person['given-names']}" if "family-names" in person else f"{{{person['name']}}}"
        for person in people
    )


def _entry(kind: str, key: str, fields: dict[str, Any]) -> str:
    width = max(map(len, fields))
    lines = "".join(f"  {name:<{width}} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{key},\n{lines}}}\n"
