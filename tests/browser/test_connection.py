"""A server that goes, stalls or comes back: what the page says, and that it returns to what it showed."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.shared import AT_REST, DARK
from tests.paths import ROOT
from tools.browser import BEEN_HERE, SIZE

PROGRAM = """
import sys
import panel as pn
import panel_material_ui as pmui
import app.page.connection
from app.page.connection import Timeouts
from app.page.server import Options, serve
from tests.still import still

app.page.connection.TIMEOUTS = Timeouts(ask_after=100, silent_after=1500, lost_after=1500)

def view(state):
    radius = pmui.FloatInput(label="Radius", value=state.rho)
    radius.param.watch(lambda event: state.try_update(rho=event.new), "value")
    leave = pmui.Button(label="Leave", on_click=lambda event: sys.exit())
    return pn.Column(radius, leave, pn.pane.Str(state.param.rho))

serve(Options(int(sys.argv[1])), tabs=[still("One", view), still("Two", view)])
"""
LINK = "() => [...Bokeh.documents[0].all_models].find((model) => model.answered !== undefined).link"
SOCKETS = """
    const Original = WebSocket
    window.sockets = []
    window.WebSocket = class extends Original { constructor(...all) { super(...all); window.sockets.push(this) } }
"""


class Restarted:
    """A server that can be killed and started again on its port."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._log = log
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-c", PROGRAM, str(self.port)]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def wait(self) -> None:
        for _ in range(600):
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert self.process.poll() is None, self._log.read_text()
                time.sleep(0.1)

    def kill(self) -> None:
        self.process.send_signal(SIGCONT)
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarted]:
    server = Restarted(tmp_path_factory.mktemp("connection") / "log")
    try:
        server.wait()
        yield server
    finally:
        server.kill()


@pytest.fixture
def opened(browser: Browser, served: Restarted) -> Iterator[Page]:
    """The page at ρ = 0.3 in its second tab, dark."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    page.add_init_script(BEEN_HERE)
    page.add_init_script(SOCKETS)
    page.goto(f"{served.url}/?v=1&rho=0.3")
    page.wait_for_function(AT_REST)
    page.get_by_role("tab", name="Two").click()
    radius_field(page).wait_for()  # the server makes the tab's contents when it is opened
    page.get_by_role("button", name="Toggle theme").click()
    page.wait_for_function(DARK)
    yield page
    context.close()


# What of the page is not inert; the rest is neither read out nor reached by mouse and keyboard.
REACHABLE = "() => [...document.body.children].filter((part) => !part.inert).map((part) => part.className)"


def radius_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Radius").locator("visible=true")


def type_radius(page: Page, value: str) -> None:
    field = radius_field(page)
    field.fill(value)
    field.press("Enter")


def must_be_stale(page: Page, sentence: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.locator(".connection-overlay")).to_be_visible()
    assert page.evaluate(REACHABLE) == ["connection-overlay", "connection-banner"]


def must_be_live(page: Page, radius: str) -> None:
    expect(page.locator(".connection-banner")).to_have_count(0)
    page.wait_for_function(AT_REST)
    expect(radius_field(page)).to_have_value(radius)
    expect(page.get_by_role("tab", name="Two")).to_have_attribute("aria-selected", "true")
    page.wait_for_function(DARK)
    assert page.url.endswith("#two")


def test_a_page_comes_back_with_what_it_showed_when_the_server_was_killed(opened: Page, served: Restarted) -> None:
    type_radius(opened, "0.625")
    opened.wait_for_function(f"() => ({LINK})().includes('0.625')")
    served.kill()  # before the address bar follows
    must_be_stale(opened, "The connection to the server is lost")
    opened.wait_for_timeout(1000)
    must_be_stale(opened, "The connection to the server is lost")  # still, for the attempts are in vain
    served.start()
    served.wait()
    must_be_live(opened, "0.625")
    type_radius(opened, "0.75")
    opened.wait_for_url("**rho=0.75*")


@pytest.mark.verify
def test_a_dropped_socket_is_replaced(opened: Page) -> None:
    type_radius(opened, "0.5625")
    opened.wait_for_function(f"() => ({LINK})().includes('0.5625')")
    opened.evaluate("() => { window.sockets.at(-1).close(); window.old = true }")
    opened.wait_for_function("() => window.old === undefined")
    must_be_live(opened, "0.5625")


def test_a_server_that_does_not_answer_is_reported_until_it_does(opened: Page, served: Restarted) -> None:
    served.process.send_signal(SIGSTOP)
    try:
        type_radius(opened, "0.875")
        must_be_stale(opened, "The server does not respond")
    finally:
        served.process.send_signal(SIGCONT)
    must_be_live(opened, "0.875")


@pytest.mark.verify
def test_a_laptop_that_slept_goes_on(opened: Page) -> None:
    opened.context.set_offline(True)
    type_radius(opened, "0.9375")
    must_be_stale(opened, "The server does not respond")
    opened.context.set_offline(False)
    must_be_live(opened, "0.9375")


@pytest.mark.verify
def test_a_callback_that_would_end_the_server_ends_a_view_until_it_works_again(opened: Page, served: Restarted) -> None:
    failed = opened.get_by_text("“Two” failed (SystemExit)")
    for radius in ("0.4375", "0.5"):
        opened.get_by_role("button", name="Leave").locator("visible=true").click()
        failed.wait_for()
        type_radius(opened, radius)
        expect(failed).to_be_hidden()
    opened.wait_for_url("**rho=0.5*")
    other = opened.context.new_page()
    other.goto(f"{served.url}/?v=1&rho=0.3")
    expect(radius_field(other)).to_have_value("0.3")
    assert served.process.poll() is None
