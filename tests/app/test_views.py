"""The contract of views: every tab is a View whose layers draw one scene, and a scene is identified by one value."""

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import isclass, signature

import panel as pn
import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from app.browser.source_updates import SourceUpdates
from app.compute.runs import runs_of
from app.compute.scene import Scene
from app.layers.layer import Layer
from app.model.moment import Moment
from app.model.state import State
from app.views.catalogue import TABS, Tab
from app.views.view import View
from optimizers import GSAM, Adam
from optimizers.starts import Cloud
from tests.figure_values import with_other_radii
from tests.paths import ROOT

BOX = (-1.0, 1.0, -1.0, 1.0)
OTHER = {
    "landscape": "sinc",
    "formula": "x + y",
    "optimizers": ["gd"],
    "added": (GSAM(),),
    "base": Adam(),
    "schedule": "cosine",
    "rho_schedule": "cosine",
    "mode": "grid",
    "background": "trace",
    "zoom": BOX,
    "first": "gd",
    "second": "gd",
    "phase": "diverged",
    "stability_rule": "gd",
    "criterion": "exact",
    "step": 3,
    "chart": "shear",
    "chart_theta1": "2φ₁",
    "chart_theta2": "φ₂ + φ₁",
    "chart_metric": "carried",
    "chart_step": "carried",
    "level": "intro",
    "moment": Moment(hidden=("paths",)),
}


def another(state: State, name: str):
    """A valid value of a parameter that is not the one it has."""
    if name == "pinned":
        return state.setting()
    if name in OTHER:
        return OTHER[name]
    value = getattr(state, name)
    if isinstance(value, dict):
        return with_other_radii(value)
    if isinstance(value, bool):
        return not value
    step = 1 if isinstance(value, int) else 0.125
    return value + step if value + step <= state.param[name].bounds[1] else value - step


@pytest.mark.parametrize("name", [name for name in State.param if name != "name"])
def test_every_choice_is_part_of_a_scenes_identity(name: str) -> None:
    state = State()
    before, same = Scene(state.copy(), BOX), Scene(state.copy(), BOX)
    assert before.identity == same.identity
    state.param.update(**{name: another(state, name)})
    assert before.identity == same.identity, "a scene keeps the choices of its moment"
    assert Scene(state.copy(), BOX).identity != before.identity


def test_the_box_the_runs_and_playback_are_part_of_a_scenes_identity() -> None:
    state = State(optimizers=["gd"], steps=3)
    runs = tuple(runs_of(state))
    scenes = [Scene(state, BOX), Scene(state, (-2.0, 1.0, -1.0, 1.0)), Scene(state, BOX, runs)]
    scenes += [Scene(state, BOX, pinned=runs), Scene(state, BOX, playing=True)]
    for number, one in enumerate(scenes):
        assert [one.identity == other.identity for other in scenes] == [at == number for at in range(len(scenes))]
    assert Scene(state, BOX, tuple(runs_of(state))).identity == scenes[2].identity, "the same runs, computed again"


def test_columns_are_made_anew_where_an_argument_is_another_one() -> None:
    updates, made = SourceUpdates(), []
    updates.source("line", "x")

    def make(*given: object) -> dict[str, list]:
        made.append(given)
        return {"x": [len(made)]}

    gd, sam = (runs_of(State(optimizers=[key], steps=3)) for key in ("gd", "sam"))
    for runs, cell in ((gd, 1.0), (gd, 1.0), (sam, 1.0), (sam, 2.0), (gd, 2.0)):
        updates.put("line", make, runs, cell)
    assert len(made) == 4
    assert updates.take() == {"line": {"x": [4]}}
    updates.put("line", make, runs_of(State(optimizers=["gd"], steps=3)), 2.0)
    assert updates.take() == {}
    updates.clear("line")
    assert updates.take() == {"line": {"x": []}}


@pytest.fixture
def document() -> Iterator[Document]:
    document = Document()
    with set_curdoc(document):
        yield document


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.title)
def test_every_tab_is_a_view_that_draws_one_scene_and_then_nothing(tab: Tab, document: Document) -> None:
    state = State()
    view = tab.open(state)
    assert isinstance(view, View)
    assert view.layers
    scene, updates = view.scene(), view._updates
    before = state.identity
    for layer in view.layers:
        layer.draw(scene, updates)
    assert updates.take() == {}, "the first frame has shown all of this scene"
    assert state.identity == before, "drawing changes no choice"
    # Panel's HTML view fails in the browser when it becomes visible before it was first rendered
    for choices in (
        {},
        {"projector": True},
        {"projector": False, "anatomy": True},
        {"anatomy": False, "surface": True},
    ):
        state.param.update(**choices)
        view.sync()
        view.describe(view.scene())
        assert all(pane.visible for pane in view.content.select(pn.pane.HTML)), choices
    for dark in (True, False):
        view.theme(dark)
    view.set_visible(False)
    assert view._frame() == {}
    assert view.__panel__() is not None


def drawing() -> list[type]:
    """Every class of the layers that draws."""
    modules = [import_module(f"app.layers.{path.stem}") for path in sorted((ROOT / "app" / "layers").glob("[a-z]*.py"))]
    classes = {one for module in modules for one in vars(module).values() if isclass(one) and hasattr(one, "draw")}
    return sorted((one for one in classes if one is not Layer), key=lambda one: one.__name__)


@pytest.mark.parametrize("layer", drawing())
def test_every_layer_is_drawn_alike(layer: type) -> None:
    assert list(signature(layer.draw).parameters) == list(signature(Layer.draw).parameters)
    assert list(signature(layer.theme).parameters) == list(signature(Layer.theme).parameters)


def test_layers_know_no_widgets() -> None:
    sources = {path.name: path.read_text("utf-8") for path in (ROOT / "app" / "layers").glob("*.py")}
    assert [name for name, text in sources.items() if "import panel" in text or "from panel" in text] == []


def test_a_drag_of_a_cloud_draws_its_starts_once_a_frame(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(mode="cloud", count=50, steps=5)
    TABS[0].open(state)
    drawn = []
    positions = Cloud.positions
    monkeypatch.setattr(Cloud, "positions", lambda cloud: drawn.append(cloud) or positions(cloud))
    state.try_update(centre_x=0.25)
    assert drawn == [state.starts()]


def test_nothing_outside_the_model_writes_a_choice_another_way() -> None:
    other = re.compile(rf"state\w*\.(param\.update\(|({'|'.join(State.param)}) = )")
    sources = [path for path in (ROOT / "app").rglob("*.py") if path.parent.name != "model"]
    assert [str(path) for path in sources if other.search(path.read_text("utf-8"))] == []
    assert other.search("self._state.rho = 1.0")
