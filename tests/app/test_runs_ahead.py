"""While a hand moves something, a page draws what the session will answer: the same columns, to the last bit."""

import json
from pathlib import Path

import numpy as np
import pytest
import quickjs
from autograd import numpy as anp
from bokeh.plotting import figure
from numpy.testing import assert_allclose, assert_array_equal

from app.browser import ahead
from app.browser.javascript import module
from app.browser.source_updates import SourceUpdates
from app.compute.page_program import page_program
from app.compute.runs import runs_of
from app.compute.scene import Scene
from app.layers import runs_ahead
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import home
from app.layers.marginals import Marginals
from app.layers.off_view_counts import OffViewCounts
from app.layers.playback import Playback
from app.layers.runs_ahead import RunsAhead
from app.layers.start_handle import StartHandle
from app.layers.trajectories import Trajectories
from app.model.moment import Moment
from app.model.own_loss import OWN
from app.model.state import State
from app.widgets import number_slider
from app.widgets.number_slider import Scale
from landscapes import Landscape
from optimizers import GSAM, SAM, Adam, LookSAM, compiled

FIVE = ["gd", "sam", "m-sam", "fisher-sam", "asam"]
SHORT = {
    "ρ of one start": ({"optimizers": FIVE}, {"rho": 0.123}),
    "a grid": (
        {"mode": "grid", "size": 6, "optimizers": FIVE, "steps": 40},
        {"centre_x": 0.3, "centre_y": -0.2, "half_width": 2.5},
    ),
    "divergence": ({"x": 3.0, "y": 3.0, "steps": 600, "optimizers": FIVE}, {"learning_rate": 1.0}),
}
WHOLE = {
    "ρ = 0": ({"optimizers": FIVE}, {"rho": 0.0}),
    "α of one start": ({"optimizers": ["sam"], "learning_rate": 0.01}, {"learning_rate": 0.0219}),
    "one start": ({"landscape": "sinc", "learning_rate": 0.05, "added": (GSAM(0.2),)}, {"x": 1.75, "y": -0.6}),
    "Figure 5's work": ({"mode": "grid", "optimizers": FIVE}, {"rho": 2.0}),
    "ρ of a cloud": ({"mode": "cloud", "count": 30, "seed": 3, "steps": 60}, {"rho": 2.5}),
    "a rule with a state": ({"added": (LookSAM(),)}, {"rho": 0.7}),
    "a loss without a known minimum": ({"landscape": OWN, "formula": "sin(x) * y + x**2 / 9"}, {"rho": 0.7}),
}
MOVES = [
    *(pytest.param(*move, id=name) for name, move in SHORT.items()),
    *(pytest.param(*move, id=name, marks=pytest.mark.verify) for name, move in WHOLE.items()),
]
ROUNDED = {"bands", "losses", "marginal 0", "marginal 1"}  # of sums and logarithms, which differ in the last bits


class AtOnce:
    """A background runner that runs in the foreground."""

    def __init__(self, take) -> None:
        self._take = take

    def request(self, token, work, *, at_once=False) -> None:
        self._take(token, work(None))


class Session:
    """The layers whose columns a page computes ahead, without the page."""

    def __init__(self, **chosen) -> None:
        self.state, updates = State(**chosen), SourceUpdates()
        plane, self._updates = figure(), updates
        curve, paths = LossCurve(updates, self.state), Trajectories(updates, plane)
        marginals, handle = Marginals(updates, plane), StartHandle(updates, plane, self.state)
        counts, playback = OffViewCounts(updates, plane), Playback(updates, 1, plane, curve, paths, marginals)
        self.axis, self._box = curve.figure.y_range, home(self.state)
        runs = RunsAhead(updates, ahead.Ahead(), curve, handle, AtOnce)
        self._layers = (paths, counts, marginals, handle, curve, runs, playback)

    def frame(self) -> dict:
        """The columns that differ from those sent before."""
        with compiled.numpy_only():
            scene = Scene(self.state, self._box, tuple(runs_of(self.state)))
        for layer in self._layers:
            layer.draw(scene, self._updates)
        return dict(self._updates.take())

    @property
    def able(self) -> bool:
        """Whether a page may compute what follows."""
        self.frame()  # the program is there with the next one
        self._updates.clear("question")
        return asked(self.frame())["rest"]["able"]


def asked(frame: dict) -> dict:
    return json.loads(frame["question"]["text"][0])


class Page:
    """The page's script and what the session has sent it."""

    def __init__(self) -> None:
        self._context = quickjs.Context()
        for name, exported in (("page_columns", "pageColumns"), ("page_program", "pageOf")):
            path = runs_ahead.HERE / f"{name}.mjs"
            self._context.module(f"{module(path)}\nglobalThis.{exported} = {exported}")

    def columns(self, sent: dict, moved: dict) -> tuple[dict, list]:
        """What it draws when a hand has set some values, and the ends of the loss's axis."""
        for name in ("program", "words"):
            self._context.set(name, sent["program"][name][0])
        question = asked(sent)
        unit = sent.get("unit", {"x": np.zeros(0), "y": np.zeros(0)})
        given = {
            "question": question["rest"] | question["set"] | moved,
            "unit": [unit["x"].tolist(), unit["y"].tolist()],
        }
        self._context.set("given", json.dumps(given))
        self._context.eval("const { question, unit } = JSON.parse(given)")
        found = self._context.eval(
            "const units = unit.map((one) => Float64Array.from(one)), page = pageOf(program, words)\n"
            f"JSON.stringify(pageColumns(question, units, page, true), {REPLACER})"
        )
        found = json.loads(found, object_hook=number)
        return found["columns"], found["ends"]


