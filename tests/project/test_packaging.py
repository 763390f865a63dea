"""`pip install .` gives the five packages and two commands, which run in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from optimizers.citation import version
from tests.paths import ROOT

PROGRAM = 'import sys; from {0}.__main__ import main; sys.exit(main(["--version"]))'


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "."]
    subprocess.run([*build, "--wheel-dir", folder], cwd=ROOT, check=True)
    (wheel,) = folder.glob("samscape-*.whl")
    assert wheel.name.split("-")[1] == version()
    with ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, folder: Path, *command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=environment | {"PYTHONPATH": str(installed)},
    )
    return done.stdout


def test_the_wheel_holds_five_packages_and_everything_they_read(installed: Path) -> None:
    folders = {path.name for path in installed.iterdir() if path.suffix != ".dist-info"}
    assert folders == {"landscapes", "optimizers", "figures", "lessons", "app"}
    assert all((installed / folder / "py.typed").exists() for folder in folders)  # whoever imports them has their types
    assert (installed / "optimizers" / "CITATION.cff").exists()
    tracked = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in tracked.stdout.split() if not (installed / name).exists()] == []


def test_its_commands_are_samscape_and_samscape_figures(installed: Path) -> None:
    (entries,) = installed.glob("*.dist-info/entry_points.txt")
    assert dict(re.findall(r"^(\S+) = (\S+):main$", entries.read_text(), flags=re.M)) == {
        "samscape": "app.__main__",
        "samscape-figures": "figures.__main__",
    }


@pytest.mark.parametrize("package", ["app", "figures", "optimizers"])
def test_each_program_tells_its_version_in_an_empty_folder(installed: Path, tmp_path: Path, package: str) -> None:
    assert run(installed, tmp_path, "-c", PROGRAM.format(package)) == f"SAMscape {version()}\n"


def test_the_python_of_the_readme_runs_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    for number, block in enumerate(blocks):
        (tmp_path / f"example{number}.py").write_text(block, encoding="utf-8")
        said = run(installed, tmp_path, f"example{number}.py")
        assert said.splitlines() == re.findall(r"# → (.*)", block)
    assert blocks


def test_the_rules_and_the_loss_of_the_readme_join_the_catalogue_from_a_file(installed: Path, tmp_path: Path) -> None:
    """`--with` in an empty folder, without the checkout on the path."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    own = [block for block in blocks if "(Rule)" in block or "Landscape(" in block]
    (tmp_path / "mine.py").write_text("\n".join(own), encoding="utf-8")
    asked = ["--landscape", "waves", "--optimizer", "sam", "lookback", "log-sam", "--steps", "5", "--out", "runs.csv"]
    said = run(installed, tmp_path, "-m", "optimizers", "run", "--quiet", "--with", "mine.py", *asked)
    assert "waves: 10 × 10 starts over [-3, 3] × [-3, 3], 5 steps with learning rate 0.01 (with mine.py)\n" in said
    rows = (tmp_path / "runs.csv").read_text().splitlines()[1:]
    assert {re.split("[:,]", row)[0] for row in rows} == {"sam", "lookback", "log-sam"}
    assert all(row.endswith(",mine.py") for row in rows)


@pytest.mark.verify
@pytest.mark.parametrize("source", ["checkout", "wheel"])
def test_uvx_runs_it_in_an_empty_folder(installed: Path, tmp_path: Path, source: str) -> None:
    """With the network on: uv resolves and installs everything again."""
    (wheel,) = installed.parent.glob("samscape-*.whl")
    origin = {"checkout": ROOT, "wheel": wheel}[source]
    command = [sys.executable, "-m", "uv", "tool", "run", "--from", str(origin), "samscape", "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == f"SAMscape {version()}\n", done.stderr
