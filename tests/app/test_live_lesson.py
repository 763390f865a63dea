"""A lesson as one live file: what a page is given of its scenes, and its words, are the app's."""

import json

import pytest
import quickjs

from app.browser.view_code import view_code
from app.compute.prediction_text import FUNCTIONS, choice_words, points_words
from app.export.lesson.page import live_lesson
from app.export.lesson.scenes import data, staged, state_of
from app.export.site.command import main
from lessons import LESSONS

SCORED = [
    ("SAM", [1.0, -0.004], [[1.0, 0.2]], [], 0.35),
    ("SAM", None, [[0.0, 0.0]], [], 0.3),
    ("SAM", [1.0, -0.5], [[1.0, 2.0], [3.0, 4.0], [0.9, -0.5], [0.0, 0.0]], [[1.0, 1.0]], 0.35),
]


def test_a_page_scores_predictions_in_the_app_s_words():
    context = quickjs.Context()
    context.eval(f"globalThis.words = {view_code(FUNCTIONS, {})}")

    def said(name, *given):
        return context.eval(f"words.{name}(...{json.dumps(given)})")

    for given in SCORED:
        assert said("points_words", *given) == points_words(*given)
    for chosen in (None, "one", "two"):
        assert said("choice_words", "one", chosen) == choice_words("one", chosen)


@pytest.mark.parametrize("key", ["one-step", "edge-of-stability"])
def test_scenes_that_differ_in_what_a_page_sets_share_a_picture(key):
    scenes = LESSONS[key].scenes
    shown = staged(scenes)
    for scene, at in zip(scenes, shown.at, strict=True):
        state = state_of(scene)
        assert (at is None) == bool(state.course.words)
        if at is not None:
            picture = shown.pictures[at]
            assert picture.state.landscape_object.name == state.landscape_object.name
            known = {one["id"] for one in picture.setup["rules"]}
            assert set(data(scene, at)["state"]["rules"]) <= known
    assert len(shown.pictures) == len({state_of(scene).landscape_object.name for scene in scenes})


def test_a_lesson_is_one_file_of_its_scenes():
    page = live_lesson(LESSONS["saddle"])
    assert len(page.encode()) < 3_000_000
    assert all(scene.title in page for scene in LESSONS["saddle"].scenes)


@pytest.mark.parametrize(("name", "said"), [("none", "not 'none'"), ("README.md", "its name must be")])
def test_what_is_no_lesson_is_refused_in_one_sentence(name, said, capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path), "--lesson", name])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
