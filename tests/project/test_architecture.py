"""Dependencies point one way: landscapes <- optimizers <- figures <- app."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

LAYERS = ["landscapes", "optimizers", "figures", "app"]
PLOTTING = {"matplotlib", "bokeh", "holoviews", "panel"}


def imported_packages(source: Path) -> Iterator[str]:
    """The top-level package of every absolute import in a file, wherever in the file it stands."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_nothing_imports_to_its_right(layer: str) -> None:
    sources = sorted((ROOT / layer).rglob("*.py"))
    assert sources, f"{layer}/ holds no Python file"
    to_the_right = set(LAYERS[LAYERS.index(layer) + 1 :])
    offenders = {
        str(source.relative_to(ROOT)): wrong
        for source in sources
        if (wrong := to_the_right.intersection(imported_packages(source)))
    }
    assert not offenders


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("landscapes", PLOTTING | {"numba"}),  # the compiler is loaded when the first kernel is wanted
        ("optimizers", PLOTTING | {"numba"}),
        ("figures", {"panel"}),
        ("app.model.state", {"panel", "bokeh"}),
    ],
)
def test_a_fresh_interpreter_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert module.partition(".")[0] in loaded
    assert not heavy & loaded
