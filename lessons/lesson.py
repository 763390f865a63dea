"""A lesson as data: scenes with a state, a paragraph, what is hidden, a question, and what is revealed."""

from dataclasses import dataclass

HIDEABLE = ("paths", "ends", "marginals", "curve", "table", "summary")


@dataclass(frozen=True)
class ChoiceQuestion:
    """A question with answers to choose from.

    Attributes:
        answer: the index of the right choice.
    """

    prompt: str
    choices: tuple[str, ...]
    answer: int


@dataclass(frozen=True)
class PointQuestion:
    """A question that is answered by a click on the plane: where does the run of this rule end?

    Attributes:
        rule: its key; the answer is the end of its run, as measured.
        within: the distance up to which a prediction is right.
    """

    prompt: str
    rule: str
    within: float


Question = ChoiceQuestion | PointQuestion


@dataclass(frozen=True)
class LessonScene:
    """One scene of a lesson.

    Attributes:
        text: one paragraph.
        view: the anchor of the tab, such as "#destinations"; empty for Explore.
        state: the query of a link, without "?".
        hide: what is not drawn until it is revealed, among HIDEABLE.
        reveal: one paragraph that is shown after that; empty for none.
        play: whether the runs are played once they are shown.
        animate: whether the numbers move from those of the scene before.
    """

    title: str
    text: str
    view: str = ""
    state: str = ""
    hide: tuple[str, ...] = ()
    question: Question | None = None
    reveal: str = ""
    play: bool = False
    animate: bool = False

    @property
    def asks(self) -> bool:
        """Whether something is there to be revealed."""
        return bool(self.hide or self.question or self.reveal)


@dataclass(frozen=True)
class Lesson:
    """A sequence of scenes.

    Attributes:
        key: in links, and the name of its file.
        minutes: how long it takes.
        summary: one sentence.
    """

    key: str
    title: str
    minutes: int
    summary: str
    scenes: tuple[LessonScene, ...]
