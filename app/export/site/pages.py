"""The pages of a static site, as text."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from bokeh.embed import file_html
from jinja2 import Template
from markupsafe import Markup

from app.browser.javascript import body
from app.compute.claims_html import CSS as CLAIMS_CSS
from app.compute.claims_html import claims_html, notes_html
from app.export.handout import OnlyBokeh, formula
from app.export.lesson.page import live_lesson
from app.export.live.page import CSS, PLOTS, plots
from app.export.live.picture import Picture, document
from app.export.site.losses import Loss
from app.model.state import State
from app.theme import stylesheet
from lessons import Lesson

HERE = Path(__file__).parent
# written for a shadow root, the claims' style is for what is inside of theirs
STYLE = Markup(f"<style>{CSS}{stylesheet(HERE / 'site.css')}.claimed {{{CLAIMS_CSS}}}</style>")
EXPLORE = (HERE / "explore.html").read_text("utf-8").replace("{{ plots }}", PLOTS)
PAGE = Template((HERE / "page.html").read_text("utf-8"))
BOKEH = "bokeh.js"  # the file that all pages with plots load


class Shared(OnlyBokeh):
    """BokehJS in a file beside the pages."""

    js_files = (BOKEH,)
    js_raw = ()

    def clone(self, *, components: list[str] | None = None) -> "Shared":
        return Shared(mode="inline", components=components)


def nav(here: str, losses: Sequence[Loss], kind: str) -> Markup:
    """Links to the other pages: of the kind explore or map, those of the other losses too."""
    others = {"index.html": "SAMscape"}
    if kind:
        slug = here.removeprefix(f"{kind}-")
        others |= {f"map-{slug}": "Destinations"} if kind == "explore" else {f"explore-{slug}": "Explore"}
        others |= {f"{kind}-{loss.slug}.html": loss.name for loss in losses}
    links = [
        f"<a href='{file}'{' aria-current=page' if file == here else ''}>{escape(name)}</a>"
        for file, name in others.items()
    ]
    return Markup(f"<nav>{''.join(links)}</nav>")


def page(title: str, inside: str, links: Markup, code: str = "") -> str:
    """A page without plots, and a script of its own."""
    scripts = [Markup(one) for one in (script(HERE / "page.mjs", "", selector='"main"'), code) if one]
    return PAGE.render(title=title, style=STYLE, nav=links, body=Markup(inside), scripts=scripts)


def explore(loss: Loss, losses: Sequence[Loss]) -> str:
    """Explore for one loss."""
    landscape = loss.state.landscape_object
    words = {
        "heading": loss.name,
        "about": landscape.about,
        "formula": Markup(formula(landscape.formula)),
        "more": "",
    }
    return _with_plots(loss, loss.state, words, nav(f"explore-{loss.slug}.html", losses, "explore"))


def figure(number: int, module: ModuleType, loss: Loss, state: State) -> str:
    """A figure of the paper that is live: the state that it shows, and its claims at the paper's setting."""
    words = {"heading": f"Figure {number}: {module.TITLE}", "about": "", "formula": "", "more": claims(module)}
    return _with_plots(loss, state, words, nav("", [], ""))


def _with_plots(loss: Loss, state: State, words: dict[str, Any], links: Markup) -> str:
    picture = Picture(state, loss.offer)
    return file_html(
        document(f"{words['heading']} · SAMscape", [picture]),
        Shared(mode="inline"),
        template=EXPLORE,
        template_variables={"style": STYLE, "nav": links, "left_out": loss.left_out, **words, "shown": plots(picture)},
        suppress_callback_warning=True,  # the app's layers would also tell a server
    )


def lesson(found: Lesson) -> str:
    """A lesson."""
    return live_lesson(found, lambda: Shared(mode="inline"), stylesheet(HERE / "site.css"), nav("", [], ""))


def claims(module: ModuleType) -> Markup:
    """The claims of a figure's caption, measured at the paper's setting, and its notes."""
    numbers = module.compute()
    notes = notes_html(module.CAPTION, module.notes(numbers.values))
    shown = f"{claims_html(module.claims(numbers))}{notes}"
    return Markup(f"<section class='claimed'><h2>Claims, at the paper’s setting</h2>{shown}</section>")


def script(path: Path, code: str, **values: str) -> str:
    """A classic script: code, and the default export of a module with values, which are texts of JavaScript."""
    given = "".join(f"const {name} = {value};" for name, value in values.items())
    return "\n".join([f"(() => {{{code}", given, body(path, tuple(values)), "})()"])
