"""What a lesson's scene asks of the state, and whether it can be shown."""

from collections.abc import Collection
from typing import Any

from app.model.lineup import PAPER_KEYS
from app.model.link import read
from lessons import Lesson, LessonError, LessonScene, PointQuestion
from optimizers.refusal import quoted, refusal


def values_of_scene(scene: LessonScene) -> dict[str, Any]:
    """A value for every linked parameter of the state, as from a link."""
    return read(scene.state).values


def check(lesson: Lesson, views: Collection[str], where: str = "") -> None:
    """Makes sure that each scene can be shown.

    Args:
        views: the anchors of all tabs; empty for the first one.
        where: the name of the lesson's file.

    Raises:
        LessonError: where a state, a tab or a rule is not known, or a question has no single answer.
    """
    for number, scene in enumerate(lesson.scenes, 1):
        place = f"{where or lesson.key + '.json'}, scene {number}"
        values, ignored = read(scene.state)
        if ignored:
            raise LessonError(f"{place}, “state”: {ignored[:1].lower()}{ignored[1:].removesuffix('.')}")
        if scene.view not in views:
            raise LessonError(f"{place}: {refusal('“view”', f'one of {_listed(views)}', quoted(scene.view))}")
        if isinstance(scene.question, PointQuestion):
            _check_point(scene.question, scene.view, values, place)


def _check_point(question: PointQuestion, view: str, values: dict[str, Any], place: str) -> None:
    if view:
        raise LessonError(f"{place} asks for a point, which can be clicked in Explore alone; expected an empty “view”")
    if values["mode"] != "one":
        raise LessonError(f"{place} asks for a point, but starts from a {values['mode']}; expected one start")
    rules = [key for key in PAPER_KEYS if key in values["optimizers"]]
    rules += [rule.key for rule in values["added"] if rule is not None]
    if question.rule not in rules:
        expected = f"one of the rules of its state, {_listed(rules)}"
        raise LessonError(f"{place}: {refusal('the rule of the question', expected, quoted(question.rule))}")


def _listed(names: Collection[str]) -> str:
    return ", ".join(name or "“”" for name in names)
