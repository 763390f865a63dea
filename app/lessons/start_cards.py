"""Three cards for who is here for the first time: each opens a scene; once dismissed, they do not come back."""

from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import param
from panel.custom import JSComponent

from app.browser.javascript import module
from app.lessons.lecture import Lecture
from app.theme import stylesheet
from lessons import LESSONS

HERE = Path(__file__).parent


class Card(NamedTuple):
    """A card, and the scene that it opens."""

    title: str
    about: str
    lesson: str
    scene: int


CARDS = (
    Card("Fall into the saddle", "Where does SAM end?", "saddle", 2),
    Card("Sharp or flat?", "Which minimum does SAM prefer?", "sharp-and-flat", 2),
    Card("Stretch the axes", "Is Monge SAM invariant?", "coordinates", 3),
)


class StartCards(JSComponent):
    """The cards. The browser remembers that they were dismissed; the session does not know who comes back."""

    cards = param.List(default=[], constant=True, doc="of each its title and what it is about")
    opened = param.Dict(default=None, allow_None=True, doc="the index of the card that was opened, with a number")

    _esm = module(HERE / "start_cards.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "start_cards.css")]


def start_cards(lecture: Lecture) -> StartCards:
    """The cards, which open scenes of a lecture."""
    shown = [{"title": card.title, "about": card.about} for card in CARDS]
    made = StartCards(cards=shown, sizing_mode="stretch_width", margin=0)

    def opened(event: Any) -> None:
        match event.new:
            case {"card": int(index)} if 0 <= index < len(CARDS):
                lecture.open(LESSONS[CARDS[index].lesson], CARDS[index].scene)

    made.param.watch(opened, "opened")
    return made
