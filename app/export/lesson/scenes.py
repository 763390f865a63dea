"""The scenes of a lesson for a page without a server: pictures that several share, and the rest as data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.export.live.offer import lineup
from app.export.live.picture import Picture
from app.export.live.setup import chosen
from app.layers.predictions import Predictions
from app.model.lesson_state import values_of_scene
from app.model.own_loss import OWN_LOSS
from app.model.state import State
from figures.style import in_sentence
from lessons import ChoiceQuestion, LessonScene, PointQuestion

PLANE = (*OWN_LOSS, "landscape", "zoom", "background", "seed", "count")  # of the state, what a page does not change


@dataclass(frozen=True)
class Staged:
    """What the scenes of a lesson are shown on.

    Attributes:
        pictures: that compute.
        at: for each scene the index of its picture; None where it cannot be computed.
    """

    pictures: tuple[Picture, ...]
    at: tuple[int | None, ...]


def state_of(scene: LessonScene) -> State:
    """The state that a scene begins with."""
    state = State()
    state.try_update(**values_of_scene(scene))
    return state


def staged(scenes: Sequence[LessonScene]) -> Staged:
    """The pictures of scenes; those that differ in nothing but what a page sets share one."""
    states = [state_of(scene) for scene in scenes]
    settings = [_setting(state) for state in states]
    pictures: list[Picture] = []
    found: list[tuple[tuple[Any, ...], int | None]] = []
    for setting in settings:
        if setting in [known for known, _ in found]:
            continue
        same = [state for state, other in zip(states, settings, strict=True) if other == setting]
        picture = _picture(same, len(pictures))
        found.append((setting, len(pictures) if picture.setup else None))
        pictures += [picture] if picture.setup else []
    at = [next(number for known, number in found if known == setting) for setting in settings]
    return Staged(tuple(pictures) or (picture,), tuple(at))  # a document wants something to draw


def _setting(state: State) -> tuple[Any, ...]:
    """All that a page does not set itself."""
    rules = state.copy()
    rules.try_update(rho=State.param["rho"].default)
    return (*(getattr(state, name) for name in PLANE), state.course, *rules.lineup.values())


def _picture(states: Sequence[State], number: int) -> Picture:
    """One for all of these; many starts may need more room than one."""
    state = next((state for state in states if state.mode != "one"), states[0])
    return Picture(state, replace(lineup(state), modes=True), number, [Predictions], begun=False)


def data(scene: LessonScene, stage: int | None) -> dict[str, Any]:
    """A scene as `lesson.mjs` takes it."""
    state, question = state_of(scene), scene.question
    asked: dict[str, Any] = {"prompt": question.prompt if question else "", "choices": [], "right": None, "point": None}
    if isinstance(question, ChoiceQuestion):
        asked |= {"choices": list(question.choices), "right": question.answer}
    if isinstance(question, PointQuestion):
        name = in_sentence(question.rule)
        asked["point"] = {"rule": question.rule, "name": name, "within": question.within}
    return {
        "title": scene.title,
        "text": scene.text,
        "hide": list(scene.hide),
        "asks": scene.asks,
        "reveal": scene.reveal,
        "play": scene.play,
        **asked,
        "stage": stage,
        "state": chosen(state),
        "step": state.step,
        "part": state.stage,
        "elsewhere": _elsewhere(scene.view),
    }


def _elsewhere(view: str) -> str:
    """What a scene of another tab than Explore says of its plane."""
    tab = view.removeprefix("#").replace("-", " ").capitalize()
    return f"The app shows this scene on its tab {tab}; here are its runs on the plane of θ." if view else ""
