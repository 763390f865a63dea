"""The app served by a process of its own, and a Chromium to open it: shared by benchmarks and tests."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, sync_playwright

ROOT = Path(__file__).parents[1]
START_WITHIN = 60.0  # seconds
LOCAL_HOSTS = {"127.0.0.1", "localhost"}
SIZE = {"width": 1280, "height": 720}
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


class NotServed(RuntimeError):
    """The app did not start."""


def find_chromium() -> str | None:
    if named := os.environ.get("SAMSCAPE_CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@contextmanager
def chromium(flags: Sequence[str] = ()) -> Iterator[Browser]:
    """A headless Chromium.

    Raises:
        FileNotFoundError: if none is installed.
    """
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(f"no browser was found: {HOW_TO_GET_A_BROWSER}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


class Server:
    """The app on a free port of this machine; what it says is kept.

    Args:
        log_path: file for what it says.
        program: module that serves the app, with its arguments; a port is added.
        asked: whether the process has pipes as stdin and stdout, its log then being stderr alone.
    """

    def __init__(
        self, log_path: Path, program: Sequence[str] = ("app", "--no-browser"), *, asked: bool = False
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._log_path = log_path
        with log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *program, "--port", str(self.port)],
                cwd=ROOT,
                stdin=subprocess.PIPE if asked else None,
                stdout=subprocess.PIPE if asked else log,
                stderr=log,
                text=asked,
            )

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
        """Waits until it serves.

        Raises:
            NotServed: with its output, if it does not.
        """
        deadline = time.monotonic() + START_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NotServed(f"the app did not start; it said:\n{self.log}")
            time.sleep(0.1)

    def ask(self, line: str) -> str:
        """Sends a line to a server that answers each with a line."""
        pipes: tuple[IO[str], IO[str]] = self.process.stdin, self.process.stdout
        pipes[0].write(line + "\n")
        pipes[0].flush()
        return pipes[1].readline()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


# A visitor who has been here before, and has dismissed what is for those who have not; a blank page keeps nothing.
BEEN_HERE = "try { localStorage.setItem('samscape-cards-seen', '1') } catch { /* blank */ }"


class Watch:
    """What a page must not do: complain in the console, or ask another machine for anything.

    Args:
        context: of a visitor who has been here before.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.add_init_script(BEEN_HERE)
        context.route(lambda url: not is_local(url), self._refuse)
        context.on("request", self._see_request)
        context.on("console", self._see_console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error.stack}"))
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


# The figure on the screen that shows a source of this name.
VIEW = """(name) => {
    for (const document of Bokeh.documents) for (const model of document.all_models) {
        if (!model.renderers?.some?.((renderer) => renderer.data_source?.name == name)) continue
        const view = Bokeh.index.find_one(model)
        if (view?.canvas_view?.el.getBoundingClientRect().width > 100) return view
    }
    return null
}"""
PLACE = f"""([name, x, y]) => {{
    const view = ({VIEW})(name)
    const {{left, top}} = view.canvas_view.el.getBoundingClientRect()
    return [left + view.frame.x_scale.compute(x), top + view.frame.y_scale.compute(y)]
}}"""


def place(page: Page, source: str, x: float, y: float) -> tuple[float, float]:
    """Where a point of the plane is on the page, in the figure that shows a source."""
    left, top = page.evaluate(PLACE, [source, x, y])
    return left, top


def visit(page: Page, url: str, source: str, within: float = START_WITHIN) -> None:
    """Opens an address and waits until a figure that shows a source is on the screen."""
    page.goto(url, timeout=1e3 * within)
    page.wait_for_function(
        f"(name) => window.Bokeh?.documents[0]?.is_idle && ({VIEW})(name) != null", arg=source, timeout=1e3 * within
    )
