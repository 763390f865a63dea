"""pyproject.toml, requirements.lock and environment.yml say the same, and name what the packages import."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
PYTHONS = ["3.11", "3.12", "3.13"]


def requirements(lines: list[str]) -> dict[str, SpecifierSet]:
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement.specifier for requirement in parsed}


def locked(python: str) -> dict[str, str]:
    """name -> the version that pip takes from the lock on a Linux machine with that Python."""
    machine = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    pins = [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match(r"\w", line)]
    chosen = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(machine)]
    names = [canonicalize_name(pin.name) for pin in chosen]
    assert len(names) == len(set(names)), "the lock pins a package twice"
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in chosen}


PACKAGES = ("landscapes", "optimizers", "figures", "lessons", "app")
NAMED_BY_THE_USER = {"autograd", "bokeh", "holoviews", "matplotlib", "numpy", "panel"}  # declared, used or not
WANTED = requirements(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_satisfies_the_project(python: str) -> None:
    assert Version(python) in SpecifierSet(PROJECT["requires-python"])
    versions = locked(python)
    assert WANTED.keys() <= versions.keys()
    wrong = {name: versions[name] for name, allowed in WANTED.items() if versions[name] not in allowed}
    assert not wrong


@pytest.mark.parametrize("name", ["numpy", "numba", "llvmlite", "scipy"])
def test_numbers_are_made_by_the_same_version_on_every_python(name: str) -> None:
    assert len({locked(python)[name] for python in PYTHONS}) == 1


def test_every_pin_of_the_lock_has_a_hash() -> None:
    pins = re.split(r"\n(?=\w)", LOCK)
    assert len(pins) > len(WANTED)
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_lock_names_no_host_and_no_place_on_a_machine() -> None:
    assert re.findall(r"://|file:|@ |--(?:extra-)?index|--find-links|(?:^|\s)/\w+", LOCK) == []


def test_conda_gets_the_same_packages() -> None:
    listed = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
    through_pip = [line for part in ENVIRONMENT["dependencies"] if isinstance(part, dict) for line in part["pip"]]
    conda = requirements(listed + through_pip)
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda.pop("pip") == SpecifierSet()
    assert conda == WANTED


def imports(source: str) -> Iterator[str]:
    """The top-level names of absolute imports, within functions too, apart from those that the code can do without."""
    tree = ast.parse(source)
    tries = [
        node for node in ast.walk(tree) if isinstance(node, ast.Try) and "ImportError" in map(_caught, node.handlers)
    ]
    optional = {inner for node in tries for statement in node.body for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        if node in optional:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]


def _caught(handler: ast.ExceptHandler) -> str:
    return "" if handler.type is None else ast.unparse(handler.type)


def imported(files: list[Path]) -> set[str]:
    """The distributions that these files import, apart from the standard library and the project itself."""
    names = {name for file in files for name in imports(file.read_text())}
    distributions = packages_distributions()
    foreign = names - sys.stdlib_module_names - {*PACKAGES}
    return {canonicalize_name(distributions.get(name, [name])[0]) for name in foreign}


def test_the_packages_import_what_is_declared_and_nothing_else() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    declared = requirements(PROJECT["dependencies"]).keys()
    assert imported(files) - declared == set()
    assert declared - imported(files) <= NAMED_BY_THE_USER


def test_an_import_within_a_function_counts(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text("import os\nimport app.theme\nfrom . import two\ndef f():\n    from yaml.nodes import Node\n")
    assert imported([file]) == {"pyyaml"}
    file.write_text("try:\n    import yaml\nexcept ImportError:\n    import numpy\n")
    assert imported([file]) == {"numpy"}
