"""The page of a lesson: live planes, and beside them the app's panel of a lesson."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bokeh.embed import file_html
from bokeh.resources import Resources
from markupsafe import Markup

from app.browser.view_code import view_code
from app.compute.prediction_text import FUNCTIONS
from app.export.handout import OnlyBokeh
from app.export.lesson.scenes import data, staged
from app.export.lesson_handout import scene_picture
from app.export.live.page import CSS, PLOTS, plots
from app.export.live.picture import document
from app.theme import stylesheet
from lessons import Lesson, LessonScene

HERE = Path(__file__).parent
PANEL = HERE.parents[1] / "lessons" / "lesson_panel.css"  # whose scripts `lesson.mjs` runs, too
TEMPLATE = (HERE / "lesson.html").read_text("utf-8").replace("{{ plots }}", PLOTS)


def live_lesson(
    lesson: Lesson, resources: Callable[[], Resources] | None = None, style: str = "", nav: str = ""
) -> str:
    """A lesson as one page, which needs no other file.

    Args:
        resources: BokehJS, where it is to be in a file of its own.
        style: of other pages beside it, as CSS.
        nav: links to them, as HTML.
    """
    scenes = staged(lesson.scenes)
    shown = {
        "lesson": lesson.title,
        "scenes": [data(scene, at) for scene, at in zip(lesson.scenes, scenes.at, strict=True)],
    }
    made = document(
        f"{lesson.title} · SAMscape",
        scenes.pictures,
        HERE / "lesson.mjs",
        words=view_code(FUNCTIONS, {}),
        lesson=shown,
        style=stylesheet(PANEL),
    )
    return file_html(
        made,
        OnlyBokeh(mode="inline") if resources is None else resources(),
        template=TEMPLATE,
        template_variables={
            "style": Markup(f"<style>{CSS}{style}{stylesheet(HERE / 'lesson.css')}</style>"),
            "nav": Markup(nav),
            "heading": lesson.title,
            "about": f"{lesson.summary} About {lesson.minutes} minutes.",
            "stages": [plots(picture) for picture in scenes.pictures],
            "stills": [
                _still(scene, number) for number, scene in enumerate(lesson.scenes) if scenes.at[number] is None
            ],
        },
        suppress_callback_warning=True,  # the app's layers would also tell a server
    )


def _still(scene: LessonScene, number: int) -> dict[str, Any]:
    """The pictures that stand in the place of a plane that does not compute."""
    before = Markup(scene_picture(scene, revealed=False))
    after = Markup(scene_picture(scene, revealed=True)) if scene.hide else before
    return {"scene": number, "before": before, "after": after}
