"""A lesson as JSON, and back; each mistake has one sentence: where, what was wrong, what was expected."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from lessons.lesson import HIDEABLE, ChoiceQuestion, Lesson, LessonScene, PointQuestion, Question
from optimizers.refusal import in_range, quoted, refusal

MAX_SCENES = 60
MAX_MINUTES = 120
MAX_TITLE, MAX_TEXT, MAX_STATE = 120, 3000, 15_000  # characters
MAX_CHOICES = 6
MAX_WITHIN = 1e6
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
VIEW = re.compile(r"(?:#[a-z0-9]+(?:-[a-z0-9]+)*)?")

LESSON = ("title", "minutes", "summary", "scenes")
SCENE = ("title", "text", "view", "state", "hide", "question", "reveal", "play", "animate")
CHOICE = ("prompt", "kind", "choices", "answer")
POINT = ("prompt", "kind", "answer", "within")


class LessonError(ValueError):
    """One sentence on what is wrong with a lesson, without a full stop."""


def read(text: str, key: str, where: str = "") -> Lesson:
    """Reads a lesson.

    Args:
        text: JSON.
        key: of the lesson.
        where: the name of the file, which begins the sentence on a mistake.

    Raises:
        LessonError: for anything that is no lesson.
    """
    place = where or f"{key}.json"
    if not KEY.fullmatch(key):
        raise LessonError(f"{place}: {refusal('its name', 'small letters and digits, joined by -', quoted(key))}")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deeply nested or too large a number"
        at = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise LessonError(f"{place} is no JSON: {reason[:1].lower()}{reason[1:]}{at}") from None
    lesson = _object(data, LESSON, LESSON, place)
    listed = lesson["scenes"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_SCENES:
        expected = f"a list of 1 to {MAX_SCENES} scenes"
        given = f"{len(listed)} of them" if isinstance(listed, list) else quoted(listed)
        raise LessonError(f"{place}: {refusal('“scenes”', expected, given)}")
    return Lesson(
        key,
        _text(lesson, "title", place, MAX_TITLE),
        _whole(lesson, "minutes", place, 1, MAX_MINUTES),
        _text(lesson, "summary", place, MAX_TEXT),
        tuple(_scene(one, f"{place}, scene {number}") for number, one in enumerate(listed, 1)),
    )


def write(lesson: Lesson) -> str:
    """The JSON of a lesson; defaults are left out."""
    data = {name: getattr(lesson, name) for name in LESSON[:-1]}
    return json.dumps({**data, "scenes": [_written(one) for one in lesson.scenes]}, ensure_ascii=False, indent=2) + "\n"


def _written(scene: LessonScene) -> dict[str, Any]:
    default = asdict(LessonScene("", ""))
    data = {name: value for name, value in asdict(scene).items() if value != default[name]}
    match scene.question:
        case ChoiceQuestion(prompt, choices, answer):
            data["question"] = {"prompt": prompt, "kind": "choice", "choices": choices, "answer": answer}
        case PointQuestion(prompt, rule, within):
            data["question"] = {"prompt": prompt, "kind": "point", "answer": {"rule": rule}, "within": within}
    return data


def _scene(given: Any, place: str) -> LessonScene:
    scene = _object(given, SCENE, ("title", "text"), place)
    hide = scene.get("hide", [])
    if not isinstance(hide, list) or any(part not in HIDEABLE for part in hide):
        raise LessonError(f"{place}: {refusal('“hide”', f'a list of some of {_listed(HIDEABLE)}', quoted(hide))}")
    view = _text(scene, "view", place, MAX_TITLE, default="")
    if not VIEW.fullmatch(view):
        raise LessonError(f"{place}: {refusal('“view”', 'a tab such as “#destinations”, or empty', quoted(view))}")
    return LessonScene(
        _text(scene, "title", place, MAX_TITLE),
        _text(scene, "text", place, MAX_TEXT),
        view,
        _text(scene, "state", place, MAX_STATE, default="").removeprefix("?"),
        tuple(part for part in HIDEABLE if part in hide),
        _question(scene["question"], f"{place}, question") if scene.get("question") is not None else None,
        _text(scene, "reveal", place, MAX_TEXT, default=""),
        _flag(scene, "play", place),
        _flag(scene, "animate", place),
    )


def _question(given: Any, place: str) -> Question:
    kind = given.get("kind") if isinstance(given, dict) else None
    forms: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any], str], Question]]] = {
        "choice": (CHOICE, _choice),
        "point": (POINT, _point),
    }
    if not isinstance(given, dict) or not isinstance(kind, str) or kind not in forms:
        found = quoted(kind) if isinstance(given, dict) else quoted(given)
        raise LessonError(f"{place}: {refusal('“kind”', '“point” or “choice”', found)}")
    names, made = forms[kind]
    return made(_object(given, names, names, place), place)


def _choice(question: Mapping[str, Any], place: str) -> ChoiceQuestion:
    choices = question["choices"]
    some = isinstance(choices, list) and 2 <= len(choices) <= MAX_CHOICES
    if not some or not all(isinstance(one, str) and len(one.strip()) > 0 and len(one) <= MAX_TEXT for one in choices):
        raise LessonError(f"{place}: {refusal('“choices”', f'2 to {MAX_CHOICES} texts', quoted(choices))}")
    answer = _whole(question, "answer", place, 0, len(choices) - 1)
    return ChoiceQuestion(_text(question, "prompt", place, MAX_TEXT), tuple(choices), answer)


def _point(question: Mapping[str, Any], place: str) -> PointQuestion:
    answer, within = question["answer"], question["within"]
    if not isinstance(answer, dict) or answer.keys() != {"rule"} or not isinstance(answer["rule"], str):
        raise LessonError(f"{place}: {refusal('“answer”', 'of the form {“rule”: “sam”}', quoted(answer))}")
    number = isinstance(within, int | float) and not isinstance(within, bool) and isfinite(within)
    if not number or not 0 < within <= MAX_WITHIN:
        raise LessonError(
            f"{place}: {refusal('“within”', f'a distance above 0, up to {MAX_WITHIN:g}', quoted(within))}"
        )
    return PointQuestion(_text(question, "prompt", place, MAX_TEXT), answer["rule"], float(within))


def _object(given: Any, known: tuple[str, ...], needed: tuple[str, ...], place: str) -> dict[str, Any]:
    """An object with no unknown names and all that are needed."""
    if not isinstance(given, dict):
        raise LessonError(f"{place}: {refusal('it', f'an object with {_listed(needed)}', quoted(given))}")
    if unknown := [name for name in given if name not in known]:
        raise LessonError(f"{place} has {quoted(unknown[0])}, which is not known; expected some of {_listed(known)}")
    if lacking := [name for name in needed if name not in given]:
        raise LessonError(f"{place} lacks “{lacking[0]}”; expected {_listed(needed)}")
    return given


def _text(given: Mapping[str, Any], name: str, place: str, longest: int, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise LessonError(f"{place}: {refusal(f'“{name}”', 'a text', quoted(value))}")
    if len(value) > longest:
        raise LessonError(f"{place}: {refusal(f'“{name}”', f'at most {longest} characters', f'{len(value)}')}")
    return value


def _whole(given: Mapping[str, Any], name: str, place: str, low: int, high: int) -> int:
    value = given[name]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise LessonError(f"{place}: {refusal(f'“{name}”', in_range(low, high, whole=True), quoted(value))}")
    return value


def _flag(given: Mapping[str, Any], name: str, place: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise LessonError(f"{place}: {refusal(f'“{name}”', 'true or false', quoted(value))}")
    return value


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
