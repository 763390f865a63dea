"""Lessons: scenes as data, in the order in which they are offered. To add one: a JSON file, and its name in KEYS.

A lesson `lessons/<key>.json` is {"title", "minutes", "summary", "scenes"}. A scene has a "title" and a "text"; and
where they differ from the defaults "view" (anchor of the tab, "" for Explore), "state" (the query of a Share link),
"hide" (a list of some of paths, ends, marginals, curve, table and summary), "question", "reveal" (a paragraph that is
shown with what was hidden), "play" (runs are played once they are shown) and "animate" (ρ, α and the start move from
those of the scene before). A question is {"prompt", "kind": "choice", "choices": [texts], "answer": index} or
{"prompt", "kind": "point", "answer": {"rule": key}, "within": distance}: the end of that rule's run.

Example:
    >>> from lessons import read
    >>> read('{"title": "One step", "minutes": 5, "summary": "A step.", "scenes": []}', "one-step")
    Traceback (most recent call last):
        ...
    lessons.json_text.LessonError: one-step.json: “scenes” must be a list of 1 to 60 scenes, not 0 of them
"""

from pathlib import Path

from lessons.json_text import LessonError, read, write
from lessons.lesson import HIDEABLE, ChoiceQuestion, Lesson, LessonScene, PointQuestion, Question

__all__ = [
    "HIDEABLE",
    "KEYS",
    "LESSONS",
    "ChoiceQuestion",
    "Lesson",
    "LessonError",
    "LessonScene",
    "PointQuestion",
    "Question",
    "read",
    "write",
]

HERE = Path(__file__).parent
KEYS: tuple[str, ...] = (
    "one-step",
    "saddle",
    "sharp-and-flat",
    "rho-and-alpha",
    "edge-of-stability",
    "asam",
    "criterion",
    "coordinates",
)

LESSONS: dict[str, Lesson] = {key: read((HERE / f"{key}.json").read_text("utf-8"), key) for key in KEYS}
