"""The shell without a browser: the command line, one frame at a time, and sessions that let go of their page."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
import panel as pn
import panel_material_ui as pmui
import pytest
from bokeh.models import ColumnDataSource
from panel.io.state import state as panel_state
from panel.reactive import Syncable

from app.__main__ import main
from app.browser.update_channel import UpdateChannel, packed
from app.page.page import DEBOUNCE, Laboratory, release, session
from app.views.catalogue import TABS
from tests.paths import ROOT
from tests.still import still

# panel-material-ui's FileDownload passes its parent an option that the parent means to retire.
pytestmark = pytest.mark.filterwarnings("ignore:Both 'variant' and 'button_style':PendingDeprecationWarning")


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Sessions set the handler of exceptions; outside of a server it would stay."""
    yield
    pn.config.exception_handler = None


def test_widgets_answer_the_hand_at_once() -> None:
    assert Syncable._debounce == DEBOUNCE == 1


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80.5", "http", ""])
def test_a_bad_port_is_refused_in_one_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["--port", port, "--no-browser"])
    assert exit.value.code == 2
    said = capsys.readouterr().err
    assert "1 to 65535" in said
    assert said.count("\n") == 1


def test_a_port_in_use_is_refused_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "app", "--port", str(port), "--no-browser"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_session_is_kept_alive_by_panels_busy_state() -> None:
    def watchers() -> list:
        return [*panel_state._param__private.watchers.get("busy", {}).get("value", [])]

    before = watchers()
    page = pmui.Page()
    assert len(watchers()) == len(before) + 1, "Page no longer watches state.busy: release() can go"
    release(page)
    assert watchers() == before
    session([still("Empty", lambda state: pn.Spacer())])
    assert watchers() == before


class Screen:
    """A channel, and a browser that paints when the test says so."""

    def __init__(self) -> None:
        self.value, self.drawn = 0, []
        self.channel = UpdateChannel(self.draw, {"line": ColumnDataSource({"x": []})})

    def draw(self) -> dict[str, dict[str, list[int]]]:
        self.drawn.append(self.value)
        return {"line": {"x": [self.value]}}

    def ask(self, value: int) -> None:
        self.value = value
        self.channel.request()

    def paint(self) -> None:
        self.channel.model.taken = self.channel.model.frame["number"]


def test_a_frame_under_way_holds_back_others_and_the_latest_wins() -> None:
    screen = Screen()
    for value in (1, 2, 3, 4):
        screen.ask(value)
    assert screen.drawn == [1]
    screen.paint()
    assert screen.drawn == [1, 4]
    screen.paint()
    assert screen.drawn == [1, 4]
    screen.ask(5)
    assert screen.drawn == [1, 4, 5]


def test_a_late_acknowledgement_of_an_earlier_frame_opens_nothing() -> None:
    screen = Screen()
    screen.ask(1)
    screen.paint()
    screen.ask(2)
    screen.channel.model.taken = 0
    screen.ask(3)
    assert screen.drawn == [1, 2]


def test_an_acknowledgement_that_never_comes_does_not_stop_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    clock = [100.0]
    monkeypatch.setattr("app.browser.update_channel.monotonic", lambda: clock[0])
    screen.ask(1)
    clock[0] += 60
    screen.ask(2)
    assert screen.drawn == [1, 2]


def test_what_comes_up_while_the_page_opens_is_sent_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    opening = []
    monkeypatch.setattr(
        "app.browser.update_channel.pn.state", SimpleNamespace(curdoc=None, loaded=False, onload=opening.append)
    )
    screen = Screen()
    screen.ask(1)
    screen.ask(2)
    assert screen.channel.model.frame is None
    (load,) = opening
    load()
    assert json.loads(screen.channel.model.frame["columns"]) == {"line": {"x": [2]}}
    screen.paint()
    screen.ask(3)
    assert json.loads(screen.channel.model.frame["columns"]) == {"line": {"x": [3]}}


def test_a_frame_travels_in_few_pieces() -> None:
    """Read back as the page reads it."""
    lines = [np.array([0.5, np.nan], np.float32), np.zeros(0, np.float32), np.array([2.0], np.float32)]
    image = np.eye(3, dtype=np.uint8)
    updates = {
        "paths": {"xs": lines, "rule": np.array([0, 1, 4], np.uint8), "dash": ["", "7 4", ""]},
        "losses": {"x": np.arange(3), "none": [], "few": [1.5]},
        "heat": {"image": [image], "x": [0.0]},
    }
    sent = packed(updates)
    columns = json.loads(sent["columns"])
    for source, name, kind, at, shape in json.loads(sent["table"]):
        assert at % 8 == 0
        lengths = shape if isinstance(shape, list) else [shape]
        numbers = np.frombuffer(sent["numbers"], kind, sum(lengths), at)
        parts = np.split(numbers, np.cumsum(lengths)[:-1])
        columns[source][name] = parts if isinstance(shape, list) else parts[0]
    for source, name, one in sent["images"]:
        columns[source][name] = [one]
    np.testing.assert_equal(columns, updates)


def failing(state: object) -> pn.viewable.Viewable:
    raise RuntimeError("out of ink")


def shown(page: object) -> Callable[[str], int]:
    texts = [alert.object for alert in page.select(lambda part: hasattr(part, "severity")) if alert.visible]
    return lambda text: sum(text in one for one in texts)


def test_a_view_that_cannot_be_made_says_so_alone() -> None:
    page = session([still("Good", lambda state: pn.Spacer(name="good")), still("Bad", failing)])
    tabs = page.main[1][0]
    assert shown(page)("failed") == 0
    tabs.active = 1
    assert shown(page)("“Bad” failed (out of ink)") == 1
    tabs.active = 0
    assert page.select(lambda part: part.name == "good")


def test_views_are_made_when_first_opened_and_once() -> None:
    made = []
    page = session([still(name, lambda state, name=name: made.append(name) or pn.Spacer()) for name in "ABC"])
    tabs = page.main[1][0]
    assert made == ["A"]
    for active in (2, 0, 2):
        tabs.active = active
    assert made == ["A", "C"]


def test_holoviews_draws_without_webgl() -> None:
    from app.views.paper_figures.holo import hv

    assert hv.renderer("bokeh").webgl is False


def test_share_offers_the_files_of_the_open_tab() -> None:
    shell = Laboratory()
    for title, kinds in (("Destinations", "PNG SVG NPZ CSV"), ("Figure 1", "PNG SVG PDF CSV"), ("Explore", "")):
        shell.tabs.active = [tab.title for tab in TABS].index(title)
        shell.sharing._open(None)
        row, buttons = shell.sharing._tab_row, shell.sharing._tab_row.select(pmui.FileDownload)
        assert [button.label for button in buttons] == kinds.split()
        assert row.visible == bool(kinds)
        assert all(one.visible != row.visible for one in shell.sharing._explored)
