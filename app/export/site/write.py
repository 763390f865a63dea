"""Writes the static site: one page for each loss, its map, the paper's figures and the lessons."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from app.export.handout import OnlyBokeh
from app.export.lesson.page import live_lesson
from app.export.site import pages
from app.export.site.losses import Loss, losses
from app.export.site.maps import map_page
from app.model.state import State
from figures import FIGURES, write
from lessons import LESSONS, Lesson
from optimizers import atomic_write

COMPONENTS = ["bokeh", "bokeh-widgets"]
# figures that are live, and the states that show them
LIVE: dict[int, dict[str, Any]] = {
    1: {"anatomy": True},
    5: {"mode": "grid", "optimizers": ["sam", "m-sam", "fisher-sam", "asam"]},
}
DPI = 110


def write_site(folder: Path, formulas: Sequence[str], said: Callable[[str], None] = lambda name: None) -> int:
    """Writes the site into a folder, and returns the number of its files.

    Raises:
        ValueError: with one sentence, for what is no formula.
        OSError: where a file cannot be written.
    """
    made = files(losses(formulas))
    _write(folder, made, said)
    return len(made)


def write_lessons(folder: Path, lessons: Sequence[Lesson], said: Callable[[str], None] = lambda name: None) -> None:
    """Writes lessons into a folder, each as one file that needs no other.

    Raises:
        OSError: where a file cannot be written.
    """
    made = {f"lesson-{lesson.key}.html": partial(live_lesson, lesson) for lesson in lessons}
    _write(folder, {name: partial(_encoded, make) for name, make in made.items()}, said)


def _write(folder: Path, made: Mapping[str, Callable[[], bytes]], said: Callable[[str], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in made.items():
        atomic_write.replace(folder / name, make())
        said(name)


def files(found: Sequence[Loss]) -> dict[str, Callable[[], bytes]]:
    """What makes the contents of the site's files, by their names."""
    made: dict[str, Callable[[], Any]] = {pages.BOKEH: _bokeh, "index.html": partial(index, found)}
    for loss in found:
        made[f"explore-{loss.slug}.html"] = partial(pages.explore, loss, found)
        made[f"map-{loss.slug}.html"] = partial(map_page, loss, found)
    for key, lesson in LESSONS.items():
        made[f"lesson-{key}.html"] = partial(pages.lesson, lesson)
    for number, module in FIGURES.items():
        if number in LIVE:
            made[f"figure{number}.html"] = partial(pages.figure, number, module, found[0], State(**LIVE[number]))
        else:
            made[f"figure{number}.png"] = partial(_drawn, module)
            made[f"figure{number}.html"] = partial(_picture, number, module)
    return {name: partial(_encoded, make) for name, make in made.items()}


def _encoded(make: Callable[[], str | bytes]) -> bytes:
    content = make()
    return content if isinstance(content, bytes) else content.encode()


def _bokeh() -> str:
    return "\n".join(OnlyBokeh(mode="inline", components=COMPONENTS).js_raw)


def _drawn(module: ModuleType) -> bytes:
    return write.render(module.draw(module.compute()), "png", dpi=DPI)


def _picture(number: int, module: ModuleType) -> str:
    """The page of a figure that is not live."""
    picture = f"<p><img src='figure{number}.png' alt='{escape(module.CAPTION)}'></p>"
    return pages.page(f"Figure {number}: {module.TITLE}", picture + pages.claims(module), pages.nav("", [], ""))


def index(found: Sequence[Loss]) -> str:
    """The first page."""
    sections = {
        "Explore": {f"explore-{loss.slug}.html": loss.name for loss in found},
        "Destinations of all starts": {f"map-{loss.slug}.html": loss.name for loss in found},
        "Lessons": {f"lesson-{key}.html": one.title for key, one in LESSONS.items()},
        "The paper’s figures": {
            f"figure{number}.html": f"Figure {number}: {module.TITLE}" for number, module in FIGURES.items()
        },
    }
    inside = (
        "<p>A laboratory for two-dimensional loss landscapes and sharpness-aware minimization. "
        "These pages compute in the browser; nothing is asked of a server.</p>"
    )
    for name, links in sections.items():
        listed = "".join(f"<li><a href='{file}'>{escape(words)}</a></li>" for file, words in links.items())
        inside += f"<section aria-label='{name}'><h2>{name}</h2><ul>{listed}</ul></section>"
    return pages.page("SAMscape", inside, pages.nav("index.html", [], ""))
