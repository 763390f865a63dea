"""What `docs/architecture.md` says of additions: this file and this line, done in a copy of the project.

Each addition is new files and lines put before lines that are there; a fresh interpreter then says what it finds.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.paths import ROOT

PACKAGES = ("landscapes", "optimizers", "figures", "lessons", "app")


class Addition(NamedTuple):
    """Something new, and where it has to appear.

    Attributes:
        files: text by path.
        lines: (path, line that is there, lines that are put before it).
        choices: values that a session takes for it, and keys of rules that it adds, by their places.
        shown: words on the page, or in its link.
        drawn: data sources, by the title of a tab.
        commands: words that commands print, by command; they run before the page is made.
    """

    files: dict[str, str]
    lines: tuple[tuple[str, str, str], ...]
    choices: dict[str, Any]
    shown: tuple[str, ...]
    drawn: dict[str, tuple[str, ...]]
    commands: dict[str, tuple[str, ...]]


RULE = '''"""Flat SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import radius
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class FlatSAM(Rule):
    """SAM that perturbs θ₁ alone: δ = ρ (sign g₁, 0).

    Attributes:
        rho: ρ ≥ 0, the length of the perturbation, in units of θ.
    """

    rho: ArrayLike = radius()
    key, name, metric = "flat-sam", "Flat SAM", r"\\mathrm{diag}(1, \\infty)"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx, 0.0 * gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        return 1.0, 0.0, 0.0
'''

LANDSCAPE = '''"""The bowl: a paraboloid four times as steep along y."""

from landscapes.landscape import Landscape
from landscapes.stationary import isolated


def value(x, y):
    """ℓ = x² + 4 y²."""
    return x * x + 4.0 * y * y


bowl = Landscape(
    value,
    key="bowl",
    name="Steep bowl",
    formula=r"x^2 + 4 y^2",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.0, 0.5),
    learning_rate=0.1,
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(isolated("minimum", (0.0, 0.0)),),
    about="One minimum, steeper one way than the other.",
    reference="of a test",
)
'''

OUTSIDE = '''"""A rule and a landscape of one's own."""

from dataclasses import dataclass

from landscapes import Landscape
from optimizers import Rule


@dataclass(frozen=True)
class Lookback(Rule):
    """d = ∇ℓ(θ - ρ v), where v is the last direction."""

    rho: float
    key, name = "lookback", "Lookback"
    state = {"vx": 0.0, "vy": 0.0}

    @staticmethod
    def direction(loss, x, y, vx, vy, rho):
        vx, vy = loss.gradient(x - rho * vx, y - rho * vy)
        return vx, vy, vx, vy


trough = Landscape(lambda x, y: (x * x - 1.0) ** 2 + y * y)
'''

BACKGROUND = """    "slope": ScalarField(
        "Slope of the loss",
        lambda landscape, x, y, rho: np.hypot(*landscape.gradient(x, y)),
        slow=False,
        gradients=1.0,
        surveys=False,
        radius=False,
    ),
"""

CRITERION = """    "trace": Criterion(
        "Trace of A",
        "tr A_ρ",
        lambda rule, landscape, x, y, learning_rate, base: stability(rule, landscape, x, y),
        lambda eigenvalues, learning_rate: eigenvalues.smaller + eigenvalues.larger,
        lambda rule, base: "areas shrink.",
    ),
"""

LAYER = '''"""Where the plane's origin is."""

from bokeh.plotting import figure as Figure

from app.browser.source_updates import SourceUpdates
from app.compute.scene import Scene
from app.theme import palette


class OriginMark:
    """A cross at (0, 0)."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        self._cross = figure.scatter("x", "y", source=updates.source("origin", "x", "y"), marker="cross", size=12)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        updates.put("origin", lambda: {"x": [0.0], "y": [0.0]})

    def theme(self, dark: bool) -> None:
        self._cross.glyph.line_color = palette(dark).ink
'''

VIEW = '''"""A view of one sentence."""

import panel as pn

from app.model.state import State
from app.views.view import View


class About(View):
    """Says what is open."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.content = pn.pane.HTML("<p>A sentence that stays.</p>")
'''

CHART = '''"""Skew: θ₂ is moved along by the first parameter."""

from landscapes.charts.chart import ChartForm, flat


def point(u, v, c):
    return u, v + c * u


def jacobian(u, v, c):
    zero = 0.0 * u + 0.0 * v
    return 1.0 + zero, zero, c + zero, 1.0 + zero


def inverse(x, y, c):
    return x, y - c * x


skew = ChartForm(
    "skew", "Skewed", r"(\\varphi_1, \\varphi_2 + c \\varphi_1)", "c", "Skew c", -2.0, 2.0, 1.0, 0.0, True,
    point, jacobian, flat, inverse,
)
'''

FIGURE = '''"""Figure 6: a parabola."""

from typing import Any, NamedTuple

import numpy as np

from figures.record import NO_VALUES, Claim, Parameter, Values, complete

TITLE = "A parabola of one\'s own"
CAPTION = "The parabola a θ²."
PARAMETERS = (Parameter("rho", "ρ", 1.0, 0.1, 2.0, help="steepness"),)


