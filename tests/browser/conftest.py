"""The app in a real browser: a server of its own, Chromium, and pages that must stay clean."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.browser import HOW_TO_GET_A_BROWSER, SIZE, NotServed, Server, Watch, chromium, find_chromium

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
    # Last, for Playwright leaves an event loop running in the main thread, in which others could start none.
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, served once for all browser tests: `.url`, `.port`, `.log`."""
    server = Server(tmp_path_factory.mktemp("server") / "log")
    try:
        server.wait()
        yield server
    except NotServed as reason:
        pytest.fail(str(reason), pytrace=False)
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if find_chromium() is None:
        pytest.fail(f"no browser was found: {HOW_TO_GET_A_BROWSER}", pytrace=False)
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no past, 1280 x 720; the test fails at its end if a page of it or the server complained."""
    context = browser.new_context(viewport=SIZE, accept_downloads=True)
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
