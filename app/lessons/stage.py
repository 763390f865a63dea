"""Where a lesson stands on the page: beside the views, which give it room."""

from collections.abc import Sequence
from pathlib import Path

import panel as pn
from panel.viewable import Viewable, Viewer

from app.lessons.lecture import Lecture
from app.lessons.lesson_panel import LessonPanel, content, take
from app.theme import stylesheet

HERE = Path(__file__).parent
BESIDE = "beside-lesson"


class Stage(Viewer):
    """The views and the panel of the lesson that is open.

    Args:
        lecture: is shown and stepped through.
        views: stand in it, above or beside the panel.
    """

    def __init__(self, lecture: Lecture, views: Viewable) -> None:
        super().__init__()
        self._lecture = lecture
        self._panel = LessonPanel(
            content=content(lecture), sizing_mode="stretch_height", margin=0, css_classes=["lesson"],
            visible=lecture.lesson is not None,
        )  # fmt: skip
        self._row = pn.Row(
            views,
            self._panel,
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["stage"],
            stylesheets=[stylesheet(HERE / "stage.css")],
        )
        self._panel.param.watch(lambda event: take(lecture, event.new), "asked")
        self._beside: list[Viewable] = []
        lecture.follow(self._show)

    def give_room(self, contents: Sequence[Viewable]) -> None:
        """Has the contents of views make room while a lesson is open."""
        for one in contents:
            if one not in self._beside:
                self._beside.append(one)
                one.stylesheets = [*one.stylesheets, stylesheet(HERE / "beside_lesson.css")]
        self._mark()

    def _show(self) -> None:
        self._panel.param.update(content=content(self._lecture), visible=self._lecture.lesson is not None)
        self._mark()

    def _mark(self) -> None:
        for one in self._beside:
            others = [name for name in one.css_classes if name != BESIDE]
            one.css_classes = [*others, *([BESIDE] if self._lecture.lesson is not None else [])]

    def __panel__(self) -> pn.Row:
        return self._row
