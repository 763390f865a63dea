"""What a view says by itself does not answer what a lesson asks there."""

import pytest

from app.compute.coordinates_words import sentences
from app.model.moment import NO_MOMENT, Moment
from lessons import LESSONS, LessonScene
from tests.claims.coordinates import scene_of
from tests.lessons.setting import Setting

ASKED = [scene for lesson in LESSONS.values() for scene in lesson.scenes if scene.view == "#coordinates" and scene.hide]


@pytest.mark.parametrize("scene", ASKED, ids=[scene.title for scene in ASKED])
def test_coordinates_says_nothing_before_it_is_revealed(scene: LessonScene) -> None:
    state = Setting(scene).state
    for moment in (Moment(hidden=scene.hide), NO_MOMENT):
        state.try_update(moment=moment)
        assert (list(sentences(scene_of(state))) == []) == (moment is not NO_MOMENT)
