"""Dependencies point one way: landscapes <- optimizers <- figures <- lessons <- app, and from room to room in it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

LAYERS = ["landscapes", "optimizers", "figures", "lessons", "app"]
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
        ("lessons", PLOTTING | {"numba"}),
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


# Each row may import from the rows above it, and no room from another in its row.
ROOMS = (
    ("theme", "model"),
    ("compute", "browser"),
    ("layers",),
    ("widgets", "export"),
    ("views", "lessons"),
    ("page",),
    ("__main__",),
)
ROW = {room: row for row, rooms in enumerate(ROOMS) for room in rooms}
MAX_LINES = 350
TO_THEME = {("model", "theme")}  # within its row


def imported_rooms(source: Path) -> Iterator[str]:
    """The room of the app that every import in a file names."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "app":
            parts = node.module.split(".")
            yield from (parts[1:2] if len(parts) > 1 else [name.name for name in node.names])


@pytest.mark.parametrize("room", ROW)
def test_imports_in_the_app_point_from_room_to_room_one_way(room: str) -> None:
    folder = ROOT / "app" / room
    sources = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    assert sources
    offenders = {
        f"{source.relative_to(ROOT)} imports {other}"
        for source in sources
        for other in imported_rooms(source)
        if other != room and (room, other) not in TO_THEME and ROW[other] >= ROW[room]
    }
    assert not offenders


def test_every_module_of_the_app_stands_in_a_room() -> None:
    found = {path.stem for path in (ROOT / "app").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == set(ROW)


def test_a_module_of_a_package_holds_one_idea() -> None:
    folders = ("landscapes", "optimizers", "figures", "lessons", "app")
    lines = {path: path.read_bytes().count(b"\n") for folder in folders for path in (ROOT / folder).rglob("*.py")}
    assert {path.relative_to(ROOT): count for path, count in lines.items() if count > MAX_LINES} == {}
