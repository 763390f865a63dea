"""The shell in a browser: a view that fails leaves the others alive."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.drawn import wait_until
from tests.browser.shared import AT_REST
from tests.paths import ROOT
from tools.browser import BEEN_HERE

PROGRAM = """
import sys
import panel as pn
import panel_material_ui as pmui
from app.page.server import Options, serve
from tests.still import still

def good(state):
    button, count = pmui.Button(label="Count"), pmui.Typography("0 clicks")
    button.param.watch(lambda event: count.param.update(object=f"{event.new} clicks"), "clicks")
    return pn.Column(button, count)

def stumbling(state):
    def stumble(event):
        raise RuntimeError("out of ink")
    button = pmui.Button(label="Stumble")
    button.on_click(stumble)
    return pn.Column(button)

def broken(state):
    raise RuntimeError("no paper")

serve(Options(int(sys.argv[1])), tabs=[still("Good", good), still("Stumbling", stumbling), still("Broken", broken)])
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], cwd=ROOT, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


def test_an_exception_stays_in_its_view(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.add_init_script(BEEN_HERE)  # the cards for others would move the tabs while they are clicked
    page.goto(url)
    page.wait_for_function(AT_REST)
    tab = page.get_by_role("tab", name="Broken")

    def chosen() -> bool:  # what is still being laid out may move away under a click
        if tab.get_attribute("aria-selected") != "true":
            tab.click()
        return tab.get_attribute("aria-selected") == "true"

    wait_until(page, chosen)
    page.get_by_text("“Broken” failed (no paper)").wait_for()
    page.get_by_role("tab", name="Stumbling").click()
    page.get_by_role("button", name="Stumble").click()
    page.get_by_text("“Stumbling” failed (out of ink)").wait_for()
    page.get_by_role("tab", name="Good").click()
    assert page.get_by_text("failed").locator("visible=true").count() == 0
    page.get_by_role("button", name="Count").click()
    page.get_by_text("1 clicks").wait_for()
    page.close()
