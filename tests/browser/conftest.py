"""The app in a real browser: a server of its own, Chromium, and pages that must stay clean."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, sync_playwright

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
START_WITHIN = 60.0  # seconds
LOCAL_HOSTS = {"127.0.0.1", "localhost"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW_TO_GET_A_BROWSER = "install Debian's package chromium, or set SAMSCAPE_CHROMIUM to a Chromium or Chrome"


def find_chromium() -> str | None:
    if named := os.environ.get("SAMSCAPE_CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


CHROMIUM = find_chromium()
LEFT_OUT = CHROMIUM is None and os.environ.get("SAMSCAPE_REQUIRE_BROWSER") != "1"
collect_ignore_glob = ["test_*.py"] if LEFT_OUT else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LEFT_OUT:
        terminalreporter.write_line(f"The browser tests were left out, for want of a browser: {HOW_TO_GET_A_BROWSER}.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
    # Last, for Playwright leaves an event loop running in the main thread, in which others could start none.
    items.sort(key=lambda item: "browser" in item.keywords)


class Server:
    """`python -m app` on a free port of this machine; what it says is kept."""

    def __init__(self, log_path: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._log_path = log_path
        with log_path.open("wb") as log:
            command = [sys.executable, "-m", "app", "--port", str(self.port), "--no-browser"]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)

    @property
    def log(self) -> str:
        return self._log_path.read_text(errors="replace")

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=START_WITHIN)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < 400
        except OSError:
            return False
        finally:
            connection.close()

    def wait(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the app did not start; it said:\n{self.log}", pytrace=False)
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, served once for all browser tests: `.url`, `.port`, `.log`."""
    server = Server(tmp_path_factory.mktemp("server") / "log")
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail(f"no browser was found: {HOW_TO_GET_A_BROWSER}", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What a page must not do: complain in the console, or ask another machine for anything."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.route(lambda url: not is_local(url), self._refuse)
        context.on("request", self._see_request)
        context.on("console", self._see_console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._see_address(socket.url)))

    def _refuse(self, route: Route) -> None:
        route.abort()

    def _see_request(self, request: Request) -> None:
        self._see_address(request.url)

    def _see_address(self, url: str) -> None:
        if not is_local(url):
            self.complaints.append(f"a request to another machine: {url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location['url']})")


def is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"about", "blob", "data"} or parts.hostname in LOCAL_HOSTS


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no past, 1280 x 720; the test fails at its end if a page of it or the server complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    watch = Watch(context)
    yield context
    context.close()
    if watch.complaints:
        pytest.fail("\n".join(["the page complained:", *watch.complaints]), pytrace=False)


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """A blank page: `page.goto(server.url)`. The server's log must stay free of tracebacks meanwhile."""
    said_before = len(server.log)
    yield context.new_page()
    said = server.log[said_before:]
    if "Traceback" in said:
        pytest.fail(f"the app's log holds a traceback:\n{said}", pytrace=False)
