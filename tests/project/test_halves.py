"""`make test` runs every test file once, in one of its two halves."""

from pathlib import Path

from tests.__main__ import halves
from tests.paths import TESTS

IGNORE = "--ignore="


def files(arguments: list[str]) -> list[Path]:
    """The test files that pytest looks into."""
    ignored = {Path(argument.removeprefix(IGNORE)) for argument in arguments if argument.startswith(IGNORE)}
    given = [Path(argument) for argument in arguments if not argument.startswith(IGNORE)]
    found = [file for path in given for file in (path.rglob("test_*.py") if path.is_dir() else [path])]
    return [file for file in found if file not in ignored]


def test_each_file_is_in_one_half() -> None:
    page, others = halves()
    assert sorted(files(page) + files(others)) == sorted(TESTS.rglob("test_*.py"))