class Numbers(NamedTuple):
    values: dict[str, Any]
    theta: np.ndarray
    loss: np.ndarray


def compute(values: Values = NO_VALUES) -> Numbers:
    values = complete(PARAMETERS, values)
    theta = np.linspace(-1.0, 1.0, 50)
    return Numbers(values, theta, values["rho"] * theta**2)


def notes(values: Values) -> tuple[str, ...]:
    return ()


def claims(numbers: Numbers) -> tuple[Claim, ...]:
    return (Claim("It is never negative.", bool((numbers.loss >= 0).all()), ()),)


def table(numbers: Numbers) -> dict[str, np.ndarray]:
    return {"theta": numbers.theta, "loss": numbers.loss}


def draw(numbers: Numbers) -> Any:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot(numbers.theta, numbers.loss)
    return figure
'''

PICTURE = '''"""Figure 6 on screen: a parabola."""

from app.browser.source_updates import Columns, SourceUpdates
from app.views.paper_figures.board import Board, span
from figures.figure6 import Numbers

SLOPE, EXTRA = 0.5, 0
TEXT_BESIDE = True


def columns(numbers: Numbers) -> dict[str, Columns]:
    return {"parabola": {"x": numbers.theta, "y": numbers.loss}}


class Picture(Board):
    columns = staticmethod(columns)

    def __init__(self, numbers: Numbers, updates: SourceUpdates) -> None:
        super().__init__(updates)
        self.layout = self.panel(span((-1, 1)), span((0, 2)), labels=("θ", "ℓ"))
        self.paths(self.layout, "parabola", "#348ABD", 3)
