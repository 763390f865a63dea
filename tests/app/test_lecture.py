"""A lecture: what is hidden does not cross to the page, scenes follow each other, predictions are scored."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from app.compute.prediction import score_of_choice, score_of_points, tally
from app.lessons.class_predictions import ClassPredictions
from app.lessons.lecture import Lecture
from app.lessons.lesson_panel import content, take
from app.lessons.movement import FRAMES, between
from app.lessons.start_cards import CARDS, start_cards
from app.model.lesson_link import Place, read, write
from app.model.moment import MAX_PREDICTIONS, NO_MOMENT, WITHHELD, Moment
from app.model.state import State
from app.views.explore import Explore
from app.views.maps.destinations import Destinations
from app.views.maps.map_view import UNREVEALED
from landscapes import LANDSCAPES
from lessons import HIDEABLE, LESSONS, ChoiceQuestion, Lesson, LessonScene, PointQuestion
from optimizers import SAM, run

WHERE = PointQuestion("Where?", "sam", 0.2)
WHICH = ChoiceQuestion("Which?", ("one", "two"), 1)
LESSON = Lesson(
    "one",
    "One",
    5,
    "One.",
    (
        LessonScene("A", "a", state="opt=gd,sam", hide=HIDEABLE, question=WHERE, reveal="There.", play=True),
        LessonScene("B", "b", "#destinations", "opt=gd,sam&rho=0.25", question=WHICH),
        LessonScene("C", "c", state="opt=gd,sam&start=1,1", animate=True),
    ),
)
MAY_DIFFER = {"playback", "hyperparameters", "start handle", "starts"}  # that say nothing of where runs go


@pytest.fixture(autouse=True)
def document() -> Iterator[None]:
    with set_curdoc(Document()):
        yield


@pytest.fixture
def lecture() -> Lecture:
    return attend(ClassPredictions())


def attend(
    predictions: ClassPredictions,
    later: Callable = lambda callback, milliseconds: callback(),
    is_present: Callable[[], bool] = lambda: True,
) -> Lecture:
    """One visitor's lecture; `shown` collects the tabs that were opened."""
    shown: list[str] = []
    made = Lecture(State(), shown.append, predictions, later, is_present)
    made.shown = shown
    return made


def state_of(lecture: Lecture) -> State:
    return lecture._state


def numbers(view: Explore) -> dict[str, list]:
    """What the page holds of each source."""
    return {name: [np.asarray(column, object).tolist() for column in dict(source.data).values()]
            for name, source in view._updates.sources.items()}  # fmt: skip


def test_nothing_that_is_hidden_crosses_to_the_page() -> None:
    state = State(mode="grid", size=3, steps=50)
    state.try_update(moment=Moment(hidden=HIDEABLE), pinned=state.setting())
    view = Explore(state)
    drawn = {name for name, columns in numbers(view).items() if any(map(len, columns))}
    assert not drawn & {"paths", "ends", "tags", "edges", "losses", "bands", "played", "density", "pinned paths"}
    words = [view._words.object, view._announcer._spoken.words]
    state.try_update(rho=0.1)
    assert view._frame().keys() <= MAY_DIFFER  # what follows from ρ would differ
    assert [view._words.object, view._announcer._spoken.words] == words
    assert "%" not in view._table.object
    state.try_update(moment=NO_MOMENT)
    assert {"paths", "ends", "losses"} <= view._frame().keys()
    assert "%" in view._table.object


@pytest.mark.parametrize(
    ("part", "sources"),
    [
        ("paths", {"paths", "played"}),
        ("ends", {"ends", "tags", "edges", "played"}),
        ("marginals", {"marginal 0", "marginal 1"}),
        ("curve", {"losses", "bands"}),
        ("table", set()),
        ("summary", set()),
    ],
)
def test_a_part_is_hidden_alone(part: str, sources: set[str]) -> None:
    state = State(steps=50)
    whole, view = Explore(state), Explore(State(steps=50, moment=Moment(hidden=(part,))))
    before = {name for name, columns in numbers(whole).items() if any(map(len, columns))}
    after = {name for name, columns in numbers(view).items() if any(map(len, columns))}
    assert before - after == sources & before
    assert ("SAM" not in view._table.object) == (part == "table")
    assert ("SAM" not in view._words.object) == (part == "summary")


