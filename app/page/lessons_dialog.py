"""The menu of lessons: what each is about and how long it takes, behind a button of the header."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.lessons.draft import Draft
from app.lessons.lecture import Lecture
from app.model.state import State
from app.page.dialog import dialog, header_button, overlay_row
from app.page.own_lesson import OwnLesson
from app.theme import stylesheet
from lessons import LESSONS, Lesson

HERE = Path(__file__).parent
CSS = stylesheet(HERE / "lessons_dialog.css")
LEVEL_NAMES = {"Intro": "intro", "Full laboratory": "full"}
LEVEL_ABOUT = "The intro has two rules, ρ and Play."


class LessonsDialog(Viewer):
    """A button for the page's header, and the dialog.

    Args:
        lecture: is opened.
        state: has the level, and what is added as a scene.
        views: the anchors of all tabs.
        view: says that of the open one.

    Attributes:
        overlays: the dialog, to stand in the page's main part.
    """

    def __init__(self, lecture: Lecture, state: State, views: list[str], view: Callable[[], str]) -> None:
        super().__init__()
        self._lecture, self._state = lecture, state
        self._draft, self._view = Draft(state, views), view
        self._button = header_button("Lessons", "school", lambda event: self._open(), margin=(0, 8, 0, 16))
        self._dialog = dialog("Lessons", "sm")
        self.overlays = overlay_row(self._dialog)

    def _open(self) -> None:
        if not self._dialog.objects:
            self._dialog.objects = [*map(self._row, LESSONS.values()), self._level(), self._own()]
        self._dialog.open = True

    def _row(self, lesson: Lesson) -> pn.Row:
        about = f"<h3>{escape(lesson.title)}</h3><p>{escape(lesson.summary)} {lesson.minutes} minutes.</p>"
        text = pn.pane.HTML(about, sizing_mode="stretch_width", margin=0, stylesheets=[CSS])
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

    def _level(self) -> pn.Column:
        """The intro or the full laboratory."""
        group = pmui.RadioButtonGroup(
            label="Level",
            options=LEVEL_NAMES,
            value=self._state.level,
            size="small",
            margin=0,
            sx={
                "& .MuiToggleButton-root, & .MuiButton-root": {
                    "textTransform": "none",
                    "whiteSpace": "nowrap",
                    "width": "auto",
                }
            },
        )
        group.param.watch(lambda event: self._choose(event.new), "value")
        self._state.param.watch(lambda event: group.param.update(value=event.new), "level")
        about = pn.pane.HTML(f"<p>{LEVEL_ABOUT}</p>", margin=(4, 12, 0, 0), stylesheets=[CSS])
        return pn.Column(about, group, margin=(8, 0, 0, 0))

    def _own(self) -> OwnLesson:
        return OwnLesson(self._draft, self._lecture, self._view, self._close)

    def _close(self) -> None:
        self._dialog.open = False

    def _choose(self, level: str) -> None:
        if level != self._state.level:
            self._state.choose_level(level)

    def _opener(self, lesson: Lesson) -> Callable[[Any], None]:
        def opened(event: Any) -> None:
            self._dialog.open = False
            self._lecture.open(lesson)

        return opened

    def __panel__(self) -> pmui.Button:
        return self._button
