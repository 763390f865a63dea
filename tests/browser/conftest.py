"""The app in a real browser: a server of its own, Chromium, and pages that must stay clean."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.shared import WITHIN, Shared
from tests.paths import ROOT
from tools.browser import HOW_TO_GET_A_BROWSER, SIZE, NotServed, Server, Watch, chromium, find_chromium

HERE = Path(__file__).parent
ORIGIN = "http://localhost:9"  # nobody listens there: the page's requests are answered here
FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=WITHIN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
    # Last, for Playwright leaves an event loop running in the main thread, in which others could start none.
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


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


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page that can import the project's modules as they stand in their folders."""
    context = browser.new_context()

    def answer(route: Route) -> None:
        path = ROOT / route.request.url.removeprefix(f"{ORIGIN}/")
        if path.suffix == ".mjs":
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="", content_type="text/html")

    context.route("**", answer)
    page = context.new_page()
    page.goto(ORIGIN)
    yield page
    context.close()


@pytest.fixture
def clean_log(server: Server) -> Iterator[None]:
    """The server's log must stay free of tracebacks meanwhile."""
    said_before = len(server.log)
    yield
    said = server.log[said_before:]
    if "Traceback" in said:
        pytest.fail(f"the app's log holds a traceback:\n{said}", pytrace=False)


def must_be_clean(complaints: list[str]) -> None:
    if complaints:
        pytest.fail("\n".join(["the page complained:", *complaints]), pytrace=False)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no past, 1280 x 720; the test fails at its end if a page of it or the server complained."""
    context = browser.new_context(viewport=SIZE, accept_downloads=True)
    watch = Watch(context)
    yield context
    context.close()
    must_be_clean(watch.complaints)


@pytest.fixture
def page(context: BrowserContext, clean_log: None) -> Page:
    """A blank page of its own, for tests of opening, links and reloading: `page.goto(server.url)`."""
    return context.new_page()


@pytest.fixture
def alone(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without any network, in which no page may complain or ask for anything but itself."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    wrong = []
    context.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    own = ("file:", "data:", "blob:")
    context.on("request", lambda request: None if request.url.startswith(own) else wrong.append(request.url))
    yield context
    context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def explore_page(browser: Browser, server: Server) -> Iterator[Shared]:
    shared = Shared(browser, server.url, elsewhere=False)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def tabs_page(browser: Browser, server: Server) -> Iterator[Shared]:
    shared = Shared(browser, server.url, elsewhere=True)
    yield shared
    shared.close()


def used(shared: Shared, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that other tests have used; one that failed, or left it otherwise than it was, is its last."""
    yield shared.lend()
    must_be_clean(shared.take_back(again=not request.node.stash.get(FAILED, False)))


@pytest.fixture
def explore(explore_page: Shared, clean_log: None, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Explore at first sight, no other view ever opened; as `page`, it must stay clean."""
    yield from used(explore_page, request)


@pytest.fixture
def tabs(tabs_page: Shared, clean_log: None, request: pytest.FixtureRequest) -> Iterator[Page]:
    """As `explore`, but other tests may have opened other views in it, and this one may; they stay opened, hidden."""
    yield from used(tabs_page, request)
