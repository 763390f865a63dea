"""Every sentence of every lesson is computed at the setting of its own scene, and every number in it."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest

from lessons import LESSONS, ChoiceQuestion, Lesson, LessonScene, PointQuestion
from tests.lessons.setting import Setting, number, numbers, unit

MOST_WORDS = 62
NEAREST = 1.2  # distances from the end: a wrong answer that has a name is this many times as far as a right one may be


def table(lesson: Lesson) -> ModuleType:
    """CLAIMS: sentence → check, which returns the sentence's numbers. ANSWERS: prompt → check, which returns the index
    of the right choice, or the points that are wrong answers. PLAIN: sentences that claim nothing."""
    return import_module(f"tests.lessons.claims.{lesson.key.replace('-', '_')}")


@cache
def setting(scene: LessonScene) -> Setting:
    """The scene's, with its state made once."""
    return Setting(scene)


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [one for one in re.split(r"(?<=[.?!])\s+|(?<=[.?!]”)\s+", text) if one]


def prompt_of(scene: LessonScene) -> str:
    return scene.question.prompt if scene.question is not None else ""


def said(lesson: Lesson) -> Iterator[tuple[LessonScene, str]]:
    """Every sentence with the scene in which it stands; a summary is about the last one."""
    yield lesson.scenes[-1], lesson.title
    for sentence in split(lesson.summary):
        yield lesson.scenes[-1], sentence
    for scene in lesson.scenes:
        for text in (scene.title, scene.text, scene.reveal):
            for sentence in split(text):
                yield scene, sentence
        for sentence in split(prompt_of(scene))[:-1]:
            yield scene, sentence


def only_asks(sentence: str) -> bool:
    return sentence.endswith("?") and not numbers(sentence)


SAID = [(lesson, scene, sentence) for lesson in LESSONS.values() for scene, sentence in said(lesson)]
CLAIMED = [one for one in SAID if one[2] in table(one[0]).CLAIMS]
ASKED = [(lesson, scene) for lesson in LESSONS.values() for scene in lesson.scenes if scene.question is not None]


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_sentence_is_computed_or_claims_nothing(lesson: Lesson) -> None:
    rows, plain = table(lesson).CLAIMS, table(lesson).PLAIN
    sentences = {sentence for _, sentence in said(lesson) if not only_asks(sentence)}
    assert sentences - rows.keys() - plain == set(), "without a row"
    assert rows.keys() - sentences == set(), "rows of no sentence"
    assert plain - sentences == set(), "said nowhere"
    assert not [sentence for sentence in plain if numbers(sentence)], "numbers that nothing computes"
    assert plain.isdisjoint(rows)


@pytest.mark.parametrize(("lesson", "scene", "sentence"), CLAIMED, ids=[f"{a.key}: {c[:48]}" for a, _, c in CLAIMED])
def test_a_sentence_holds(lesson: Lesson, scene: LessonScene, sentence: str) -> None:
    measured = table(lesson).CLAIMS[sentence](setting(scene))
    written = numbers(sentence)
    assert len(measured) == len(written), (measured, written)
    for value, text in zip(measured, written, strict=True):
        assert abs(value - number(text)) <= 0.5000001 * unit(text), (measured, written)


@pytest.mark.parametrize(("lesson", "scene"), ASKED, ids=[f"{a.key}: {b.title[:40]}" for a, b in ASKED])
def test_the_answer_is_the_measured_one(lesson: Lesson, scene: LessonScene) -> None:
    at = setting(scene)
    found = table(lesson).ANSWERS[prompt_of(scene)](at)
    assert set(numbers(split(prompt_of(scene))[-1])) <= set(numbers(scene.text)), "computed in the text alone"
    match scene.question:
        case ChoiceQuestion(_, _, answer):
            assert found == answer
        case PointQuestion(_, rule, within):
            away = [float(np.hypot(*(np.array(place) - at.end(rule)))) for place in found]
            assert len(away) >= 2, "wrong answers that a student would give"
            assert min(away) > NEAREST * within, away


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_lesson_is_short_and_asks_before_it_tells(lesson: Lesson) -> None:
    assert 5 <= len(lesson.scenes) <= 9
    assert 5 <= lesson.minutes <= 10
    assert len(split(lesson.summary)) == 1
    asked = [scene for scene in lesson.scenes if scene.question is not None]
    assert len(asked) >= 3
    assert {prompt_of(scene) for scene in asked} == table(lesson).ANSWERS.keys()
    for scene in lesson.scenes:
        for text in (scene.text, scene.reveal):
            assert len(text.split()) <= MOST_WORDS, (scene.title, len(text.split()))
    for scene in asked:
        assert scene.reveal
        assert scene.hide or scene.view  # what is asked of a map may be on none
