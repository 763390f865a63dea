"""Writes the static site: one page for each loss, its map, the paper's figures and the lessons."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from app.export.handout import OnlyBokeh
from app.export.site import pages
from app.export.site.lessons import lesson_page
from app.export.site.losses import Loss, losses
from app.export.site.maps import map_page
from app.model.state import State
from figures import FIGURES, write
from lessons import LESSONS
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
    found, count = losses(formulas), 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(found):
        atomic_write.replace(folder / name, content)
        said(name)
        count += 1
    return count


def files(found: Sequence[Loss]) -> Iterator[tuple[str, bytes]]:
    """The names and contents of the site's files."""
    yield pages.BOKEH, "\n".join(OnlyBokeh(mode="inline", components=COMPONENTS).js_raw).encode()
    yield "index.html", index(found).encode()
    for loss in found:
        yield f"explore-{loss.slug}.html", pages.explore(loss, found).encode()
        yield f"map-{loss.slug}.html", map_page(loss, found).encode()
    yield from lessons_of(found)
    for number, module in FIGURES.items():
        if number in LIVE:
            yield f"figure{number}.html", pages.figure(number, module, found[0], State(**LIVE[number])).encode()
            continue
        yield f"figure{number}.png", write.render(module.draw(module.compute()), "png", dpi=DPI)
        picture = f"<p><img src='figure{number}.png' alt='{escape(module.CAPTION)}'></p>"
        title = f"Figure {number}: {module.TITLE}"
        yield f"figure{number}.html", pages.page(title, picture + pages.claims(module), pages.nav("", [], "")).encode()


def lessons_of(found: Sequence[Loss]) -> Iterator[tuple[str, bytes]]:
    """The pages of the lessons."""
    for key, lesson in LESSONS.items():
        yield f"lesson-{key}.html", lesson_page(lesson, found).encode()


def index(found: Sequence[Loss]) -> str:
    """The first page."""
    explore, maps = (
        "".join(f"<li><a href='{kind}-{loss.slug}.html'>{escape(loss.name)}</a></li>" for loss in found)
        for kind in ("explore", "map")
    )
    drawn = "".join(
        f"<li><a href='figure{number}.html'>Figure {number}: {escape(module.TITLE)}</a></li>"
        for number, module in FIGURES.items()
    )
    taught = "".join(f"<li><a href='lesson-{key}.html'>{escape(one.title)}</a></li>" for key, one in LESSONS.items())
    inside = (
        "<p>A laboratory for two-dimensional loss landscapes and sharpness-aware minimization. "
        "These pages compute in the browser; nothing is asked of a server.</p>"
        f"<h2>Explore</h2><ul>{explore}</ul><h2>Destinations of all starts</h2><ul>{maps}</ul>"
        f"<h2>Lessons</h2><ul>{taught}</ul><h2>The paper’s figures</h2><ul>{drawn}</ul>"
    )
    return pages.page("SAMscape", inside, pages.nav("index.html", [], ""))
