"""What the help, the plane's hint and its label for screen readers say of keys: each is pressed, without a browser."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import quickjs

from app.browser.javascript import module
from app.browser.keyboard import HINT, KEYS, LABEL
from app.lessons.class_predictions import ClassPredictions
from app.lessons.lecture import Lecture
from app.model.state import State
from app.page.help_dialog import SHORTCUTS
from landscapes import LANDSCAPES
from lessons import LESSONS, ChoiceQuestion
from tests.claims.anatomy import script
from tests.claims.row import Found, Row
from tests.paths import ROOT

ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowDown": (0, -1), "ArrowUp": (0, 1)}
PANS = {"w": (0, 1), "a": (-1, 0), "s": (0, -1), "d": (1, 0)}


SCRIPTS = (
    ("tests/javascript/plane.mjs", "pressed"),
    ("app/browser/keyboard.mjs", "listen"),
    ("app/lessons/lesson_keys.mjs", "stepOf"),
)


@cache
def keyboard() -> quickjs.Context:
    context = quickjs.Context()
    for path, name in SCRIPTS:
        text = module(ROOT / path).replace("export default ", "const listen = ")
        context.module(f"{text}\nglobalThis.{name} = {name}")
    context.eval("globalThis.press = (key, args) => JSON.stringify(pressed(listen, key, ...JSON.parse(args)))")
    context.eval(
        "globalThis.inLesson = (key, means, choices) => JSON.stringify("
        "stepOf({ key, composedPath: () => [{ closest: (selector) => means && selector.includes(means) }] }, choices))"
    )
    return context


def in_lesson(key: str, choices: int = 0, focus: str = "") -> dict[str, Any] | None:
    """What a key does in a scene with so many choices, where the focus is on what a selector names."""
    return json.loads(keyboard().get("inLesson")(key, focus, choices))


def press(key: str, box: tuple[float, ...], start: np.ndarray, shift: bool = False) -> dict[str, Any]:
    """What a key does to the plane of this box with the start at this place."""
    return json.loads(keyboard().get("press")(key, json.dumps([shift, box, start.tolist()])))


def views(sweep) -> list[tuple[tuple[float, ...], np.ndarray]]:
    """Boxes, of whole domains and zoomed, each with a start in it."""
    random, found = np.random.default_rng(3), []
    for landscape in LANDSCAPES.values():
        (left, right), (bottom, top) = landscape.domain
        for zoom in 10.0 ** -random.uniform(0, 6, sweep.count(2, 50)):
            low, size = np.array([left, bottom]), np.array([right - left, top - bottom])
            low, size = low + random.random(2) * size * (1 - zoom), size * zoom
            found.append(((low[0], low[0] + size[0], low[1], low[1] + size[1]), low + random.random(2) * size))
    return found


def moved(sweep) -> Found:
    """An arrow moves the start in its direction, as far as every other, and visibly; with Shift a tenth of that."""
    cases = views(sweep)
    for box, start in cases:
        coarse, fine = (
            np.array([np.array(press(key, box, start, shift)["place"]) - start for key in ARROWS])
            for shift in (False, True)
        )
        ways, side = np.array(list(ARROWS.values())), min(box[1] - box[0], box[3] - box[2])
        step = np.abs(coarse).max()
        assert np.allclose(coarse, step * ways, rtol=1e-3, atol=1e-5 * side)  # places have 12 digits
        assert np.allclose(fine, step * ways / 10, rtol=1e-2, atol=1e-5 * side)
        assert side / 500 <= step * (1 + 1e-9) and step <= side / 50 * (1 + 1e-9)  # noqa: PT018
        assert press("ArrowUp", box, start)["box"] == list(box)
    return 8 * len(cases), ""


def zoomed(sweep) -> Found:
    """The start keeps its place on the screen while the box about it shrinks or grows; nothing else changes."""
    cases = views(sweep)
    for box, start in cases:
        for key, sign in (("+", -1), ("-", 1), ("−", 1)):
            done = press(key, box, start)
            before, after = np.array(box).reshape(2, 2), np.array(done["box"]).reshape(2, 2)
            sizes = np.diff(before)[:, 0], np.diff(after)[:, 0]
            assert (np.sign(sizes[1] - sizes[0]) == sign).all()
            assert np.allclose((start - before[:, 0]) / sizes[0], (start - after[:, 0]) / sizes[1], atol=1e-6)
            assert done["place"] == []
        back = np.array(press("-", tuple(press("+", box, start)["box"]), start)["box"])
        assert np.allclose(back, box, rtol=1e-9, atol=1e-9 * (box[1] - box[0]))
    return 4 * len(cases), ""


def panned(sweep) -> Found:
    """What is seen is farther up, left, down or right, of the same size, and what was seen mostly is still."""
    cases = views(sweep)
    for box, start in cases:
        before = np.array(box).reshape(2, 2)
        for key, way in PANS.items():
            done = press(key, box, start)
            by = np.array(done["box"]).reshape(2, 2) - before
            assert np.allclose(by[:, 0], by[:, 1], atol=1e-9 * np.diff(before).max())
            assert (np.sign(by[:, 0]) == way).all()
            assert (np.abs(by[:, 0]) < np.diff(before)[:, 0] / 2).all()
            assert done["place"] == []
    return 4 * len(cases), ""


def reset(sweep) -> Found:
    """0 does what the plane's own reset does, and no other key; keys without a meaning are left to the browser."""
    box, start = views(sweep)[0]
    for key in ("0", *ARROWS, *PANS, "+", "-", "−", "x", "Tab", "Enter"):
        done = press(key, box, start)
        assert done["resets"] == (key == "0")
        assert done["prevented"] == (key not in {"x", "Tab", "Enter"})
    return 12, ""


