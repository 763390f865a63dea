"""The plots of a page without a server, with their controls, as part of a template, and what fills it."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from app.compute.outcome_summary import sentence, table
from app.export.live.form import controls
from app.export.live.picture import Picture
from app.layers.playback import SPEEDS
from app.theme import LIGHT, stylesheet
from figures.loss_colours import UNDEFINED

HERE = Path(__file__).parent
PLOTS = (HERE / "plots.html").read_text("utf-8")
CARD = [HERE.parents[1] / "widgets" / f"{name}.css" for name in ("step_stages", "step_slice")]  # `card.mjs` fills it
CSS = "".join(map(stylesheet, [HERE / "plots.css", *CARD]))
NOTE = (
    "Once something is changed, five further steps tell settled, 2-cycle and moving apart, and unlisted stationary "
    "points count where the Hessian is regular."
)


def plots(picture: Picture, said: str = "") -> dict[str, Any]:
    """What `PLOTS` shows of a picture, in the template's variable `shown`; with a sentence more where it is `said`."""
    return {
        **{name: figure.name for name, figure in picture.figures.items()},
        "summary": sentence(picture.state, picture.runs),
        "outcomes": Markup(table(picture.runs, LIGHT)),
        "gaps": f"Striped: {UNDEFINED}." * picture.gaps,
        "said": said,
        "reason": picture.reason,
        "controls": controls(picture.state, picture.offer) if picture.setup else None,
        "speeds": SPEEDS,
        "note": NOTE,
    }
