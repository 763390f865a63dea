"""A lesson of one's own, in the menu of lessons: add scenes, give it, save it, open one, print it."""

from collections.abc import Callable
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import Spacer
from panel.viewable import Viewer

from app.browser.background_work import in_background
from app.browser.callbacks import guarded
from app.browser.javascript import body, script
from app.export.lesson.page import live_lesson
from app.export.lesson_handout import CSS as PRINTED_CSS
from app.export.lesson_handout import body as printed
from app.export.lesson_handout import handout_of_lesson
from app.lessons.draft import Draft
from app.lessons.lecture import Lecture
from app.theme import stylesheet
from lessons import Lesson, LessonError, write

HERE = Path(__file__).parent
CSS = stylesheet(HERE / "lessons_dialog.css")
MAX_FILE_BYTES = 1_000_000
STRETCH = {"sizing_mode": "stretch_width"}
ABOUT = (
    "Set up what is to be shown, then add it as a scene. With a question, what the runs do is hidden until it is "
    "revealed; without choices, people click where the first rule ends."
)


class LessonChannel(DataModel):
    """To the browser: what is printed. From it: the file that was opened."""

    printed = AnyValue(default=None)
    opened = AnyValue(default=None)


class OwnLesson(Viewer):
    """The card.

    Args:
        draft: what is written.
        lecture: gives it.
        view: says the anchor of the open tab.
        close: closes the dialog.
    """

    def __init__(self, draft: Draft, lecture: Lecture, view: Callable[[], str], close: Callable[[], None]) -> None:
        super().__init__()
        self._draft, self._lecture, self._view, self._close = draft, lecture, view, close
        self._printed = 0
        self._channel = LessonChannel()
        self._channel.on_change("opened", guarded(self._opened))
        self._channel.js_on_change("printed", script(HERE / "print_lesson.mjs", channel=self._channel))
        self._name = _field("Title of the lesson", value=draft.title)
        self._name.param.watch(lambda event: setattr(draft, "title", event.new.strip()), "value")
        self._fields = {
            "title": _field("Title of the scene"),
            "text": _area("Paragraph"),
            "prompt": _field("Question (optional)"),
            "choices": _area("Choices, one a line, * before the right one (optional)"),
            "reveal": _area("Revealed afterwards (optional)"),
        }
        self._status = pn.pane.HTML("", margin=(4, 0), stylesheets=[CSS], **STRETCH)
        self._show("")
        opener = _button("Open lesson…", "folder_open")
        files = {"channel": self._channel, "max_size": MAX_FILE_BYTES}
        opener.js_on_click(args=files, code=body(HERE / "choose_file.mjs", tuple(files)))
        self._content = pn.Column(
            pn.pane.HTML(f"<h3>Your own lesson</h3><p>{ABOUT}</p>", margin=0, stylesheets=[CSS], **STRETCH),
            self._name,
            *self._fields.values(),
            pn.FlexBox(
                _button("Add this as a scene", "add", self._add),
                _button("Give this lesson", "school", self._give),
                opener,
                self._download("Save lesson", "my-lesson.json", lambda lesson: write(lesson).encode()),
                self._download("Live lesson", "my-lesson.html", lambda lesson: live_lesson(lesson).encode()),
                self._download("Lesson to print", "my-lesson-print.html", lambda one: handout_of_lesson(one).encode()),
                _button("Print", "print", self._print),
                gap="8px",
                margin=(8, 0, 0, 0),
                **STRETCH,
            ),
            self._status,
            pn.pane.Bokeh(Spacer(width=0, height=0, tags=[self._channel]), width=0, height=0, margin=0),
            margin=(12, 0, 0, 0),
            **STRETCH,
        )

    def _add(self, event: Any) -> None:
        refused = self._draft.add(self._view(), **{name: field.value for name, field in self._fields.items()})
        if not refused:
            for field in self._fields.values():
                field.value = ""
        self._show(refused)

    def _give(self, event: Any) -> None:
        if (lesson := self._lesson()) is not None:
            self._close()
            self._lecture.open(lesson)

    async def _print(self, event: Any) -> None:
        if (lesson := self._lesson()) is not None:
            self._printed += 1
            html = await in_background(lambda: printed(lesson))
            page = {"html": html, "style": stylesheet(PRINTED_CSS), "number": self._printed}
            if (document := pn.state.curdoc) is not None:  # its lock was given up meanwhile
                document.add_next_tick_callback(guarded(lambda: setattr(self._channel, "printed", page)))

    def _opened(self, attribute: str, old: Any, new: Any) -> None:
        name, text = str(new["name"]), str(new["text"])
        if new["size"] > MAX_FILE_BYTES:
            self._show(f"{name} is too large for a lesson: it has {new['size']} bytes, and {MAX_FILE_BYTES} are read.")
        else:
            self._show(self._draft.open(text, name))
            self._name.value = self._draft.title

    def _download(self, label: str, filename: str, made: Callable[[Lesson], bytes]) -> pmui.FileDownload:
        async def file() -> BytesIO:
            lesson = self._draft.lesson()
            return BytesIO(await in_background(lambda: made(lesson)))

        button = pmui.FileDownload(
            callback=file, filename=filename, label=label, icon="download", size="small", margin=0
        )
        button.variant = "outlined"  # given above, it would draw a warning about a default of the base class
        return button

    def _lesson(self) -> Lesson | None:
        """The lesson; while it has no scene, the card says so."""
        try:
            return self._draft.lesson()
        except LessonError:
            self._show("Add a scene first.")
            return None

    def _show(self, refused: str) -> None:
        number = len(self._draft.scenes)
        said = refused or f"{number} scene{'s' * (number != 1)}."
        self._status.object = f"<p role='status'>{escape(said)}</p>"

    def __panel__(self) -> pn.Column:
        return self._content


def _field(label: str, value: str = "") -> pmui.TextInput:
    return pmui.TextInput(label=label, value=value, size="small", margin=(6, 0, 0, 0), **STRETCH)


def _area(label: str) -> pmui.TextAreaInput:
    return pmui.TextAreaInput(label=label, size="small", rows=2, auto_grow=True, margin=(6, 0, 0, 0), **STRETCH)


def _button(label: str, icon: str, on_click: Callable[[Any], Any] | None = None) -> pmui.Button:
    return pmui.Button(label=label, icon=icon, variant="outlined", size="small", margin=0, on_click=on_click)