def all_keys(sweep) -> Found:
    """What the label says is what the help says of the plane, and the hint names the same keys."""
    assert [what for _, what in KEYS] == [what.removeprefix("on the plane: ") for _, what in PLANE]
    found = [check(sweep) for check in CHECKS.values()]
    return sum(cases for cases, _ in found), ""


def turned(sweep) -> Found:
    """The keys' actions, of which forward reveals what a scene hides, and else opens the next one."""
    forward, back = {"do": "forward"}, {"do": "back"}
    for focus in ("", "button", "[role=slider]"):
        assert in_lesson("PageDown", focus=focus) == forward
        assert in_lesson("PageUp", focus=focus) == back
    assert in_lesson("PageDown", focus="textarea") is None
    meant = {"ArrowRight": forward, "ArrowDown": forward, "ArrowLeft": back, "ArrowUp": back, " ": forward}
    for key, action in meant.items():
        assert in_lesson(key) == action
        assert in_lesson(key, focus="button" if key == " " else "[role=slider]") is None
    cases = 0
    for lesson in LESSONS.values():
        lecture = Lecture(State(), lambda view: None, ClassPredictions(), lambda call, wait: None)
        lecture.open(lesson)
        while lecture.number < len(lesson.scenes) or lecture.can_reveal:
            before = lecture.number, lecture.can_reveal
            lecture.forward()
            assert (lecture.number, lecture.revealed) == ((before[0], True) if before[1] else (before[0] + 1, False))
            cases += 1
    return 16 + cases, ""


def chosen(sweep) -> Found:
    """A number chooses the answer of this number, where there is one: no question has more than six."""
    choices = [scene.question.choices for lesson in LESSONS.values() for scene in lesson.scenes
               if isinstance(scene.question, ChoiceQuestion)]  # fmt: skip
    assert max(map(len, choices)) <= 6
    for number in range(1, 7):
        assert in_lesson(str(number), choices=6) == {"do": "choose", "index": number - 1}
        assert in_lesson(str(number), choices=number - 1) is None
    return 12, ""


def staged(sweep) -> Found:
    """Each key leads through all stages, one the other way round; other keys lead nowhere."""
    after = script("app/widgets/step_stages.mjs", "stageAfter")
    stages = [0]
    while len(stages) == 1 or stages[-1] != 0:
        stages.append(after("stageAfter", ".", stages[-1]))
        assert after("stageAfter", ",", stages[-1]) == stages[-2]
    assert stages == [*range(7), 0]
    assert after("stageAfter", "x", 3) is None
    return 2 * len(stages) - 2, ""


PRESSED = {
    "Page Up, Page Down: in a lesson: back, and reveal or next; arrow keys and space, where they mean nothing else": (
        turned
    ),
    "1 to 6: in a lesson: choose an answer": chosen,
    ". and ,: in Anatomy: next and previous stage of the step": staged,
}
CHECKS: dict[tuple[str, str], Callable[..., Found]] = {
    ("arrow keys", "move the start"): moved,
    ("Shift and an arrow key", "move it a tenth of that distance"): moved,
    ("+ and −", "zoom in and out about the start"): zoomed,
    ("w, a, s and d", "pan up, left, down and right"): panned,
    ("0", "reset the view"): reset,
}
PLANE = [pair for pair in SHORTCUTS if pair[1].startswith("on the plane: ")]
ROWS = [
    *(Row("Help, keys", sentence, check) for sentence, check in PRESSED.items()),
    *(Row("Help, keys", f"{key}: on the plane: {what}", check) for (key, what), check in CHECKS.items()),
    Row(
        "Plane, label",
        "Start: arrow keys move the start, Shift and an arrow key move it a tenth of that distance, + and − zoom in "
        "and out about the start, w, a, s and d pan up, left, down and right, 0 reset the view",
        all_keys,
    ),
    Row("Plane, hint", "Start: arrow keys move it · Shift: finer · + − 0: zoom · w a s d: pan", all_keys),
]
# what the page, the browser or Panel does with keys; the browser's tests press them
DEFINITIONS = {
    "P: projector mode on and off: large type, and only what a scene needs",
    "Tab, Shift Tab: next, previous control; a ring shows the focus",
    "← →: on a slider, the tabs or the playback: one step",
    "Space: press a button, tick a box, play and pause",
    "?: this dialog",
    "Esc: close it",
}


def shown() -> set[str]:
    """The help's keys, and what the plane says of its own."""
    return {f"{key}: {does}" for key, does in SHORTCUTS} | {LABEL, HINT}
