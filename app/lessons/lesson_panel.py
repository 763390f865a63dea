"""The panel beside the views: a scene's title, text and question, and the keys that step through the lesson."""

from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from app.browser.javascript import module
from app.lessons.lecture import Lecture
from app.theme import stylesheet
from lessons import ChoiceQuestion, PointQuestion

HERE = Path(__file__).parent


class LessonPanel(JSComponent):
    """The panel; it is empty while no lesson is open."""

    content = param.Dict(default=None, allow_None=True, doc="what is shown; None for nothing")
    asked = param.Dict(default=None, allow_None=True, doc="what the visitor asks for, with a number")

    _esm = module(HERE / "lesson_panel.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "lesson_panel.css")]


def take(lecture: Lecture, asked: Any) -> None:
    """Does what a visitor asks of a lesson; what is not known is ignored."""
    if not isinstance(asked, dict):
        return
    lecture.calm = asked.get("calm") is True
    match asked:
        case {"do": "forward"}:
            lecture.forward()
        case {"do": "next"}:
            lecture.go(lecture.number + 1)
        case {"do": "back"}:
            lecture.go(lecture.number - 1)
        case {"do": "reveal"}:
            lecture.reveal()
        case {"do": "close"}:
            lecture.close()
        case {"do": "undo"}:
            lecture.undo()
        case {"do": "choose", "index": int(index)} if not isinstance(index, bool):
            lecture.choose(index)
        case {"do": "predict", "x": int() | float() as x, "y": int() | float() as y}:
            lecture.predict(float(x), float(y))


def content(lecture: Lecture) -> dict[str, Any] | None:
    """What the panel shows; nothing of what is still to be revealed."""
    lesson, scene = lecture.lesson, lecture.scene
    if lesson is None or scene is None:
        return None
    question = scene.question
    return {
        "lesson": lesson.title,
        "number": lecture.number,
        "count": len(lesson.scenes),
        "title": scene.title,
        "text": scene.text,
        "prompt": question.prompt if question else "",
        "choices": list(question.choices) if isinstance(question, ChoiceQuestion) else [],
        "chosen": lecture.chosen,
        "right": question.answer if isinstance(question, ChoiceQuestion) and lecture.revealed else None,
        "places": isinstance(question, PointQuestion),
        "predicted": [list(point) for point in lecture.own[-1:]],
        "own": len(lecture.own),
        "others": lecture.others,
        "asks": scene.asks,
        "revealed": lecture.revealed,
        "verdict": lecture.verdict,
        "reveal": scene.reveal if lecture.revealed else "",
        "plays": lecture.plays,
    }
