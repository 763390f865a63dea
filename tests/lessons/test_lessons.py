"""Lessons are read whole or refused with one sentence; what was read is written the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lessons
from app.model.lesson_state import check, values_of_scene
from lessons import (
    HIDEABLE,
    KEYS,
    LESSONS,
    ChoiceQuestion,
    Lesson,
    LessonError,
    LessonScene,
    PointQuestion,
    read,
    write,
)

VIEWS = ("", "#destinations")
CHOICE = {"prompt": "Which?", "kind": "choice", "choices": ["one", "two"], "answer": 1}
POINT = {"prompt": "Where?", "kind": "point", "answer": {"rule": "sam"}, "within": 0.2}
SCENE = {"title": "A", "text": "B."}


def lesson(**scene: Any) -> str:
    """A lesson with one scene that is changed so."""
    return json.dumps({"title": "T", "minutes": 5, "summary": "S.", "scenes": [SCENE | scene]})


def test_a_scene_has_defaults() -> None:
    assert read(lesson(), "one").scenes == (LessonScene("A", "B."),)
    assert values_of_scene(LessonScene("A", "B."))["landscape"] == "banana"


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        ({"hide": ["table", "ends"]}, {"hide": ("ends", "table")}),
        ({"question": CHOICE}, {"question": ChoiceQuestion("Which?", ("one", "two"), 1)}),
        ({"question": POINT}, {"question": PointQuestion("Where?", "sam", 0.2)}),
        ({"state": "?rho=1", "play": True, "animate": True}, {"state": "rho=1", "play": True, "animate": True}),
    ],
)
def test_a_scene_is_read(scene: dict, expected: dict) -> None:
    assert read(lesson(**scene), "one").scenes == (LessonScene("A", "B.", **expected),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "x.json is no JSON: expecting property name enclosed in double quotes in line 1"),
        ("[" * 100_000, "x.json is no JSON: too deeply nested or too large a number"),
        ("[]", "x.json: it must be an object with title, minutes, summary, scenes, not []"),
        ('{"title": "T"}', "x.json lacks “minutes”; expected title, minutes, summary, scenes"),
        (lesson().replace("5", "0"), "x.json: “minutes” must be a whole number from 1 to 120, not 0"),
        (lesson().replace("5", "true"), "x.json: “minutes” must be a whole number from 1 to 120, not True"),
        (lesson(text=""), "x.json, scene 1: “text” must be a text, not ''"),
        (lesson(text="a" * 3001), "x.json, scene 1: “text” must be at most 3000 characters, not 3001"),
        (
            lesson(hide=["end"]),
            "x.json, scene 1: “hide” must be a list of some of paths, ends, marginals, curve, table, "
            "summary, not ['end']",
        ),
        (lesson(hide=[[]]), None),
        (
            lesson(view="destinations"),
            "x.json, scene 1: “view” must be a tab such as “#destinations”, or empty, not 'destinations'",
        ),
        (lesson(play=1), "x.json, scene 1: “play” must be true or false, not 1"),
        (
            lesson(question={"kind": "essay"}),
            "x.json, scene 1, question: “kind” must be “point” or “choice”, not 'essay'",
        ),
        (lesson(question={"kind": []}), "x.json, scene 1, question: “kind” must be “point” or “choice”, not []"),
        (
            lesson(question=CHOICE | {"answer": 2}),
            "x.json, scene 1, question: “answer” must be a whole number from 0 to 1, not 2",
        ),
        (
            lesson(question=CHOICE | {"choices": ["one"]}),
            "x.json, scene 1, question: “choices” must be 2 to 6 texts, not ['one']",
        ),
        (
            lesson(question=POINT | {"within": 0}),
            "x.json, scene 1, question: “within” must be a distance above 0, up to 1e+06, not 0",
        ),
        (
            lesson(question=POINT | {"answer": 1}),
            "x.json, scene 1, question: “answer” must be of the form {“rule”: “sam”}, not 1",
        ),
    ],
)
def test_each_mistake_has_one_sentence(text: str, sentence: str | None) -> None:
    with pytest.raises(LessonError) as refused:
        read(text, "x")
    assert sentence is None or str(refused.value) == sentence


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        ({"state": "rh=1"}, "x.json, scene 1, “state”: ignored in the link: “rh” (no such key)"),
        ({"view": "#maps"}, "x.json, scene 1: “view” must be one of “”, #destinations, not '#maps'"),
        (
            {"question": POINT, "state": "opt=gd"},
            "x.json, scene 1: the rule of the question must be one of the rules of its state, gd, not 'sam'",
        ),
        (
            {"question": POINT, "state": "starts=grid"},
            "x.json, scene 1 asks for a point, but starts from a grid; expected one start",
        ),
        (
            {"question": POINT, "view": "#destinations"},
            "x.json, scene 1 asks for a point, which can be clicked in Explore alone; expected an empty “view”",
        ),
    ],
)
def test_each_scene_that_cannot_be_shown_has_one_sentence(scene: dict, sentence: str) -> None:
    with pytest.raises(LessonError) as refused:
        check(read(lesson(**scene), "x"), VIEWS)
    assert str(refused.value) == sentence


WORDS = st.text(min_size=1, max_size=40).filter(str.strip)
QUESTIONS = st.one_of(
    st.none(),
    st.builds(ChoiceQuestion, WORDS, st.tuples(WORDS, WORDS), st.integers(0, 1)),
    st.builds(PointQuestion, WORDS, WORDS, st.floats(1e-6, 1e6)),
)
HIDDEN = st.sets(st.sampled_from(HIDEABLE)).map(lambda some: tuple(part for part in HIDEABLE if part in some))
SCENES = st.builds(
    LessonScene, WORDS, WORDS, st.sampled_from(VIEWS), st.sampled_from(("", "rho=2")), HIDDEN, QUESTIONS, st.text(),
    st.booleans(), st.booleans(),
)  # fmt: skip


@given(
    st.builds(
        Lesson, st.just("x"), WORDS, st.integers(1, 120), WORDS, st.lists(SCENES, min_size=1, max_size=3).map(tuple)
    )
)
def test_what_was_written_is_read_the_same(lesson: Lesson) -> None:
    assert read(write(lesson), "x") == lesson


def test_the_catalogue_holds_every_file() -> None:
    assert sorted(KEYS) == sorted(path.stem for path in Path(lessons.__file__).parent.glob("*.json"))


@pytest.mark.parametrize("one", LESSONS.values(), ids=LESSONS)
def test_every_scene_of_the_catalogue_can_be_shown(one: Lesson) -> None:
    from app.page.address_bar import anchors
    from app.views.catalogue import TABS

    check(one, anchors([tab.title for tab in TABS]))
