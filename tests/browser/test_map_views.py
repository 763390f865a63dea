"""The map views as a person uses them: what is drawn is what `optimizers` gives, hover tells it, a click takes it."""

import re
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from playwright.sync_api import Locator, Page, expect

from app.compute.destination_summary import in_words
from app.compute.destinations import code_labels, destination_codes
from app.compute.phase_diagram import LEARNING_RATE, RHO, decades, phase_query, subsample
from app.compute.price import LEAST
from app.compute.stability import shades
from app.layers.rule_groups import CODES
from app.model.box import Box, domain, pixels
from app.model.lineup import PAPER_KEYS
from app.model.state import State
from app.views.maps.destinations import COARSE as COARSE_MAP
from app.views.maps.destinations import FINE as FINE_MAP
from app.views.maps.phase_diagram import FINE as FINE_DIAGRAM
from app.views.maps.stability import FINE as FINE_FIELD
from figures.style import in_sentence, short
from landscapes import LANDSCAPES
from optimizers import SAM, MongeSAM, run
from optimizers.bases import PLAIN
from optimizers.maps import DestinationMap, destination_map, phase_diagram, pixel_centres
from optimizers.outcomes import OUTCOMES, outcome
from optimizers.stability import CRITERIA, exact_stability, stability
from tests.browser.drawn import choose, wait_until
from tests.browser.shared import AT_REST, GO_TO, WITHIN, becomes
from tools.browser import SIZE

banana = LANDSCAPES["banana"]

FIND = """(wanted) => {
    for (const document of Bokeh.documents) for (const model of document.all_models) if (wanted(model)) return model
}"""
IMAGE = f"""(name) => {{
    const source = ({FIND})((model) => model.name == name && model.data)
    const of = (column) => source.data instanceof Map ? source.data.get(column) : source.data[column]
    const image = source && of("image")[0]
    if (!image) return null
    let codes = ""
    for (let at = 0; at < image.length; at += 10_000) codes += String.fromCharCode(...image.slice(at, at + 10_000))
    return {{shape: image.shape, codes: btoa(codes), box: ["x", "dw", "y", "dh"].map((column) => of(column)[0])}}
}}"""
OF_STABILITY = """(wanted) => {
    const models = [...Bokeh.documents].flatMap(({all_models}) => [...all_models])
    const figure = models.find((model) => model.renderers?.some?.((one) => one.data_source?.name == "stability"))
    const {data} = figure.renderers.map((one) => one.data_source).find(({name}) => name == wanted)
    const plain = (column) => [...column].map((value) => value?.length === undefined || typeof value === "string"
        ? value : [...value])
    return Object.fromEntries([...(data instanceof Map ? data : Object.entries(data))].map(([name, column]) =>
        [name, plain(column)]))
}"""
LISTEN = """() => {
    window.spoken = []
    const listen = (changes) => window.spoken.push(...changes.filter(({target}) => target.id == "spoken"))
    new MutationObserver(listen).observe(document.body, {childList: true, subtree: true})
}"""
PLACE = f"""([name, x, y]) => {{
    const figure = ({FIND})((model) => model.renderers?.some?.((one) => one.data_source?.name == name))
    const view = Bokeh.index.find_one(figure)
    const {{left, top}} = view.canvas_view.el.getBoundingClientRect()
    return [left + view.frame.x_scale.compute(x), top + view.frame.y_scale.compute(y)]
}}"""


class Drawn:
    """An image as the browser holds it: codes, shape (rows, columns), and the box that it fills."""

    def __init__(self, data: dict) -> None:
        self.codes = np.frombuffer(b64decode(data["codes"]), np.uint8).reshape(data["shape"])
        x, width, y, height = data["box"]
        self.box: Box = (x, x + width, y, y + height)


def open_tab(page: Page, name: str) -> None:
    tab(page, name).click()


def drawn(page: Page, name: str, condition: Callable[[Drawn], bool]) -> Drawn:
    """The image of a source, as soon as the condition holds for it."""
    seen: list[Drawn] = []

    def come() -> bool:
        data = page.evaluate(IMAGE, name)
        seen[:] = [Drawn(data)] if data else []
        return bool(seen) and condition(seen[0])

    if not becomes(page, come, WITHIN):
        pytest.fail(f"the image {name} did not come to it in time")
    return seen[0]


