"""A lesson of one's own: scenes of what is on the screen, checked as a file is."""

import json
from typing import Any

from app.model.lesson_state import check
from app.model.link import write as link
from app.model.state import State
from lessons import HIDEABLE, Lesson, LessonError, read, write

KEY = "my-lesson"
MINUTES = 5
WITHIN = 0.05  # of the view's shorter side: the distance up to which a predicted place is right
MARK = "*"  # before the right one of several choices


class Draft:
    """The lesson that a visitor writes.

    Args:
        state: what is on the screen.
        views: the anchors of all tabs.

    Attributes:
        scenes: as JSON objects.
        title: of the lesson.
    """

    def __init__(self, state: State, views: list[str]) -> None:
        self._state, self._views = state, views
        self.title = "My lesson"
        self.scenes: list[dict[str, Any]] = []

    def add(self, view: str, title: str, text: str, prompt: str = "", choices: str = "", reveal: str = "") -> str:
        """Adds what is on the screen as a scene.

        Args:
            view: the anchor of the open tab.
            prompt: of a question; what the runs do is then hidden until it is revealed. Empty for none.
            choices: one a line, the right one with MARK; empty where the question asks where the first rule ends.

        Returns:
            Empty, or one sentence on why it was not added.
        """
        scene: dict[str, Any] = {"title": title, "text": text, "view": view, "state": link(self._state)}
        lines = [line.strip() for line in choices.splitlines() if line.strip()]
        if len(lines) > 1 and (marks := sum(line.startswith(MARK) for line in lines)) != 1:
            return f"The scene was not added. {marks} answers begin with {MARK}; put it before the right one alone."
        if prompt.strip():
            scene |= {"hide": list(HIDEABLE), "question": self._question(prompt, lines), "play": not view}
        if reveal.strip():
            scene["reveal"] = reveal
        try:
            self._checked([*self.scenes, scene])
        except LessonError as error:
            return f"The scene was not added. {error}."
        self.scenes.append(scene)
        return ""

    def open(self, text: str, name: str) -> str:
        """Takes the lesson of a file.

        Returns:
            Empty, or one sentence on what is wrong with it.
        """
        try:
            lesson = read(text, KEY, name)
            check(lesson, self._views, name)
        except LessonError as error:
            return f"{error}."
        self.title, self.scenes = lesson.title, json.loads(write(lesson))["scenes"]
        return ""

    def lesson(self) -> Lesson:
        """The lesson as it is now.

        Raises:
            LessonError: while it has no scene.
        """
        return self._checked(self.scenes)

    def _checked(self, scenes: list[dict[str, Any]]) -> Lesson:
        data = {"title": self.title or "My lesson", "minutes": MINUTES, "summary": "Written here.", "scenes": scenes}
        lesson = read(json.dumps(data), KEY, self.title or "My lesson")
        check(lesson, self._views, self.title or "My lesson")
        return lesson

    def _question(self, prompt: str, lines: list[str]) -> dict[str, Any]:
        if lines:
            right = next((at for at, line in enumerate(lines) if line.startswith(MARK)), 0)
            texts = [line.removeprefix(MARK).strip() for line in lines]
            return {"prompt": prompt, "kind": "choice", "choices": texts, "answer": right}
        rule = next((rule.key for rule in self._state.rules()), "")
        left, right_end, bottom, top = self._state.region
        within = WITHIN * min(right_end - left, top - bottom)
        return {"prompt": prompt, "kind": "point", "answer": {"rule": rule}, "within": within}
