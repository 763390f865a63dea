"""One session's way through a lesson: its scenes, what is asked there, and what is revealed."""

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import Any
from uuid import uuid4

from app.compute.prediction import measured_end, score_of_choice, score_of_points, tally
from app.lessons.class_predictions import ClassPredictions, Given, Presence
from app.lessons.movement import Movement
from app.model.lesson_link import Place, scene_values
from app.model.moment import NO_MOMENT, Moment, Point
from app.model.state import State
from lessons import LESSONS, ChoiceQuestion, Lesson, LessonScene, PointQuestion

CLASS_PAUSE = 200  # milliseconds
Later = Callable[[Callable[[], None], int], None]


class Lecture:
    """A lesson that is open, or none.

    Args:
        state: is changed to that of each scene.
        open_view: opens the tab with an anchor.
        predictions: of the class.
        later: calls a function after so many milliseconds.
        is_present: tells whether the visitor's page is open.

    Attributes:
        lesson: the one that is open.
        number: of the scene, from 1.
        revealed: whether what it hides has been revealed.
        chosen: the index of the choice.
        calm: whether nothing moves by itself: the visitor's browser asks for that.
        plays: how often runs are to be played so far.
    """

    def __init__(
        self,
        state: State,
        open_view: Callable[[str], None],
        predictions: ClassPredictions,
        later: Later,
        is_present: Presence = lambda: True,
    ) -> None:
        self._state, self._open_view, self._predictions = state, open_view, predictions
        self._movement, self._later, self._is_present = Movement(state, later), later, is_present
        self._waiting = False
        self._session = uuid4()
        self._followers: list[Callable[[], None]] = []
        self.lesson: Lesson | None = None
        self.number, self.revealed, self.calm, self.plays = 0, False, False, 0
        self.chosen: int | None = None
        state.param.watch(lambda event: self._noted(), "moment")

    def follow(self, changed: Callable[[], None]) -> None:
        """Has something be called after each change."""
        self._followers.append(changed)

    @property
    def scene(self) -> LessonScene | None:
        """The scene that is open."""
        return None if self.lesson is None else self.lesson.scenes[self.number - 1]

    @property
    def own(self) -> tuple[Point, ...]:
        """The places that this visitor predicts."""
        return self._state.moment.predictions

    @property
    def others(self) -> int:
        """How many answers the rest of the class has given."""
        if (scene := self.scene) is None:
            return 0
        held = self._predictions
        return len(held.points(scene, self._session)) + len(held.choices(scene, self._session))

    @property
    def can_reveal(self) -> bool:
        """Whether something is still to be revealed."""
        return self.scene is not None and self.scene.asks and not self.revealed

    def open(self, lesson: Lesson, number: int = 1, values: dict[str, Any] | None = None) -> str | None:
        """Opens a scene of a lesson.

        Args:
            values: of the linked parameters, from a link; None for the scene's own.

        Returns:
            None, or one sentence that says why the state was refused.
        """
        self.lesson, self.number = lesson, number
        self.revealed, self.chosen = False, None
        scene = lesson.scenes[number - 1]
        moment = Moment(
            lesson.key if LESSONS.get(lesson.key) is lesson else "",
            number,
            scene.hide,
            isinstance(scene.question, PointQuestion),
        )
        if values is None:
            values = scene_values(Place(lesson, number), self._state)
        self._movement.stop()
        if scene.animate and not self.calm:
            refused = self._movement.begin(values, moment=moment)
        else:
            refused = self._state.try_update(**values, moment=moment)
        self._open_view(scene.view)
        self._predictions.follow(self._session, self._answered, self._is_present)
        if scene.play and not scene.asks:
            self.plays += 1
        self._tell()
        return refused

    def close(self) -> None:
        """Ends the lesson; what was hidden is drawn, and the state stays."""
        if self.lesson is None:
            return
        self._movement.stop()
        self.lesson = None
        self._state.try_update(moment=NO_MOMENT)
        self._predictions.leave(self._session)
        self._tell()

    def leave(self) -> None:
        """Drops what this session predicted: it ends."""
        self._predictions.leave(self._session)

    def forward(self) -> None:
        """Reveals what is hidden; where nothing is, the next scene."""
        if self.can_reveal:
            self.reveal()
        else:
            self.go(self.number + 1)

    def go(self, number: int) -> None:
        """Opens another scene of the lesson, if there is one of this number."""
        if self.lesson is not None and 1 <= number <= len(self.lesson.scenes):
            self.open(self.lesson, number)

    def reveal(self) -> None:
        """Draws what was hidden, and scores what was predicted."""
        if not self.can_reveal or (scene := self.scene) is None:
            return
        self.revealed = True
        end = measured_end(self._state, scene.question) if isinstance(scene.question, PointQuestion) else None
        others = self._predictions.points(scene, self._session)
        self._state.try_update(moment=replace(self._state.moment, hidden=(), asking=False, others=others, answer=end))
        if scene.play:
            self.plays += 1
        self._tell()

    def choose(self, index: int) -> None:
        """Takes an answer."""
        question = self.scene and self.scene.question
        if isinstance(question, ChoiceQuestion) and not self.revealed and 0 <= index < len(question.choices):
            self.chosen = index
            self._noted()

    def predict(self, x: float, y: float) -> None:
        """Takes a place, as a click on the plane does."""
        if self._state.moment.asking and isfinite(x) and isfinite(y):
            self._state.try_update(moment=self._state.moment.predicted(x, y))

    def undo(self) -> None:
        """Drops the last place."""
        if self._state.moment.asking:
            self._state.try_update(moment=replace(self._state.moment, predictions=self.own[:-1]))

    @property
    def verdict(self) -> str:
        """How good what was predicted is, once it is revealed."""
        scene, moment = self.scene, self._state.moment
        if scene is None or not self.revealed:
            return ""
        match scene.question:
            case PointQuestion() as question:
                return score_of_points(question, moment.answer, self.own, moment.others)
            case ChoiceQuestion() as question:
                others = self._predictions.choices(scene, self._session)
                return f"{score_of_choice(question, self.chosen)} {tally(question, others, self.chosen)}".strip()
        return ""

    def _noted(self) -> None:
        """Passes on to the class what this visitor answers."""
        if (scene := self.scene) is not None and scene.question is not None:
            self._predictions.put(scene, self._session, Given(self.own, self.chosen))
            self._tell()

    def _answered(self) -> None:
        """Another visitor has answered, come or gone: that is shown in this session's own turn, and once for many."""
        if not self._waiting:
            self._waiting = True
            self._later(self._class_changed, CLASS_PAUSE)

    def _class_changed(self) -> None:
        self._waiting = False
        scene, moment = self.scene, self._state.moment
        if scene is not None and self.revealed and isinstance(scene.question, PointQuestion):
            others = self._predictions.points(scene, self._session)
            self._state.try_update(moment=replace(moment, others=others))
        self._tell()

    def _tell(self) -> None:
        for changed in self._followers:
            changed()