def place(page: Page, name: str, x: float, y: float) -> tuple[float, float]:
    return tuple(page.evaluate(PLACE, [name, x, y]))


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def typed(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label).locator("visible=true")


def destinations(rule, image: Drawn) -> DestinationMap:
    rows, columns = image.codes.shape
    settings = {"learning_rate": 0.01, "steps": 200}
    return destination_map(rule, banana, window=domain(image.box), resolution=(columns, rows), **settings)


def is_map(rule) -> Callable[[Drawn], bool]:
    return lambda image: np.array_equal(image.codes, destination_codes(destinations(rule, image)))


def is_fine(across: int) -> Callable[[Drawn], bool]:
    return lambda image: image.codes.shape[::-1] == pixels(image.box, across)


def test_destinations_are_drawn_described_and_run(tabs: Page):
    page = tabs
    open_tab(page, "Destinations")
    words = page.get_by_role("figure", name="After 200 steps: ")
    for key, rule in (("sam", SAM(1.0)), ("m-sam", MongeSAM(1.0))):

        def agrees(image: Drawn, rule=rule) -> bool:
            if not is_fine(FINE_MAP)(image):
                return False
            expected = destinations(rule, image)
            assert_array_equal(image.codes, destination_codes(expected))
            return f"saddle {expected.shares['saddle']:.1%}" in words.get_attribute("aria-label")

        drawn(page, f"map {key}", agrees)

    x, y = place(page, "map sam", -0.5, 0.5)
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y)
    pixel = ((-0.501, -0.499), (0.499, 0.501))
    start = destination_map(SAM(1.0), banana, learning_rate=0.01, steps=200, window=pixel, resolution=1)
    label = np.array(code_labels())[destination_codes(start)]
    expect(page.get_by_text(label.item()).locator("visible=true").first).to_be_visible()

    page.mouse.click(x, y)
    expect(tab(page, "Explore")).to_have_attribute("aria-selected", "true")
    expect(typed(page, "Start θ₁")).to_have_value(re.compile(r"^-0\.(4[89]|5)"))
    start = [float(typed(page, label).input_value()) for label in ("Start θ₁", "Start θ₂")]
    assert np.allclose(start, [-0.5, 0.5], atol=0.03)
    expect(page).to_have_url(re.compile(r"\?.*start=.*[^#]$"))

    page.go_back()
    expect(tab(page, "Destinations")).to_have_attribute("aria-selected", "true")
    expect(typed(page, "Start θ₁")).to_have_value("-1.5")


def test_destinations_follow_rho_under_the_hand(tabs: Page):
    page = tabs
    open_tab(page, "Destinations")
    drawn(page, "map m-sam", lambda image: is_map(MongeSAM(1.0))(image) and is_fine(FINE_MAP)(image))
    slider = page.get_by_role("slider", name="Radius ρ").locator("visible=true")
    slider.focus()
    page.evaluate(LISTEN)
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(typed(page, "Radius ρ, typed")).to_have_value(re.compile(r"0\.57\d*"))
    rho = float(typed(page, "Radius ρ, typed").input_value())
    image = drawn(page, "map m-sam", lambda image: is_map(MongeSAM(rho))(image) and is_fine(FINE_MAP)(image))
    assert not is_map(MongeSAM(1.0))(image)
    share = f"Monge SAM: {in_words(destinations(MongeSAM(rho), image).shares)}"
    expect(page.get_by_role("status").filter(has_text=share)).to_be_attached()
    assert page.evaluate("spoken.length") < 6


@pytest.mark.verify
def test_a_rule_comes_goes_and_comes_back(tabs: Page):
    page = tabs
    open_tab(page, "Destinations")
    chosen = set(State().optimizers)
    for rule in ("fisher-sam", "gd", "gd"):
        page.get_by_role("checkbox", name=short(rule), exact=True).locator("visible=true").click()
        chosen ^= {rule}
        for one in PAPER_KEYS:
            figure = page.get_by_role("figure", name=re.compile(rf"^Destination map of {in_sentence(one)}\b"))
            expect(figure).to_have_count(int(one in chosen))
            expect(figure.locator(".bk-events[tabindex]")).to_have_count(0)


