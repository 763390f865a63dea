"""A lecture: the invitation on the lecturer's screen, an audience that follows its link, and a room that is full."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.test_server_edge import Served
from tests.browser.shared import AT_REST
from tools.browser import BEEN_HERE, SIZE

PLACES = 2
LINK = re.compile(r"http://\S+/\?token=\S+")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, "0.0.0.0", PLACES)
    try:
        served.wait()
        yield served
    finally:
        served.stop()


def links(room: Served) -> list[str]:
    """The links that it prints: for everyone, and for this machine."""
    deadline = time.monotonic() + 10
    while len(found := LINK.findall(room.log)) < 2:
        assert time.monotonic() < deadline, room.log
        time.sleep(0.05)
    return found


def visit(browser: Browser, link: str) -> Page:
    """A page in a browser of its own."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.add_init_script(BEEN_HERE)
    page.goto(link)
    return page


def must_be_admitted(page: Page, room: Served) -> None:
    page.wait_for_function(AT_REST)
    assert "token" not in page.url
    (cookie,) = page.context.cookies()
    assert cookie["name"] == f"samscape-{room.port}"
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.evaluate("document.cookie") == ""


@pytest.mark.verify
def test_the_audience_follows_the_lecturers_link(browser: Browser, room: Served) -> None:
    link, link_here = links(room)
    lecturer = visit(browser, link_here)
    must_be_admitted(lecturer, room)
    lecturer.get_by_role("button", name="Invite").click()
    invitation = lecturer.get_by_role("dialog", name="Scan to join")
    expect(invitation.get_by_text(link, exact=True)).to_be_visible()
    code = invitation.locator("svg.segno").bounding_box()
    assert code["width"] == code["height"] > SIZE["height"] / 3
    assert code["y"] + code["height"] < SIZE["height"]
    listener = visit(browser, link)
    must_be_admitted(listener, room)
    expect(listener.get_by_role("button", name="Share")).to_be_visible()
    expect(listener.get_by_role("button", name="Invite")).to_have_count(0)
    late = visit(browser, link)
    expect(late.get_by_text(f"The server is full ({PLACES} of {PLACES})")).to_be_visible()
    assert "token" not in late.url
    stranger = visit(browser, link.partition("?")[0])
    expect(stranger.get_by_text("Access requires the link")).to_be_visible()
    for page in (lecturer, listener, late, stranger):
        page.context.close()
