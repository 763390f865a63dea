"""The cell of a notebook, as a page of another server on this machine shows it; JupyterLab does the same."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from app import show
from app.page.notebook import Cell
from tests.browser.drawn import wait_until


@pytest.fixture
def notebook() -> Iterator[tuple[Cell, str]]:
    """A cell, and the address of a page that shows it."""
    cell = show(520)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<html><link rel='icon' href='data:,'><body>{cell._repr_html_()}</body></html>".encode())

        def log_message(self, *_) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield cell, f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.mark.verify
def test_a_cell_shows_the_laboratory_at_a_fixed_height(page: Page, notebook: tuple[Cell, str]) -> None:
    cell, address = notebook
    page.goto(address)
    frame = page.frame_locator("iframe")
    frame.get_by_role("checkbox", name="ASAM").click()
    expect(frame.get_by_text("ASAM is at a minimum")).to_be_visible()
    assert page.locator("iframe").bounding_box()["height"] == 520
    wait_until(page, lambda: page.frames[1].url.endswith("/?v=1&opt=gd,sam,m-sam,asam"))  # without the secret
    assert show(400).link == cell.link  # of the same server
