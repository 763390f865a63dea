"""Every sentence on screen that can be false, computed over the domain and the sliders' range."""

import re

import pytest

from app.model.state import State
from app.page.help_dialog import sheet
from app.widgets.landscape_info import SETTING, lesson, sentences
from figures import FIGURES
from figures.style import short
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Rule
from optimizers.rules import FAMILY, GSAM, PAPER
from tests.claims import (
    anatomy,
    anatomy_reasons,
    banner,
    coordinates,
    criteria,
    dialogs,
    figures,
    help_sheet,
    keys,
    landscapes,
    maps,
    phase,
    titles,
    words,
)
from tests.claims.figure_settings import settings

SOURCES = (
    landscapes, figures, titles, help_sheet, keys, criteria, maps, anatomy, anatomy_reasons, phase, words,
    dialogs, banner, coordinates,
)  # fmt: skip
ROWS = [row for source in SOURCES for row in source.ROWS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.where}: {row.sentence[:40]}")
def test_a_sentence_holds(row, sweep) -> None:
    cases, worst = row.check(sweep)
    sweep.report(f"{row.where}: {row.sentence}", cases, worst)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__.rpartition(".")[2])
def test_every_sentence_on_screen_is_in_the_table_and_every_row_on_screen(source) -> None:
    known = {row.sentence for row in source.ROWS} | getattr(source, "DEFINITIONS", set())
    assert source.shown() == known


@pytest.mark.parametrize("offered", [PAPER, (*PAPER, GSAM), FAMILY[:2]], ids=["app", "one more", "others"])
def test_the_help_lists_the_rules_that_are_offered(offered) -> None:
    text = sheet(offered)
    assert re.findall(r"path of (.*?)</td>", text) == [short(rule.key) for rule in offered if rule in PAPER]
    assert text.count("class='metric'") == len(offered)
    assert (help_sheet.OTHERS in text) == any(rule.ascent is None for rule in offered)


def test_the_help_dialog_lists_what_the_app_offers() -> None:
    assert sheet() == sheet(rule for rule in OPTIMIZERS.values())


@pytest.mark.parametrize("number", FIGURES)
def test_a_note_is_shown_where_it_holds_and_nowhere_else(number: int) -> None:
    table = [(note, holds) for at, note, holds, _ in figures.NOTES if at == number]
    seen = set()
    for values in settings(number):
        shown = FIGURES[number].notes(values)
        for note, holds in table:
            assert (note in shown) == holds(values), (note, values)
        seen |= {bool(holds(values)) for _, holds in table}
    assert True in seen


@pytest.mark.parametrize("key", [key for key, landscape in LANDSCAPES.items() if landscape.lesson])
def test_a_lesson_is_shown_at_its_setting_alone(key: str) -> None:
    landscape = LANDSCAPES[key]
    state = State()
    state.try_update(landscape=key)
    state.try_update(**SETTING, learning_rate=landscape.learning_rate)
    assert sentences(state) == [landscape.about, lesson(landscape)]
    for name, value in {**SETTING, "learning_rate": landscape.learning_rate}.items():
        other = type(value)(2 * value)
        assert state.try_update(**{name: other}) is None
        assert sentences(state) == [landscape.about]
        state.try_update(**{name: value})


def test_the_help_shows_what_a_rule_of_ones_own_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Rule):
        """d = g, and nothing else."""

        key, name = "own", "Own"

    monkeypatch.setitem(OPTIMIZERS, "own", Own)
    assert "Own</th><td class='metric'></td><td>d = g, and nothing else.</td>" in sheet([Own])
