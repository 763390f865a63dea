"""A lesson of one's own: what is on the screen becomes a scene, and what was saved is opened the same."""

import pytest

from app.export.lesson_handout import handout_of_lesson
from app.lessons.draft import Draft
from app.model.lesson_state import values_of_scene
from app.model.link import values_of
from app.model.state import State
from lessons import HIDEABLE, ChoiceQuestion, LessonError, PointQuestion, write

VIEWS = ["", "#destinations"]


@pytest.fixture
def draft() -> Draft:
    return Draft(State(rho=0.3, optimizers=["sam"], steps=20), VIEWS)


def test_what_is_on_the_screen_becomes_a_scene(draft: Draft) -> None:
    assert draft.add("", "A", "a") == ""
    (scene,) = draft.lesson().scenes
    assert values_of_scene(scene) == values_of(State(rho=0.3, optimizers=["sam"], steps=20))
    assert (scene.hide, scene.question) == ((), None)


def test_a_question_hides_what_the_runs_do(draft: Draft) -> None:
    draft.add("", "A", "a", "Where?", reveal="There.")
    draft.add("#destinations", "B", "b", "Which?", "one\n* two\n\nthree")
    where, which = draft.lesson().scenes
    assert (where.hide, where.question, where.reveal, where.play) == (
        HIDEABLE, PointQuestion("Where?", "sam", pytest.approx(0.3)), "There.", True
    )  # fmt: skip
    assert which.question == ChoiceQuestion("Which?", ("one", "two", "three"), 1)


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        (("", "", "a"), "My lesson, scene 1: “title” must be a text, not ''."),
        (("", "A", "a", "Which?", "one"), "My lesson, scene 1, question: “choices” must be 2 to 6 texts, not ['one']."),
        (("#destinations", "A", "a", "Where?"), "My lesson, scene 1 asks for a point, which can be clicked in Explore"),
    ],
)
def test_what_is_no_scene_is_refused_with_one_sentence(draft: Draft, scene: tuple, sentence: str) -> None:
    assert draft.add(*scene).startswith(f"The scene was not added. {sentence}")
    assert draft.scenes == []
    with pytest.raises(LessonError):
        draft.lesson()


def test_what_was_saved_is_opened_the_same(draft: Draft) -> None:
    draft.title = "Mine"
    draft.add("", "A", "a", "Where?")
    other = Draft(State(), VIEWS)
    assert other.open(write(draft.lesson()), "mine.json") == ""
    assert other.lesson() == draft.lesson()
    assert other.open("{}", "bad.json") == "bad.json lacks “title”; expected title, minutes, summary, scenes."
    assert other.lesson() == draft.lesson()


def test_the_printed_page_asks_before_it_answers(draft: Draft) -> None:
    draft.add("", "A <b>", "a", "Which?", "one\n*two", "There.")
    page = handout_of_lesson(draft.lesson())
    asked, answers = page.split("<h2>Answers</h2>")
    assert "A &lt;b&gt;" in asked
    assert "There." not in asked
    assert "two. There." in answers
    assert (asked.count("<img"), answers.count("<img")) == (1, 1)
    assert "src='http" not in page


@pytest.mark.parametrize(("choices", "marks"), [("one\ntwo", 0), ("* one\n* two", 2)])
def test_exactly_one_answer_is_marked_as_right(draft: Draft, choices: str, marks: int) -> None:
    said = draft.add("", "Scene", "Words.", prompt="Which?", choices=choices)
    assert said == f"The scene was not added. {marks} answers begin with *; put it before the right one alone."
    assert draft.scenes == []
