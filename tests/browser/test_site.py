"""The static site as a visitor has it: opened from files with the network off, or from a plain web server."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.export.site.losses import losses
from app.export.site.write import files, write_lessons, write_site
from landscapes import LANDSCAPES
from lessons import LESSONS, ChoiceQuestion
from optimizers import GD, SAM, run
from optimizers.maps import destination_map
from tests.browser.conftest import must_be_clean
from tests.browser.drawn import ends_at, points, wait_until
from tests.browser.shared import AT_REST
from tests.sweep import Sweep
from tools.browser import SIZE, Watch, place

LIVE = "main[data-live=ready]"
SIZES = (SIZE, {"width": 390, "height": 844})
PIXELS = 100  # of a map along each axis
FORMULA = "x^2 y^2 + sin(3y) + x^2"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's first page, and the two of the banana."""
    folder, made = tmp_path_factory.mktemp("site"), files(losses([], ["banana"]))
    for name in ("bokeh.js", "index.html", "explore-banana.html", "map-banana.html"):
        (folder / name).write_bytes(made[name]())
    return folder


@pytest.fixture
def hosted(folder: Path, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A page, and the address of a plain web server; no other machine is asked for anything."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Says nothing."""

    host = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(folder)))
    Thread(target=host.serve_forever, daemon=True).start()
    context = browser.new_context(viewport=SIZE)
    watch = Watch(context)
    yield context.new_page(), f"http://localhost:{host.server_port}"
    context.close()
    host.shutdown()
    host.server_close()
    must_be_clean(watch.complaints)


def sam_is_run(page: Page, rho: float) -> bool:
    """Whether SAM's run on the banana is drawn from the start that is drawn."""
    banana, start = LANDSCAPES["banana"], points(page, "starts")[:, 0]
    return ends_at(page, "ends", "sam", run(SAM(rho), banana, start, learning_rate=0.01, steps=200).final)


def explores(page: Page) -> None:
    """Opens Explore from the first page, drags the start, and moves the slider of ρ."""
    page.get_by_role("region", name="Explore").get_by_role("link", name="Banana").click()
    page.locator(LIVE).wait_for()
    page.wait_for_function(AT_REST)
    page.mouse.move(*place(page, "starts", -1.5, 0.5))
    page.mouse.down()
    for x, y in ((-1.2, 0.9), (-0.8, 1.2)):
        page.mouse.move(*place(page, "starts", x, y))
    page.mouse.up()
    wait_until(page, lambda: np.allclose(points(page, "starts")[:, 0], (-0.8, 1.2), atol=0.05))
    wait_until(page, lambda: sam_is_run(page, 1.0))
    before = points(page, "ends", "sam")
    page.get_by_role("slider", name="Radius ρ, slider").fill("-0.5")
    wait_until(page, lambda: sam_is_run(page, float(page.get_by_role("spinbutton", name="Radius ρ").input_value())))
    assert not np.allclose(points(page, "ends", "sam"), before)


def maps(page: Page) -> None:
    """Opens the map from Explore; its counts are those of the command line."""
    page.get_by_role("link", name="Destinations").click()
    page.get_by_label("Pixels").select_option(str(PIXELS))
    page.locator(f"main[data-done='{PIXELS}×{PIXELS}']").wait_for()
    assert len(page.workers) == 2
    expected = destination_map(SAM(1.0), LANDSCAPES["banana"], learning_rate=0.01, steps=200, resolution=PIXELS)
    counts = {name: round(share * PIXELS**2) for name, share in expected.shares.items() if share > 0}
    shown = [row.inner_text().split("\t") for row in page.locator(".counts tr").all()]
    assert {name.strip(): int(number) for name, number, _ in shown} == counts


def test_the_site_computes_from_files_with_the_network_off(alone: BrowserContext, folder: Path):
    page = alone.new_page()
    page.goto((folder / "index.html").as_uri())
    explores(page)
    maps(page)


@pytest.mark.verify
def test_the_site_computes_from_a_plain_web_server(hosted: tuple[Page, str]):
    page, address = hosted
    page.goto(address)
    explores(page)
    maps(page)


@pytest.mark.verify
def test_a_lesson_is_one_file_and_given_by_keyboard_alone(alone: BrowserContext, tmp_path: Path, sweep: Sweep):
    write_lessons(tmp_path, [*LESSONS.values()])
    page = alone.new_page()
    for lesson in LESSONS.values():
        page.goto((tmp_path / f"lesson-{lesson.key}.html").as_uri())
        for number, scene in enumerate(lesson.scenes, 1):
            page.locator(f"main[data-scene='{number}']").wait_for()
            shown = page.locator(".stage:visible").count() == 1
            if scene.hide:
                expect(page.locator(".stage:visible table")).to_have_count(0)
                expect(page.get_by_text(scene.reveal, exact=True)).to_be_hidden()
            if isinstance(scene.question, ChoiceQuestion):
                page.keyboard.press(str(scene.question.answer + 1))
            if scene.asks:
                page.keyboard.press("PageDown")
                expect(page.get_by_text(scene.reveal, exact=True)).to_be_visible()
            if isinstance(scene.question, ChoiceQuestion):
                expect(page.get_by_text("Right: ")).to_be_visible()
            if shown:
                expect(page.locator(".stage:visible table")).to_have_count(1)
            page.keyboard.press("PageDown" if number % 2 else " ")
    sweep.report("lessons as one file, given by keyboard alone", len(LESSONS), "all")


@pytest.mark.verify
def test_a_predicted_place_is_scored_against_the_run(alone: BrowserContext, tmp_path: Path):
    write_lessons(tmp_path, [LESSONS["saddle"]])
    page = alone.new_page()
    page.goto((tmp_path / "lesson-saddle.html").as_uri())
    page.locator(LIVE).wait_for()
    page.wait_for_function(AT_REST)
    page.mouse.click(*place(page, "starts", -1.5, -0.6))
    expect(page.get_by_text("1 prediction")).to_be_visible()
    assert points(page, "ends").shape == (2, 0)
    page.keyboard.press("PageDown")
    expect(page.get_by_text(re.compile(r"Right: your prediction is 0\.0\d from the end\. GD ends at"))).to_be_visible()
    end = run(GD(), LANDSCAPES["banana"], np.array([-1.5, 0.5]), learning_rate=0.01, steps=200).final
    assert ends_at(page, "ends", "gd", end)


@pytest.mark.verify
def test_every_page_of_the_site_fits_and_is_alive(alone: BrowserContext, tmp_path: Path, sweep: Sweep):
    write_site(tmp_path, [FORMULA])
    pages = sorted(tmp_path.glob("*.html"))
    for size in SIZES:
        page = alone.new_page()
        page.set_viewport_size(size)
        for path in pages:
            page.goto(path.as_uri())
            if path.name.startswith("map-"):
                page.locator("main[data-done='250×250']").wait_for()
            elif path.name.startswith(("explore-", "figure1", "figure5", "lesson-")):
                page.locator(LIVE).wait_for()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert page.evaluate(TOO_WIDE) <= 0, path.name
        page.close()
    sweep.report("pages of the static site fit, are alive and ask for nothing", len(SIZES) * len(pages), "all")
