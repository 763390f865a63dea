"""pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib

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