def test_a_map_is_hidden_too() -> None:
    view = Destinations(State(steps=20, moment=Moment(hidden=("ends",))))
    images = [source.data["image"] for name, source in view._updates.sources.items() if name.startswith("map ")]
    assert images
    assert not any(map(len, images))
    assert UNREVEALED in view._words.object
    assert (view._file_buttons.visible, WITHHELD in view.files().object) == (False, True)


def test_forward_reveals_and_then_leads_to_the_next_scene(lecture: Lecture) -> None:
    lecture.open(LESSON)
    state = state_of(lecture)
    assert (state.moment.hidden, state.moment.asking, state.optimizers) == (HIDEABLE, True, ["gd", "sam"])
    shown = content(lecture)
    assert shown is not None
    assert (shown["verdict"], shown["reveal"], shown["right"]) == ("", "", None)
    lecture.predict(-1.0, -1.0)
    lecture.forward()
    assert (state.moment.hidden, state.moment.asking, lecture.plays) == ((), False, 1)
    assert lecture.verdict == "Not there: your prediction is 1.41 from the end. SAM ends at (0.00, 0.00)."
    assert content(lecture)["reveal"] == "There."
    lecture.predict(0.0, 0.0)
    assert len(state.moment.predictions) == 1  # it is too late
    lecture.forward()
    assert (lecture.number, state.rho, state.moment.predictions) == (2, 0.25, ())
    assert lecture.shown == ["", "#destinations"]
    lecture.choose(1)
    lecture.reveal()
    assert lecture.verdict == "Right: “two”."
    lecture.go(1)
    assert (lecture.revealed, state.moment.hidden) == (False, HIDEABLE)
    lecture.close()
    assert (lecture.lesson, state.moment, content(lecture)) == (None, NO_MOMENT, None)


def test_the_last_scene_has_no_next_and_the_first_none_before(lecture: Lecture) -> None:
    lecture.open(LESSON, 3)
    lecture.forward()
    assert lecture.number == 3
    lecture.go(0)
    assert lecture.number == 3


def test_a_class_is_drawn_as_a_cloud_once_it_is_revealed() -> None:
    predictions = ClassPredictions()
    first, second = attend(predictions), attend(predictions)
    first.open(LESSON)
    second.open(LESSON)
    second.predict(0.1, 0.0)
    second.predict(2.0, 0.0)
    assert (first.others, state_of(first).moment.others) == (2, ())
    first.reveal()
    assert state_of(first).moment.others == ((0.1, 0.0), (2.0, 0.0))
    assert first.verdict.startswith("The class: 1 of 2 predictions are within 0.2 of the end; their median distance is")
    second.predict(0.0, 1.0)  # who is late is seen as well
    assert len(state_of(first).moment.others) == 3
    second.leave()
    assert predictions.points(LESSON.scenes[0], "anyone") == ()


def test_who_has_gone_does_not_count_and_counts_again_once_back() -> None:
    predictions, there = ClassPredictions(), [True]
    first, second = attend(predictions), attend(predictions, is_present=lambda: there[0])
    first.open(LESSON)
    second.open(LESSON)
    second.predict(0.1, 0.0)
    first.reveal()
    for present in (False, True):
        there[0] = present
        predictions.notify()
        assert (first.others, len(state_of(first).moment.others)) == (present, present)
        assert first.verdict.startswith("The class") == present
    second.close()
    assert state_of(first).moment.others == ()


def test_predictions_are_the_last_hundred() -> None:
    moment = NO_MOMENT
    for number in range(MAX_PREDICTIONS + 1):
        moment = moment.predicted(number, 0.0)
    assert (len(moment.predictions), moment.predictions[0]) == (MAX_PREDICTIONS, (1, 0.0))


@pytest.mark.parametrize(
    ("own", "others", "words"),
    [
        ([], [], "SAM ends at (1.00, −0.50)."),
        ([(1.0, -0.6)], [], "Right: your prediction is 0.10 from the end. SAM ends at (1.00, −0.50)."),
        ([], [(2.0, -0.5)], "The class: Not there: one prediction is 1.00 from the end. SAM ends at (1.00, −0.50)."),
    ],
)
def test_places_are_scored(own: list, others: list, words: str) -> None:
    assert score_of_points(WHERE, (1.0, -0.5), own, others) == words


def test_choices_are_scored_and_counted() -> None:
    assert score_of_choice(WHICH, 0) == "Not so: the answer is “two”."
    assert score_of_choice(WHICH, None) == "The answer is “two”."
    assert tally(WHICH, [0, 1, 1], 1) == "3 of 4 chose it."


