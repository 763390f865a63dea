"""A lesson as one page to print or to read: text, questions and pictures, and the answers at its end."""

from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path

from app.compute.runs import Runs, runs_of
from app.model.lesson_state import values_of_scene
from app.model.state import State
from app.theme import stylesheet
from lessons import ChoiceQuestion, Lesson, LessonScene

CSS = Path(__file__).with_suffix(".css")
DPI = 100


def handout_of_lesson(lesson: Lesson) -> str:
    """The page, which needs no other file; what a scene hides is in the answers alone."""
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{escape(lesson.title)}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{stylesheet(CSS)}</style></head>"
        f"<body>{body(lesson)}</body></html>"
    )


def body(lesson: Lesson) -> str:
    """What the page holds, as HTML."""
    scenes = "".join(_scene(scene, number) for number, scene in enumerate(lesson.scenes, 1))
    answers = "".join(_answer(scene, number) for number, scene in enumerate(lesson.scenes, 1) if scene.asks)
    end = f"<section class='answers'><h2>Answers</h2>{answers}</section>" if answers else ""
    return f"<main><h1>{escape(lesson.title)}</h1><p>{escape(lesson.summary)}</p>{scenes}{end}</main>"


def _scene(scene: LessonScene, number: int) -> str:
    question = scene.question
    asked = ""
    if question is not None:
        choices = question.choices if isinstance(question, ChoiceQuestion) else ()
        listed = "".join(f"<li>{escape(choice)}</li>" for choice in choices)
        asked = f"<p class='question'>{escape(question.prompt)}</p>{f'<ol>{listed}</ol>' if listed else ''}"
    return (
        f"<section><h2>{number}. {escape(scene.title)}</h2><p>{escape(scene.text)}</p>{asked}"
        f"{scene_picture(scene, revealed=False)}</section>"
    )


def _answer(scene: LessonScene, number: int) -> str:
    question = scene.question
    right = f"{question.choices[question.answer]}. " if isinstance(question, ChoiceQuestion) else ""
    picture = scene_picture(scene, revealed=True) if scene.hide else ""
    return f"<article><h3>{number}. {escape(scene.title)}</h3><p>{escape(right + scene.reveal)}</p>{picture}</article>"


def scene_picture(scene: LessonScene, *, revealed: bool) -> str:
    """The plane of a scene of Explore, as an inline picture; other tabs have none."""
    from PIL.Image import open as open_image

    from app.export.explore_picture import picture
    from figures.style import published

    if scene.view:
        return ""
    state = State()
    state.try_update(**values_of_scene(scene))
    hidden = not revealed and bool({"paths", "ends"} & {*scene.hide})
    runs: list[Runs] = [] if hidden else runs_of(state)
    drawn, file = BytesIO(), BytesIO()
    with published():
        picture(state, runs).savefig(drawn, format="png", dpi=DPI, bbox_inches="tight")
    open_image(drawn).convert("RGB").quantize().save(file, "PNG", optimize=True)  # 256 colours: a third of the size
    what = "The landscape and the start" if hidden else "The landscape, the paths and where they end"
    return f"<img alt='{what}' src='data:image/png;base64,{b64encode(file.getvalue()).decode()}'>"
