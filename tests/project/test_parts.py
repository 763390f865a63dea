"""`make test` runs every test file once, in one of its parts."""

from pathlib import Path

from tests.__main__ import parts
from tests.paths import TESTS

IGNORE = "--ignore="


def files(arguments: list[str]) -> list[Path]:
    """The test files that pytest looks into."""
    ignored = {Path(argument.removeprefix(IGNORE)) for argument in arguments if argument.startswith(IGNORE)}
    given = [Path(argument) for argument in arguments if not argument.startswith(IGNORE)]
    found = [file for path in given for file in (path.rglob("test_*.py") if path.is_dir() else [path])]
    return [file for file in found if file not in ignored]


def test_each_file_is_in_one_part() -> None:
    assert sorted(file for part in parts() for file in files(part)) == sorted(TESTS.rglob("test_*.py"))
