"""A lecture by keyboard alone: what is hidden is not in the page, and keys lead from scene to scene."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from app.export.lesson_handout import handout_of_lesson
from lessons import LESSONS, ChoiceQuestion, Lesson, PointQuestion
from tests.browser.axe import serious, settle
from tests.browser.conftest import must_be_clean
from tests.browser.drawn import wait_until
from tests.browser.shared import GO_TO, open_explore
from tests.sweep import Sweep
from tools.browser import BEEN_HERE, SIZE, Server, Watch

SHORT = ("saddle",)
WHOLE = ("saddle", "one-step", "edge-of-stability")
SCENES = 3  # of a lesson in its short form
# How many numbers each source holds that shows what runs do.
HELD = """() => {
    const names = ["paths", "ends", "tags", "losses", "bands", "played", "density"]
    const held = {}
    for (const model of Bokeh.documents[0].all_models) {
        if (model.type !== "ColumnDataSource" || !names.includes(model.name)) continue
        const data = model.data instanceof Map ? Object.fromEntries(model.data) : model.data
        held[model.name] = Math.max(0, ...Object.values(data).map(({length}) => length))
    }
    return held
}"""
# Whether others' predictions are drawn at these places, in ascending order.
CLOUD_IS = """(places) => {
    const model = [...Bokeh.documents[0].all_models].find(({name}) => name === "predictions of others")
    const {x, y} = model.data instanceof Map ? Object.fromEntries(model.data) : model.data
    const drawn = [...x].map((one, index) => [one, y[index]]).sort(([a], [b]) => a - b)
    return JSON.stringify(drawn) === JSON.stringify(places)
}"""
FOCUS = """(name) => {
    const find = (root) => [...root.querySelectorAll("*")].reduce((found, element) =>
        found ?? (element.getAttribute("aria-label")?.startsWith(name) ? element : null)
            ?? (element.shadowRoot ? find(element.shadowRoot) : null), null)
    find(document).focus()
}"""


def counter(page: Page, lesson: Lesson, number: int) -> None:
    expect(page.get_by_text(f"{lesson.title} · {number} / {len(lesson.scenes)}", exact=True)).to_be_visible()


def give(page: Page, lesson: Lesson, scenes: int) -> None:
    """Steps through scenes with the keys of a presenter's remote."""
    panel = page.get_by_role("region", name="Lesson", exact=True)
    for number, scene in enumerate(lesson.scenes[:scenes], 1):
        counter(page, lesson, number)
        expect(panel.get_by_role("heading", name=scene.title, exact=True)).to_be_visible()
        if {"paths", "ends"} <= {*scene.hide} and not scene.view:
            wait_until(page, lambda: page.evaluate(HELD)["paths"] == 0)
            held = page.evaluate(HELD)
            assert not held["ends"] + held["played"] + held["density"], held
        if isinstance(scene.question, ChoiceQuestion):
            page.keyboard.press(str(scene.question.answer + 1))
            expect(panel.get_by_role("button", pressed=True)).to_have_count(1)
        if scene.asks:
            page.keyboard.press("PageDown")
            expect(panel.get_by_role("button", name="Reveal")).to_be_hidden()
            if scene.reveal:
                expect(panel.get_by_text(scene.reveal, exact=True)).to_be_visible()
            if isinstance(scene.question, ChoiceQuestion):
                expect(panel.locator(".verdict")).to_have_text(re.compile("^Right: "))
            if isinstance(scene.question, PointQuestion):
                expect(panel.locator(".verdict")).to_have_text(re.compile(r"ends at \("))  # as scenes may say too
            if "paths" in scene.hide and not scene.view:
                wait_until(page, lambda: page.evaluate(HELD)["paths"] > 0)
        if number < scenes:
            page.keyboard.press(("PageDown", "ArrowRight", " ")[number % 3])
    expect(page).to_have_url(re.compile(rf"lesson={lesson.key}&scene={scenes}(#.*)?$"))


@pytest.fixture(scope="module")
def lectern(browser: Browser) -> Iterator[Page]:
    """A page for lessons; it must stay clean."""
    context = browser.new_context(viewport=SIZE)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    must_be_clean(watch.complaints)