def test_phase_diagram_is_drawn_and_a_cell_is_taken(tabs: Page):
    page = tabs
    open_tab(page, "Phase diagram")
    image = drawn(page, "phase sam", lambda image: image.codes.shape == (FINE_DIAGRAM, FINE_DIAGRAM))
    diagram = phase_diagram(
        (SAM(1.0),),
        banana,
        subsample(phase_query(State()).starts),
        rho=decades(RHO, FINE_DIAGRAM),
        learning_rate=decades(LEARNING_RATE, FINE_DIAGRAM),
        steps=200,
    )
    assert_array_equal(image.codes, (diagram.share("saddle")[0] * 254).astype(np.uint8))

    cross = np.count_nonzero(ends_of(SAM(1.0)) == OUTCOMES.index("saddle"))
    expect(page.get_by_text(f"SAM saddle {cross}%")).to_be_visible()
    expect(page.get_by_text("Circle: the paper’s")).to_be_visible()

    choose(page, "Quantity", "Most frequent outcome")
    dominant = diagram.counts[0].argmax(axis=-1)
    drawn(page, "phase sam", lambda image: np.array_equal(image.codes, dominant))
    choose(page, "Quantity", "Diverged")
    diverged = (diagram.share("diverged")[0] * 254).astype(np.uint8)
    drawn(page, "phase sam", lambda image: np.array_equal(image.codes, diverged))

    cell = place(page, "phase sam", np.log10(0.05), np.log10(0.3))
    page.mouse.move(*cell)
    expect(page.locator(".bk-Tooltip").first).to_be_visible()
    page.mouse.click(*cell)
    expect(tab(page, "Explore")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".bk-Tooltip").locator("visible=true")).to_have_count(0)
    rho, learning_rate = (
        float(typed(page, label).input_value()) for label in ("Radius ρ, typed", "Learning rate α, typed")
    )
    assert np.isclose(rho, 0.3, rtol=0.1)
    assert np.isclose(learning_rate, 0.05, rtol=0.16)


def ends_of(rule) -> np.ndarray:
    """Outcomes from Figure 5's starts."""
    starts = subsample(phase_query(State()).starts)
    return outcome(banana, run(rule, banana, starts, learning_rate=0.01, steps=200, keep="final").final)


FRAME = f"""(name) => {{
    const figure = ({FIND})((model) => model.renderers?.some?.((one) => one.data_source?.name == name))
    const {{width, height}} = Bokeh.index.find_one(figure).frame.bbox
    return [width, height, figure.x_range.start, figure.x_range.end, figure.y_range.start, figure.y_range.end]
}}"""


@pytest.mark.verify
def test_shares_do_not_depend_on_the_window(tabs: Page):
    """One page that is made larger and narrower: the same map, in frames of its shape, and the same words."""
    page = tabs
    page.evaluate(GO_TO, "?v=1&opt=sam#destinations")
    expected = destination_map(SAM(1.0), banana, learning_rate=0.01, steps=200, resolution=FINE_MAP)
    words = re.compile(f"After 200 steps: SAM: {re.escape(in_words(expected.shares))}. Starts: the domain")
    for size in ({"width": 1920, "height": 1080}, {"width": 800, "height": 900}, SIZE):
        page.set_viewport_size(size)
        drawn(page, "map sam", lambda image: np.array_equal(image.codes, destination_codes(expected)))
        expect(page.get_by_role("status").filter(has_text=words)).to_be_attached()
        whole = [end for side in banana.domain for end in side]
        wait_until(page, lambda whole=whole: page.evaluate(FRAME, "map sam")[2:] == whole)
        wait_until(page, lambda: abs(np.subtract(*page.evaluate(FRAME, "map sam")[:2])) <= 1)
    assert "view=" not in page.url


