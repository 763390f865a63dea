"""The menu of lessons: what each is about and how long it takes, behind a button of the header."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.lessons.lecture import Lecture
from app.page.dialog import dialog, header_button, overlay_row
from app.theme import stylesheet
from lessons import LESSONS, Lesson

HERE = Path(__file__).parent


class LessonsDialog(Viewer):
    """A button for the page's header, and the dialog.

    Attributes:
        overlays: the dialog, to stand in the page's main part.
    """

    def __init__(self, lecture: Lecture) -> None:
        super().__init__()
        self._lecture = lecture
        self._button = header_button("Lessons", "school", lambda event: self._open(), margin=(0, 8, 0, 0))
        self._dialog = dialog("Lessons", "sm")
        self.overlays = overlay_row(self._dialog)

    def _open(self) -> None:
        if not self._dialog.objects:
            self._dialog.objects = [self._row(lesson) for lesson in LESSONS.values()]
        self._dialog.open = True

    def _row(self, lesson: Lesson) -> pn.Row:
        about = f"<h3>{escape(lesson.title)}</h3><p>{escape(lesson.summary)} {lesson.minutes} minutes.</p>"
        text = pn.pane.HTML(
            about, sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "lessons_dialog.css")]
        )
        return pn.Row(
            text,
            pmui.Button(
                label="Open",
                description=lesson.title,
                variant="outlined",
                size="small",
                margin=(8, 0, 0, 12),
                on_click=self._opener(lesson),
            ),
            sizing_mode="stretch_width",
            margin=(0, 0, 8, 0),
        )

    def _opener(self, lesson: Lesson) -> Callable[[Any], None]:
        def opened(event: Any) -> None:
            self._dialog.open = False
            self._lecture.open(lesson)

        return opened

    def __panel__(self) -> pmui.Button:
        return self._button