# numbers that JSON does not have travel under a name
REPLACER = """(_, value) => ArrayBuffer.isView(value) ? Array.from(value)
    : typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0)) ? value
    : {number: Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "inf")}"""


def number(found: dict):
    return float(found["number"]) if found.keys() == {"number"} else found


@pytest.mark.parametrize(("chosen", "moved"), MOVES)
def test_a_page_draws_what_the_session_will_answer(chosen, moved) -> None:
    session = Session(**chosen)
    session.frame()
    sent = session.frame() | session.frame()
    found, ends = Page().columns(sent, moved)
    assert session.state.try_update(**moved) is None
    expected = session.frame()
    assert asked(expected) == {**asked(sent), "set": asked(sent)["set"] | moved}
    assert {name for name in expected if "pinned" not in name} <= found.keys() | {"question", "playback"}
    for name, columns in expected.items():
        if name in found:
            assert found[name].keys() == columns.keys()
            for column in columns:
                agree(found[name][column], columns[column], exactly=name not in ROUNDED)
    assert ends == pytest.approx([session.axis.start, session.axis.end])


def agree(found: list, expected, *, exactly: bool) -> None:
    """Compares columns of numbers, of texts, or of arrays."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, list):
            agree(one, other, exactly=exactly)
        elif exactly or not isinstance(one, float):
            assert_array_equal(one, other)
            assert np.signbit(one) == np.signbit(other) if isinstance(one, float) else True
        else:
            assert_allclose(one, other, rtol=1e-6, atol=1e-6)


LEFT = (
    {"moment": Moment(hidden=("paths",))},
    {"moment": Moment(hidden=("curve",))},
    {"base": Adam()},
    {"anatomy": True},
    {"surface": True},
    {"optimizers": []},
    {"added": (SAM(0.3),)},
    {"mode": "cloud", "count": 3000, "steps": 1},
    {"mode": "grid", "size": 30},
)


def test_what_a_page_cannot_draw_whole_or_may_not_is_left_to_the_session() -> None:
    session = Session()
    before = {name: getattr(session.state, name) for chosen in LEFT for name in chosen}
    assert session.able
    for chosen in LEFT:
        session.state.param.update(**before)
        session.state.param.update(**chosen)
        assert not session.able, chosen


def test_what_has_no_form_in_javascript_is_left_to_the_session() -> None:
    assert page_program([SAM], Landscape(lambda x, y: anp.where(x > 0, x, y) ** 2)) == ""


@pytest.fixture(scope="module")
def scripts() -> quickjs.Context:
    """The scripts that take frames, and that say what a slider stands for."""
    context = quickjs.Context()
    context.module(f"{module(ahead.HERE / 'ahead.mjs')}\nObject.assign(globalThis, {{ due, isAhead, memory, pause }})")
    path = Path(number_slider.__file__).with_suffix(".mjs")
    context.module(f"{module(path)}\nglobalThis.valueAt = valueAt")
    return context


def question(rho: float, steps: int = 200) -> dict:
    updates = SourceUpdates()
    ahead.put_question(updates, {"rho": rho}, {"steps": steps})
    return dict(updates.take())


@pytest.mark.parametrize(
    ("frames", "shown", "waits"),
    [
        ([question(1.0) | {"paths": 1, "table": 1}], [["question", "table"]], True),
        ([question(1.0) | {"paths": 1}, question(2.0) | {"paths": 2}], [["question"], ["paths", "question"]], False),
        ([question(1.0) | {"paths": 1}, question(2.0)], [["question"], ["paths", "question"]], False),
        ([question(2.0) | {"paths": 2}], [["question", "paths"]], False),
        ([question(1.0, 100) | {"paths": 1}], [["question", "paths"]], False),
    ],
    ids=["of an older question", "and of the one shown", "which has the same paths", "at once", "of other steps"],
)
def test_a_frame_of_an_older_question_leaves_what_the_page_has_drawn(scripts, frames, shown, waits) -> None:
    scripts.set("given", json.dumps([question(0.5), frames]))
    found = scripts.eval("""
        var [first, others] = JSON.parse(given), known = memory({})
        due(known, first)
        Object.assign(known, { set: { rho: 2 }, own: ["paths"] })
        JSON.stringify([others.map((frame) => Object.keys(due(known, frame))), isAhead(known)])
    """)
    assert json.loads(found) == [shown, waits]


@pytest.mark.parametrize(
    ("asked", "moved_at", "left"),
    [(2.0, 990, 0), (1.0, 990, 90), (1.0, 900, 0), (1.0, 1000, 100), (1.0, 1150, 120)],
    ids=["answered", "moving", "rested", "just moved", "long enough"],
)
def test_the_session_answers_a_moving_hand_less_often_than_the_page(scripts, asked, moved_at, left) -> None:
    scripts.set("given", json.dumps([question(asked), moved_at]))
    found = scripts.eval("""
        var [frame, at] = JSON.parse(given), one = { moved: { at } }, known = memory(one)
        due(known, frame)
        known.set = { rho: 2 }
        pause(one, 1000, 1120)
    """)
    assert found == left


@pytest.mark.parametrize("scale", [Scale(0.01, 5.0, zero=True), Scale(1e-4, 1.0), Scale(0.0, 1.0, linear=True)])
def test_a_slider_stands_for_the_same_in_the_page(scripts, scale: Scale) -> None:
    low, high = scale.position(scale.low), scale.position(scale.high)
    positions = np.append(np.arange(low, high, scale.step), high)
    scripts.set("given", json.dumps([positions.tolist(), scale.form]))
    found = scripts.eval("JSON.stringify((([all, scale]) => all.map((one) => valueAt(one, scale)))(JSON.parse(given)))")
    assert json.loads(found) == [scale.value(position) for position in positions]