def test_a_zoom_is_shared_said_and_linked(tabs: Page):
    page = tabs
    page.evaluate(GO_TO, "?v=1&opt=sam&view=-1,1,-0.5,0.5#destinations")
    window = ((-1.0, 1.0), (-0.5, 0.5))
    settings = {"learning_rate": 0.01, "steps": 200, "window": window}
    expected = destination_map(SAM(1.0), banana, resolution=pixels((-1.0, 1.0, -0.5, 0.5), FINE_MAP), **settings)
    drawn(page, "map sam", lambda image: np.array_equal(image.codes, destination_codes(expected)))
    beside_the_map = page.locator(":not(#spoken)")
    expect(page.get_by_text("Starts: the zoom [−1, 1] × [−0.5, 0.5]").and_(beside_the_map)).to_be_visible()
    wait_until(page, lambda: abs(np.divide(*page.evaluate(FRAME, "map sam")[:2]) - 2) < 0.02)
    open_tab(page, "Stability")
    expect(
        page.get_by_text("the zoom [−1, 1] × [−0.5, 0.5]").and_(beside_the_map).locator("visible=true")
    ).to_be_visible()

    drawn(page, "stability", is_fine(FINE_FIELD))
    page.wait_for_function(AT_REST)
    x, y = place(page, "stability", 0.5, 0.25)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_url(lambda url: "view=" in url and "view=-1,1,-0.5,0.5" not in url)
    left, right, bottom, top = (float(end) for end in re.search(r"view=([^&#]*)", page.url)[1].split(","))
    assert -1 < left < right < 1
    assert np.isclose((right - left) / (top - bottom), 2, rtol=1e-2)
    box = f"[{left:g}, {right:g}] × [{bottom:g}, {top:g}]".replace("-", "−")
    expect(page.get_by_text(f"the zoom {box}").and_(beside_the_map).locator("visible=true")).to_be_visible()
    drawn(
        page,
        "stability",
        lambda image: is_fine(FINE_FIELD)(image) and np.allclose(image.box, (left, right, bottom, top)),
    )
    page.go_back()
    expect(
        page.get_by_text("the zoom [−1, 1] × [−0.5, 0.5]").and_(beside_the_map).locator("visible=true")
    ).to_be_visible()


@pytest.mark.verify
def test_what_is_coarse_says_so_until_it_is_fine(tabs: Page):
    """A typed loss, many steps: the coarse map, the work done for the fine one, and then that."""
    page = tabs
    page.evaluate(
        GO_TO,
        "?v=1&opt=sam&diff=sam,sam&formula=20+x^2+y^2-10cos(2pi*x)-10cos(2pi*y)&steps=2000#destinations",
    )
    figure = page.get_by_role("figure", name=re.compile("Coarse map"))
    expect(figure.first).to_be_attached()
    words = page.get_by_text("Coarse (").locator("visible=true")
    expect(words).to_be_visible()

    def matches(image: Drawn) -> bool:
        rows, columns = image.codes.shape
        affordable = LEAST <= rows <= COARSE_MAP  # by a frame
        return affordable and f"Coarse ({columns} × {rows} starts); refining." in words.inner_text()

    drawn(page, "map sam", matches)
    expect(page.get_by_role("progressbar", name="Refinement progress")).to_be_visible()
    drawn(page, "map sam", is_fine(FINE_MAP))
    expect(words).to_have_count(0)
    expect(figure).to_have_count(0)


def test_stability_shows_both_criteria_and_the_true_border(tabs: Page):
    page = tabs
    open_tab(page, "Stability")
    for form, compute in (("paper", stability), ("exact", exact_stability)):
        page.get_by_role("button", name=CRITERIA[form].name, exact=True).click()

        def is_form(image: Drawn, compute=compute) -> bool:
            rows, columns = image.codes.shape
            points = pixel_centres(domain(image.box), columns, rows)
            shown = shades(compute(SAM(1.0), banana, *points).smaller.astype(float))
            return is_fine(FINE_FIELD)(image) and np.array_equal(image.codes, shown)

        drawn(page, "stability", is_form)
        expect(page.get_by_text(CRITERIA[form].says(SAM(1.0), PLAIN)[:60])).to_be_visible()
    choose(page, "Rule", re.compile("^M-SAM$"))
    expect(page.get_by_text(re.compile("Monge SAM: λ₂ of J > 0"))).to_be_visible()
    drawn(page, "stability", is_fine(FINE_FIELD))
    border = page.evaluate(
        f"""() => {{
            const data = ({FIND})((model) => model.name == "border").data
            return ["x", "y"].map((column) => Array.from(data instanceof Map ? data.get(column) : data[column]))
        }}"""
    )
    assert len(border[0]) == len(border[1]) > 10
    choose(page, "Rule", re.compile("^SAM$"))
    expect(page.get_by_text(re.compile("^SAM: λ₂ of J > 0"))).to_be_visible()