def test_a_lecture_is_given_by_keyboard_alone(lectern: Page, server: Server, sweep: Sweep) -> None:
    given = WHOLE if sweep.whole else SHORT
    for key in given:
        lesson = LESSONS[key]
        open_explore(lectern, f"{server.url}/?lesson={key}")
        give(lectern, lesson, sweep.count(SCENES, len(lesson.scenes)))
    sweep.report("lessons given by keyboard alone", len(given))


def test_keys_keep_their_meaning_where_they_have_one_and_axe_finds_nothing(lectern: Page, server: Server) -> None:
    page, lesson = lectern, LESSONS["saddle"]
    if not page.url.startswith(server.url):
        open_explore(page, server.url)
    page.evaluate(GO_TO, "?lesson=saddle&scene=2")
    counter(page, lesson, 2)
    settle(page, False)
    for name in ("Start: arrow", "Step"):
        page.evaluate(FOCUS, name)
        page.keyboard.press("ArrowLeft")
        counter(page, lesson, 2)
    page.get_by_label("θ₁", exact=True).focus()
    page.keyboard.type("-1 2")
    counter(page, lesson, 2)
    page.evaluate(FOCUS, "Start: arrow")
    page.keyboard.press("PageUp")
    counter(page, lesson, 1)
    assert serious(page, "a lesson") == []


def test_a_printed_lesson_has_every_scene_with_its_question_and_two_on_a_page(page: Page) -> None:
    lesson = replace(LESSONS["saddle"], scenes=LESSONS["saddle"].scenes[:2])
    page.set_content(handout_of_lesson(lesson))
    scenes, answers = (_words(one.extract_text()) for one in PdfReader(BytesIO(page.pdf(format="A4"))).pages)
    assert _words(lesson.title) in scenes
    for number, scene in enumerate(lesson.scenes, 1):
        assert scene.question is not None
        assert _words(f"{number}. {scene.title}") in scenes
        assert _words(scene.question.prompt) in scenes
        assert _words(scene.text) in scenes
        assert _words(scene.reveal) in answers
        assert _words(scene.reveal) not in scenes


def _words(text: str) -> str:
    """The text without blanks, which a PDF has at other places, and without ligatures."""
    return "".join(normalize("NFKC", text).split())


@pytest.mark.verify
def test_the_class_sees_how_many_have_answered_and_then_where(browser: Browser, server: Server) -> None:
    places = ((-1.0, -1.0), (0.1, 0.2), (1.5, -0.5))
    contexts = [browser.new_context(viewport={"width": 1280, "height": 720}) for _ in places]
    pages = []
    for context, place in zip(contexts, places, strict=True):
        context.add_init_script(BEEN_HERE)
        visitor = context.new_page()
        open_explore(visitor, f"{server.url}/?lesson=saddle&scene=2")
        panel = visitor.get_by_role("region", name="Lesson", exact=True)
        for label, number in zip(("θ₁", "θ₂"), place, strict=True):
            panel.get_by_label(label).fill(str(number))
        panel.get_by_role("button", name="Predict").click()
        pages.append(visitor)
    for visitor in pages:
        expect(visitor.get_by_text("1 prediction · 2 answers of the class", exact=True)).to_be_visible()
        assert visitor.evaluate(CLOUD_IS, [])
    for own, visitor in zip(places, pages, strict=True):
        visitor.get_by_role("button", name="Reveal").click()
        expect(visitor.get_by_text(re.compile("The class: . of 2 predictions"))).to_be_visible()
        visitor.wait_for_function(CLOUD_IS, arg=[list(place) for place in sorted(places) if place != own])
    for context in contexts:
        context.close()


@pytest.mark.verify
def test_who_comes_for_the_first_time_sees_cards_once(browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url)
    card = page.get_by_role("button", name="Fall into the saddle")
    card.click()
    counter(page, LESSONS["saddle"], 2)
    page.goto(server.url)
    page.locator(".bk-events:visible").first.wait_for()
    expect(card).to_have_count(0)
    context.close()
