"""What the page shows before the session has answered.

A hand moves a control. The page computes what it can of what follows, from the values that the hand has set and the
rest of the session's last question, and shows it at once. The session's frames stay what counts: of one that answers an
older question nothing is shown of what the page has computed of a newer one. What the page does not compute is dimmed
until a frame answers the question that is shown.
"""

from collections.abc import Mapping
from json import dumps
from pathlib import Path
from typing import Any

from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel

from app.browser.source_updates import Columns, SourceUpdates
from app.theme import stylesheet

HERE = Path(__file__).parent
QUESTION = "question"  # the source that says of which question a frame is
DIMMED = stylesheet(HERE / "ahead.css")  # of what is dimmed while it is not of the question shown


class Ahead(DataModel):
    """What a hand has set last, values by name and when; browser only. Its scripts remember the rest in it."""

    moved: Any = AnyValue(default=None)


def put_question(updates: SourceUpdates, settable: Mapping[str, float], rest: Mapping[str, Any]) -> None:
    """Says of which question a frame is: of values that a hand may set, and of all the rest."""
    updates.put(QUESTION, _columns, dumps({"set": settable, "rest": rest}, allow_nan=False))


def _columns(text: str) -> Columns:
    return {"text": [text]}