@pytest.mark.verify
def test_stability_runs_the_rule_that_is_chosen(tabs: Page):
    page = tabs
    open_tab(page, "Stability")
    for key in ("m-sam", "sam", "m-sam"):
        choose(page, "Rule", re.compile(f"^{short(key)}$"))
        rule = State().rule(key)
        (end,) = run(rule, banana, [[-1.5], [0.5]], learning_rate=0.01, steps=200).final.T
        for source in ("ends", "paths"):
            wait_until(
                page, lambda key=key, end=end, source=source: np.allclose(last(page, source, key), end, atol=1e-4)
            )


def last(page: Page, source: str, key: str) -> np.ndarray:
    """The last point that the visible view draws of a rule; not a number where it draws none."""
    columns = page.evaluate(OF_STABILITY, source)
    x, y = (columns[name][-1:] for name in (("x", "y") if source == "ends" else ("xs", "ys")))
    if columns["rule"] != [CODES[key]]:
        return np.full(2, np.nan)
    return np.array([x[0], y[0]]) if source == "ends" else np.array([x[0][-1], y[0][-1]])


def test_what_a_view_shows_stands_in_its_link(tabs: Page):
    page = tabs
    page.evaluate(GO_TO, "?v=1&diff=gd,asam&stability=m-sam,exact&anatomy=1#stability")
    expect(page.get_by_text(re.compile("Monge SAM: λ₂ of J > 0"))).to_be_visible()
    page.get_by_role("button", name=CRITERIA["steps"].name, exact=True).click()
    page.wait_for_url("**/?v=1&diff=gd,asam&stability=m-sam,steps&anatomy=1#stability")
    open_tab(page, "Explore")
    expect(page.get_by_role("region", name="Anatomy of one step")).to_contain_text("at step 0")
    open_tab(page, "Destinations")
    expect(page.get_by_role("paragraph").filter(has_text="GD and ASAM have different outcomes")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "source", "file"),
    [
        ("Destinations", "map sam", "samscape-destinations-banana-rho-1-learning-rate-0.01-steps-200"),
        pytest.param("Phase diagram", "phase sam", "samscape-phase-banana-steps-200", marks=pytest.mark.verify),
        pytest.param(
            "Stability",
            "stability",
            "samscape-stability-sam-banana-rho-1-learning-rate-0.01-steps-200",
            marks=pytest.mark.verify,
        ),
    ],
)
def test_a_map_view_is_taken_home(tabs: Page, name: str, source: str, file: str):
    page = tabs
    open_tab(page, name)
    drawn(page, source, lambda image: image.codes.shape[0] > 200 or image.codes.shape == (64, 64))
    for kind in ("PNG", "SVG", "NPZ", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).locator("visible=true").click()
        assert download.value.suggested_filename == f"{file}.{kind.lower()}"
        content = Path(download.value.path()).read_bytes()
        assert content.startswith({"PNG": b"\x89PNG", "SVG": b"<?xml", "NPZ": b"PK"}.get(kind, content[:2]))
        if kind == "NPZ":
            arrays = np.load(BytesIO(content))
            held = {"map sam": held_map, "phase sam": held_cells, "stability": held_field}[source](arrays)
            drawn(page, source, lambda image, held=held: np.array_equal(image.codes, held))


def held_map(arrays) -> np.ndarray:
    sam = arrays["optimizers"].tolist().index("sam:rho=1")
    return arrays["outcome"][sam] * len(arrays["motion_names"]) + arrays["motion"][sam]


def held_cells(arrays) -> np.ndarray:
    sam, saddle = (arrays[names].tolist().index(one) for names, one in NAMED)
    return (arrays["counts"][sam, ..., saddle] / arrays["start"].shape[1] * 254).astype(np.uint8)


def held_field(arrays) -> np.ndarray:
    return shades(arrays["value"])


NAMED = (("optimizers", "sam"), ("outcome_names", "saddle"))
