"""The lessons of a static site: each scene's words, and a link to what it shows."""

import json
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from app.export.live.setup import KEPT, identity
from app.export.site import pages
from app.export.site.losses import Loss
from app.model.link import read
from app.model.state import State
from lessons import ChoiceQuestion, Lesson, LessonScene

PAGES = {"": ("explore", "Run it"), "#destinations": ("map", "Map it")}  # by the anchor of a scene's view


def lesson_page(lesson: Lesson, losses: Sequence[Loss]) -> str:
    """The page of one lesson."""
    scenes = "".join(_scene(scene, losses) for scene in lesson.scenes)
    inside = f"<p>{escape(lesson.summary)} About {lesson.minutes} minutes.</p>{scenes}"
    return pages.page(lesson.title, inside, pages.nav("", [], ""))


def _scene(scene: LessonScene, losses: Sequence[Loss]) -> str:
    question, reveal = "", escape(scene.reveal)
    if scene.question is not None:
        question = f"<p><strong>{escape(scene.question.prompt)}</strong></p>"
        if isinstance(scene.question, ChoiceQuestion):
            question += f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in scene.question.choices)}</ul>"
            reveal = f"{escape(scene.question.choices[scene.question.answer])}. {reveal}"
    answer = f"<details><summary>Answer</summary><p>{reveal}</p></details>" if reveal else ""
    return f"<h2>{escape(scene.title)}</h2><p>{escape(scene.text)}</p>{question}{_link(scene, losses)}{answer}"


def _link(scene: LessonScene, losses: Sequence[Loss]) -> str:
    state = State()
    state.try_update(**read(scene.state).values)
    shown = next((loss for loss in losses if loss.slug == state.landscape), None)
    if shown is None or scene.view not in PAGES:
        return "<p class='note'>What this scene shows is in the app alone.</p>"
    kind, words = PAGES[scene.view]
    given = {name: getattr(state, name) for name in KEPT} | {"rules": [identity(one) for one in state.entries()]}
    return f"<p><a href='{kind}-{shown.slug}.html#{quote(json.dumps(given))}'>{words}</a></p>"
