"""`python -m docs.architecture`: draws the rooms of the project and what imports what, from the imports themselves."""

import ast
from collections import Counter
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGES = ("landscapes", "optimizers", "figures", "lessons", "app")
COLUMN, ROW = 2.6, 1.5  # inches between the centres of two boxes
WIDTH, HEIGHT = 1.9, 0.8
COLOURS = {"app": "#dbe9f6"}
PLAIN = "#eef1f4"


def room(module: str) -> str:
    """The box that a module stands in: its package, and in the app the folder beneath."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "app" and len(parts) > 1 else parts[0]


def sources() -> dict[Path, str]:
    """Every file of the packages, and its module."""
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return {file: ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files}


def imports(file: Path) -> list[str]:
    """The project's modules that a file imports."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    named = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return [name for name in named if name.partition(".")[0] in PACKAGES]


def graph() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Files by room, and imports by (importing room, imported room)."""
    rooms, arrows = Counter(), Counter()
    for file, module in sources().items():
        here = room(module)
        if here in {"app", "app.__main__"}:
            continue
        rooms[here] += 1
        arrows.update((here, room(name)) for name in imports(file) if room(name) != here)
    return rooms, arrows


def levels(rooms: Counter[str], arrows: Counter[tuple[str, str]]) -> dict[str, int]:
    """How many rooms stand beneath each: the longest way down the arrows.

    Raises:
        ValueError: where rooms import each other in a circle.
    """
    known: dict[str, int] = {}

    def level(one: str, above: tuple[str, ...] = ()) -> int:
        if one in above:
            raise ValueError(f"rooms import each other in a circle: {' → '.join((*above, one))}")
        if one not in known:
            below = [level(other, (*above, one)) for this, other in arrows if this == one]
            known[one] = 1 + max(below, default=-1)
        return known[one]

    for one in rooms:
        level(one)
    return known


def draw() -> Figure:
    """Rooms from left to right, each to the right of all that it imports; arrows only between neighbours."""
    rooms, arrows = graph()
    known = levels(rooms, arrows)
    columns: dict[int, list[str]] = {}
    for one in sorted(rooms):
        columns.setdefault(known[one], []).append(one)
    tallest = max(map(len, columns.values()))
    size = COLUMN * len(columns), ROW * tallest
    figure = Figure(size)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, size[0]), ylim=(0, size[1]))
    axes.axis("off")
    places = {}
    for level, names in columns.items():
        for index, name in enumerate(names):
            places[name] = COLUMN * (level + 0.5), size[1] / 2 + ROW * ((len(names) - 1) / 2 - index)
    for (this, other), _ in arrows.items():
        if known[this] - known[other] == 1:
            (x1, y1), (x2, y2) = places[this], places[other]
            axes.add_patch(
                FancyArrowPatch(
                    (x1 - WIDTH / 2, y1), (x2 + WIDTH / 2, y2), arrowstyle="-|>", mutation_scale=14, color="#7d8894"
                )
            )
    for name, (x, y) in places.items():
        package, _, folder = name.partition(".")
        axes.add_patch(
            FancyBboxPatch(
                (x - WIDTH / 2, y - HEIGHT / 2),
                WIDTH,
                HEIGHT,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor=COLOURS.get(package, PLAIN),
                edgecolor="#33414f",
            )
        )
        axes.text(x, y + 0.1, f"{package}/{folder}" if folder else name, ha="center", va="center", fontsize=13)
        axes.text(x, y - 0.2, f"{rooms[name]} files", ha="center", va="center", fontsize=10, color="#4d5967")
    return figure


if __name__ == "__main__":
    draw().savefig(HERE / "architecture.png", dpi=110, facecolor="white")
