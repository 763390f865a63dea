"""A link to a scene of a lesson: `?lesson=saddle&scene=3`, with what a visitor changed there in front of it.

A link with `v` holds the whole state, as any other; without it, the scene's own state with the keys that are given.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from app.model import link
from app.model.lesson_state import values_of_scene
from app.model.state import State
from lessons import LESSONS, Lesson
from optimizers.refusal import quoted

LESSON, SCENE = "lesson", "scene"
KEPT = ("level", "projector")  # how a visitor sees the page; a scene changes it only where it names it


class Place(NamedTuple):
    """A scene of a lesson, by its number from 1."""

    lesson: Lesson
    scene: int


class Opening(NamedTuple):
    """What a link opens.

    Attributes:
        values: a valid value for every linked parameter of the state.
        ignored: one sentence on what was ignored and why; empty if nothing was.
        place: the scene, if it names one.
    """

    values: dict[str, Any]
    ignored: str
    place: Place | None


def write(state: State, lessons: Mapping[str, Lesson] = LESSONS) -> str:
    """The query of a state, with the scene that is open."""
    moment = state.moment
    if moment.lesson not in lessons:
        return link.write(state)
    here = f"{LESSON}={moment.lesson}&{SCENE}={moment.scene}"
    values = scene_values(Place(lessons[moment.lesson], moment.scene), state)
    if values == link.values_of(state):
        kept = [f"{pair}&" for pair in link.write(state).removeprefix("?").split("&") if pair.split("=")[0] in KEPT]
        return f"?{''.join(kept)}{here}"
    return f"?{link.write(state).removeprefix('?') or 'v=' + link.VERSION}&{here}"


def read(query: str, lessons: Mapping[str, Lesson] = LESSONS) -> Opening:
    """Reads what `write` wrote, or what a person typed; never raises."""
    pairs = parse_qsl(query.removeprefix("?").replace("+", "%2B"), keep_blank_values=True, errors="replace")
    given = dict(pairs)
    if LESSON not in given:
        return Opening(*link.read(query), place=None)
    lesson = lessons.get(given[LESSON])
    number, fault = 1, f"There is no lesson {quoted(given[LESSON])}; the lessons are {', '.join(lessons)}."
    if lesson is not None:
        number, fault = _number(given.get(SCENE, "1"), len(lesson.scenes))
        if "v" not in given:
            own = parse_qsl(lesson.scenes[number - 1].state.replace("+", "%2B"), keep_blank_values=True)
            pairs = [(key, text) for key, text in own if key not in given] + pairs
    values, ignored = link.read(_query(pairs), (LESSON, SCENE))
    return Opening(values, f"{fault} {ignored}".strip(), Place(lesson, number) if lesson else None)


def scene_values(place: Place, state: State) -> dict[str, Any]:
    """What a scene makes of the linked parameters of a state."""
    scene = place.lesson.scenes[place.scene - 1]
    named = {key for key, _ in parse_qsl(scene.state)}
    return values_of_scene(scene) | {name: getattr(state, name) for name in KEPT if name not in named}


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(key, safe='')}={quote(text, safe=link.SAFE)}" for key, text in pairs)


def _number(text: str, scenes: int) -> tuple[int, str]:
    """The number of a scene, and what was wrong with it."""
    if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= scenes:
        return int(text[:9]), ""
    return 1, f"There is no scene {quoted(text)}; this lesson has {scenes}."
