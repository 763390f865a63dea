"""Playback of what Explore shows, as a film for slides."""

from io import BytesIO
from typing import Any

from app.compute.runs import positions_of, runs_of
from app.export.explore_picture import described
from app.model.box import Box
from app.model.link import read
from app.model.moment import WITHHELD
from app.model.state import State
from figures.animation import Film
from figures.run_picture import MAX_LINES

NO_RUNS = "There are no runs to play: choose a rule."


def checked(film: Film, state: State) -> Film:
    """The film, with its frames counted for a state.

    Raises:
        ValueError: with one sentence, where it cannot be made.
    """
    rules = len(state.entries())
    if not rules:
        raise ValueError(NO_RUNS)
    if state.moment.hidden:
        raise ValueError(WITHHELD)
    return film.check(state.steps, rules * min(positions_of(state.starts()).shape[1], MAX_LINES))


def made(link: str, view: Box | None, film: Film, job: Any) -> bytes:
    """The film's file; for the worker, which is given a state as its link.

    Args:
        view: what Explore shows, which depends on the screen and so is in no link.
        job: takes reports of how many frames are done.
    """
    state, file = State(**read(link).values), BytesIO()
    state.view = view
    film.write(described(state, runs_of(state)), file, job.progress)
    return file.getvalue()