'''

ADDITIONS = {
    "rule": Addition(
        {"optimizers/rules/flat_sam.py": RULE},
        (
            (
                "optimizers/rules/__init__.py",
                "from optimizers.rules.frob_sam",
                "from optimizers.rules.flat_sam import FlatSAM\n",
            ),
            ("optimizers/rules/__init__.py", "    USAM,\n    NStepSAM,", "    FlatSAM,\n"),
        ),
        {"more-1": "flat-sam", "stability_rule": "more-1", "first": "more-1"},
        ("Flat SAM",),
        {"Destinations": ("map more-1",), "Phase diagram": ("phase more-1",), "Explore": ("paths",)},
        {"optimizers list": ("flat-sam",)},
    ),
    "landscape": Addition(
        {"landscapes/bowl.py": LANDSCAPE},
        (
            ("landscapes/__init__.py", "from landscapes.himmelblau", "from landscapes.bowl import bowl\n"),
            ("landscapes/__init__.py", "        himmelblau,", "        bowl,\n"),
        ),
        {"landscape": "bowl"},
        ("Steep bowl", "One minimum, steeper one way than the other."),
        {"Explore": ("heat", "contours")},
        {"optimizers list": ("bowl",)},
    ),
    "file": Addition(
        {"mine.py": OUTSIDE},
        (),
        {"more-2": "lookback", "second": "more-2"},
        ("Lookback", "Trough", "with=mine.py"),
        {"Destinations": ("map more-2",), "Phase diagram": ("phase more-2",), "Explore": ("paths",)},
        {"optimizers list --with mine.py": ("lookback", "trough")},
    ),
    "background": Addition(
        {},
        (("optimizers/sharpness.py", '    "rise-sam": ScalarField(', BACKGROUND),),
        {"background": "slope"},
        ("Slope of the loss",),
        {"Explore": ("heat",)},
        {},
    ),
    "criterion": Addition(
        {},
        (("optimizers/stability/criteria.py", '    "exact": Criterion(', CRITERION),),
        {"criterion": "trace"},
        ("Trace of A", "areas shrink."),
        {"Stability": ("stability",)},
        {},
    ),
    "layer": Addition(
        {"app/layers/origin_mark.py": LAYER},
        (
            (
                "app/views/explore.py",
                "from app.layers.pinned_run",
                "from app.layers.origin_mark import OriginMark\n",
            ),
            ("app/views/explore.py", "            pinned_run,", "            OriginMark(updates, figure),\n"),
        ),
        {},
        (),
        {"Explore": ("origin",)},
        {},
    ),
    "view": Addition(
        {"app/views/about.py": VIEW},
        (("app/views/catalogue.py", '    tab("Stability"', '    tab("About this", "about", "About"),\n'),),
        {},
        ("About this", "A sentence that stays."),
        {"About this": ()},
        {},
    ),
    "chart": Addition(
        {"landscapes/charts/skew.py": CHART},
        (
            (
                "landscapes/charts/__init__.py",
                "from landscapes.charts.stretch",
                "from landscapes.charts.skew import skew\n",
            ),
            ("landscapes/charts/__init__.py", "bend)", "skew, "),
        ),
        {"chart": "skew", "amount_skew": 0.5},
        ("Skewed", "Skew c"),
        {"Coordinates": ("fan", "φ paths")},
        {},
    ),
    "figure": Addition(
        {"figures/figure6.py": FIGURE, "app/views/paper_figures/picture6.py": PICTURE},
        (
            ("figures/__init__.py", ", figure5\n", ", figure6"),
            ("figures/__init__.py", "5: figure5}", "6: figure6, "),
        ),
        {},
        ("Figure 6", "Figure 6: A parabola of one's own", "It is never negative."),
        {"Figure 6": ("parabola",)},
        {"figures 6 --format svg --out out": ("Figure 6: see out",)},
    ),
}

INVENTORY = """
import contextlib, io, json, os, sys
from bokeh.document import Document
from panel.io.state import set_curdoc

choices, commands, tabs = json.loads(sys.argv[1])

def output(command):
    package, *arguments = command.split()
    main = __import__(f"{package}.__main__", fromlist=["main"]).main
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main(arguments)
    return out.getvalue()

def words(part):
    for name in ("label", "title", "object", "name"):
        yield str(getattr(part, name, ""))
    options = getattr(part, "options", None) or ()
    yield from map(str, options)

printed = {command: output(command) for command in commands}

with set_curdoc(Document()):
    from app.model.link import write
    from app.page.page import Laboratory
    from app.views.catalogue import TABS
    from app.model.lineup import packed
    from figures.style import MORE
    from optimizers import OPTIMIZERS
    from optimizers.spelling import made
    added = packed(made(OPTIMIZERS[choices.pop(place)]) if place in choices else None for place in MORE)
    laboratory = Laboratory()
    refused = laboratory.state.try_update(**choices, added=added)
    for number, tab in enumerate(TABS):
        if tab.title in tabs:
            laboratory.tabs.active = number
    laboratory.tabs.active = 0
    found = {
        "refused": refused,
        "failed": [one._sentence.object for one in laboratory.slots if one._sentence.visible],
        "shown": [write(laboratory.state), *(tab.title for tab in TABS)]
                 + [word for part in laboratory.page.select() for word in words(part)],
        "drawn": {tab.title: sorted(slot._view._updates._shown)
                  for tab, slot in zip(TABS, laboratory.slots) if tab.title in tabs},
        "printed": printed,
    }
print(json.dumps(found))
sys.stdout.flush()
os._exit(0)  # threads that refine what is shown would go on
"""


def copied(folder: Path, additions: Iterable[Addition]) -> None:
    """The project, with these additions made."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "CITATION.cff", folder)
    for addition in additions:
        for path, text in addition.files.items():
            assert not (folder / path).exists()
            (folder / path).write_text(text, encoding="utf-8")
        for path, there, new in addition.lines:
            text = (folder / path).read_text("utf-8")
            assert text.count(there) == 1, f"{path} has no line {there!r} any more"
            (folder / path).write_text(text.replace(there, new + there), encoding="utf-8")


def inventory(folder: Path, additions: Iterable[Addition]) -> dict[str, Any]:
    """What a fresh interpreter finds in the copy."""
    choices: dict[str, Any] = {}
    for name, value in (item for one in additions for item in one.choices.items()):
        choices[name] = [*dict.fromkeys([*choices.get(name, []), *value])] if isinstance(value, list) else value
    commands = sorted({command for one in additions for command in one.commands})
    tabs = sorted({"Explore"} | {tab for one in additions for tab in one.drawn})
    done = subprocess.run(
        [sys.executable, "-c", INVENTORY, json.dumps([choices, commands, tabs])],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check(folder: Path, additions: list[Addition]) -> None:
    copied(folder, additions)
    found = inventory(folder, additions)
    assert found["refused"] is None
    assert found["failed"] == []
    text = "\n".join(found["shown"])
    for addition in additions:
        for word in addition.shown:
            assert word in text
        for tab, sources in addition.drawn.items():
            assert set(sources) <= set(found["drawn"][tab])
        for command, words in addition.commands.items():
            for word in words:
                assert word in found["printed"][command]


def test_all_additions_together(tmp_path: Path) -> None:
    """The short form: one copy that has them all."""
    check(tmp_path, list(ADDITIONS.values()))


@pytest.mark.verify
@pytest.mark.parametrize("what", ADDITIONS)
def test_an_addition_alone(what: str, tmp_path: Path) -> None:
    check(tmp_path, [ADDITIONS[what]])


@pytest.mark.parametrize("what", ADDITIONS)
def test_the_architecture_page_names_the_files(what: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    (row,) = (line for line in page.splitlines() if re.match(rf"\| (stability )?{what} \|", line))
    new = ADDITIONS[what].files
    stand_in = {
        "bowl": "<name>",
        "flat_sam": "<name>",
        "origin_mark": "<name>",
        "skew": "<name>",
        "about": "<name>",
        "6": "<n>",
    }
    named = {re.sub("|".join(stand_in), lambda found: stand_in[found[0]], path) for path in new}
    for path in named | {path for path, _, _ in ADDITIONS[what].lines}:
        assert path in row


def test_nothing_of_it_is_there_already() -> None:
    """Else the tests above could not fail."""
    names = (
        "flat-sam",
        "Steep bowl",
        "Slope of the loss",
        "Trace of A",
        "origin_mark",
        "About this",
        "skew.py",
        "figure6",
    )
    sources = [path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [name for name in names if any(name in text for text in sources)] == []