@pytest.mark.parametrize(
    "asked",
    [None, [], {}, {"do": "fly"}, {"do": "choose", "index": 9}, {"do": "choose", "index": True}, {"do": "predict"},
     {"do": "predict", "x": float("nan"), "y": 0}, {"do": "predict", "x": "1", "y": 0}],
)  # fmt: skip
def test_what_no_panel_asks_changes_nothing(lecture: Lecture, asked: object) -> None:
    lecture.open(LESSON)
    before = state_of(lecture).identity
    take(lecture, asked)
    assert (state_of(lecture).identity, lecture.chosen) == (before, None)


def test_numbers_move_in_frames_and_stop_where_a_visitor_takes_over() -> None:
    waiting: list[Callable[[], None]] = []
    lecture = attend(ClassPredictions(), lambda callback, milliseconds: waiting.append(callback))
    lecture.open(LESSON, 1)
    lecture.open(LESSON, 3)
    state, seen = state_of(lecture), []
    while waiting:
        waiting.pop()()
        seen.append(state.x)
    assert len(seen) == FRAMES
    assert seen == sorted(seen)
    assert (state.x, state.y) == (1.0, 1.0)
    lecture.open(LESSON, 1)
    lecture.open(LESSON, 3)
    state.try_update(x=-2.0)
    waiting.pop()()
    assert (state.x, waiting) == (-2.0, [])
    lecture.calm = True
    lecture.open(LESSON, 3)
    assert (state.x, waiting) == (1.0, [])


def test_a_movement_begins_and_ends_at_its_numbers() -> None:
    for name, (start, goal) in product(("rho", "x"), [(0.1, 2.0), (0.0, 1.0)]):
        assert between(name, start, goal, 0) == pytest.approx(start)
        assert between(name, start, goal, FRAMES) == pytest.approx(goal)


def test_a_link_opens_a_scene_with_what_was_changed_there(lecture: Lecture) -> None:
    known = {"one": LESSON}
    state = state_of(lecture)
    lecture.open(LESSON, 2)
    state.try_update(moment=replace(state.moment, lesson="one"))
    assert write(state, known) == "?lesson=one&scene=2"
    assert read("?lesson=one&scene=2", known).place == Place(LESSON, 2)
    assert read("?lesson=one&scene=2", known).values["rho"] == 0.25
    state.try_update(level="intro")
    assert write(state, known) == "?level=intro&lesson=one&scene=2"
    assert read(write(state, known), known).values["level"] == "intro"
    for values in ({"rho": 2.0}, {"rho": 1.0, "optimizers": ["gd", "sam", "m-sam"], "level": "full"}):
        state.try_update(**values)
        opening = read(write(state, known), known)
        assert (opening.values["rho"], opening.ignored, opening.place) == (values["rho"], "", Place(LESSON, 2))


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("?lesson=two", "There is no lesson 'two'; the lessons are one."),
        ("?lesson=two&lesson=one", "Ignored in the link: “lesson” (given 2 times; the last counts)."),
        ("?lesson=one&rho=1&rho=2", "Ignored in the link: “rho” (given 2 times; the last counts)."),
        ("?lesson=one&scene=9", "There is no scene '9'; this lesson has 3."),
        ("?lesson=one&scene=²", "There is no scene '²'; this lesson has 3."),
        ("?lesson=one&rho=-1", "Ignored in the link: rho=“-1” (expected a number from 0 to 10)."),
    ],
)
def test_what_is_wrong_with_a_link_to_a_scene_is_said(query: str, ignored: str) -> None:
    assert read(query, {"one": LESSON}).ignored == ignored


def test_the_end_that_scores_is_that_of_the_run(lecture: Lecture) -> None:
    lecture.open(LESSON)
    lecture.reveal()
    end = run(SAM(1.0), LANDSCAPES["banana"], np.array([-1.5, 0.5]), learning_rate=0.01, steps=200).final
    assert state_of(lecture).moment.answer == tuple(end.tolist())


def test_each_card_opens_a_scene(lecture: Lecture) -> None:
    cards = start_cards(lecture)
    for index, card in enumerate(CARDS):
        cards.opened = {"card": index}
        assert lecture.lesson is LESSONS[card.lesson]
        assert lecture.number == card.scene
    cards.opened = {"card": len(CARDS)}
    assert lecture.lesson is LESSONS[CARDS[-1].lesson]
