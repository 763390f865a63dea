"""Playback of what Explore shows, as a file: the state's own runs, made by the worker, and what is refused."""

from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.browser.travel import named, packed, unpacked
from app.compute.runs import runs_of
from app.export.explore_picture import described
from app.export.film import NO_RUNS, checked, made
from app.model.link import write
from app.model.state import State
from app.page.film_card import ABOUT, CANCELLED, FilmCard
from figures.animation import Canvas, Film

SMALL = Film("gif", "640", 10, 5)


class Reports:
    """A job that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def progress(self, done: int, total: int) -> None:
        self.told.append((done, total))


@pytest.mark.parametrize(
    ("choices", "view"),
    [
        ({"x": -1.5, "y": 0.5}, None),
        ({"mode": "grid", "size": 3, "optimizers": ["sam"]}, (-1.0, 1.0, -0.5, 0.5)),
        ({"landscape": "sinc", "optimizers": ["m-sam"]}, (-9.0, 9.0, -4.0, 4.0)),
    ],
)
def test_the_worker_draws_what_the_state_shows(choices, view) -> None:
    state = State(steps=10, **choices)
    state.view = view
    work = partial(made, write(state), view, checked(SMALL, state))
    reports = Reports()
    content = unpacked(packed(work)[0], named)(reports)
    assert reports.told == [(1, 3), (2, 3), (3, 3)]
    image = Image.open(BytesIO(content))
    assert (image.n_frames, image.size) == (3, (640, 360))
    image.seek(2)
    whole = Canvas(described(state, runs_of(state)), "640").frame(10).astype(int)
    assert np.abs(np.asarray(image.convert("RGB")) - whole).mean() < 1.0  # of 255, by the palette


def test_what_cannot_be_made_is_said_at_once_and_a_cancelled_film_too() -> None:
    state = State(optimizers=[])
    card = FilmCard(state)
    assert ABOUT in card._status.object
    card._begin(None)
    assert NO_RUNS in card._status.object
    assert state.try_update(optimizers=["sam", "asam"], mode="grid", size=30, steps=5000) is None
    card._begin(None)
    assert "points to draw, but at most" in card._status.object
    assert not card._cancel.visible
    assert state.try_update(mode="one", steps=10) is None
    card._begin(None)
    assert card._cancel.visible
    assert card._create.disabled
    card._stop(None)
    assert CANCELLED in card._status.object
    assert not card._create.disabled
