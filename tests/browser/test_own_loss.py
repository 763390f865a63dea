"""A loss of one's own in a browser: typed as a person would, and the picture is what `run` gives on it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from figures.loss_colours import SAMPLES
from landscapes import Landscape
from optimizers import GD, SAM, MongeSAM, run
from tests.browser.drawn import MODEL, choose, ends_at, wait_until
from tests.browser.shared import GO_TO
from tests.browser.test_explore import start_shown, typed

FORMULA = "sin(x)*cos(2y) + x^2/10"
SHADES = f"""() => {{
    const data = ({MODEL})("heat").data
    const [image] = data instanceof Map ? data.get("image") : data.image
    return [image.length, ({MODEL})("plane").renderers[0].glyph.color_mapper.palette[255]]
        .concat([...image].reduce((sum, shade, n) => (sum + shade * (n % 977)) % 1000003, 0))
}}"""


def field(page: Page) -> Locator:
    return typed(page, "Loss ℓ(θ₁, θ₂)").filter(visible=True)


@pytest.fixture
def own(explore: Page) -> Page:
    """Explore, with the visitor's own loss chosen from the list."""
    choose(explore, "Landscape", "Your own loss")
    field(explore).wait_for()
    return explore


def agrees(page: Page, formula: str) -> bool:
    """Whether what is drawn are the runs on this loss from the start that is shown."""
    landscape = Landscape.from_formula(formula)
    return all(
        ends_at(page, "ends", rule.key, run(rule, landscape, start_shown(page), learning_rate=0.01, steps=200).final)
        for rule in (GD(), SAM(1.0), MongeSAM(1.0))
    )


def test_a_formula_is_typed_drawn_typeset_and_linked(own: Page) -> None:
    field(own).fill(FORMULA)
    field(own).press("Enter")
    wait_until(own, lambda: agrees(own, FORMULA))
    expect(own.locator("mjx-container").filter(visible=True).first).to_be_visible()
    wait_until(own, lambda: parse_qs(urlsplit(own.url).query).get("formula") == [FORMULA])
    own.evaluate(GO_TO, "?v=1")
    expect(field(own)).to_have_count(0)
    own.go_back()
    expect(field(own)).to_have_value(FORMULA)
    wait_until(own, lambda: agrees(own, FORMULA))


def test_a_formula_is_read_after_a_pause_and_the_text_is_left_alone(own: Page) -> None:
    field(own).fill("")
    field(own).press_sequentially("x^2+3y^2", delay=20)
    wait_until(own, lambda: agrees(own, "x^2+3y^2"))
    own.keyboard.type("+x")
    wait_until(own, lambda: agrees(own, "x^2+3y^2+x"))
    assert field(own).input_value() == "x^2+3y^2+x"


def test_a_wrong_formula_is_pointed_at_and_the_picture_stays(own: Page) -> None:
    field(own).fill(FORMULA)
    field(own).press("Enter")
    wait_until(own, lambda: agrees(own, FORMULA))
    wait_until(own, lambda: own.evaluate(SHADES)[0] == SAMPLES**2)  # what comes at once is coarser
    before = own.evaluate(SHADES)
    field(own).fill("sin(x) + <img src=x onerror=alert(1)>")
    field(own).press("Enter")
    sentence = own.get_by_role("alert").filter(visible=True, has_text="at character 10")
    expect(sentence).to_contain_text("Unexpected character '<'")
    text, caret = own.locator("pre:visible", has_text="sin(x) + <img").inner_text().rstrip().split("\n")
    assert text[caret.index("^")] == "<"
    assert own.evaluate(SHADES) == before
    assert agrees(own, FORMULA)
    field(own).fill(FORMULA)
    field(own).press("Enter")
    expect(sentence).to_have_count(0)


def test_the_background_changes_and_follows_rho(explore: Page) -> None:
    page = explore
    seen = [page.evaluate(SHADES)]
    for option in ("Sharpness", "Share M-SAM attains", "Loss"):
        choose(page, "Background", option)
        wait_until(page, lambda: page.evaluate(SHADES) not in seen[-1:])
        page.wait_for_timeout(300)
        seen.append(page.evaluate(SHADES))
    wait_until(page, lambda: page.evaluate(SHADES) == seen[0])
    choose(page, "Background", "Rise in Monge")
    wait_until(page, lambda: page.evaluate(SHADES) != seen[0])
    wait_until(page, lambda: page.evaluate(SHADES)[0] > 20_000)
    before = page.evaluate(SHADES)
    typed(page, "Radius ρ, typed").fill("0.3")
    page.keyboard.press("Enter")
    wait_until(page, lambda: page.evaluate(SHADES) != before)


@pytest.mark.verify
def test_no_control_is_out_of_reach_at_1280_by_720(explore: Page) -> None:
    page = explore
    page.evaluate(GO_TO, "?v=1&loss=formula&starts=cloud&opt=gd,sam,m-sam,fisher-sam,asam")
    field(page).wait_for()
    typed(page, "Centre θ₂").filter(visible=True).wait_for()
    for rule in ("Fisher SAM", "ASAM"):
        typed(page, f"η of {rule}, typed").filter(visible=True).wait_for()
    for control in page.locator("input:visible, button:visible, [role=combobox]:visible").all():
        control.scroll_into_view_if_needed()
        if (box := control.bounding_box()) is None:
            continue
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 1280
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 720
