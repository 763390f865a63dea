"""Destination maps of a static site, which two workers in the page compute."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jinja2 import Template

from app.browser.javascript import expression
from app.browser.view_code import view_code
from app.export.live.form import controls
from app.export.live.setup import formulas, identity, place, setup
from app.export.site.further import further
from app.export.site.losses import Loss
from app.export.site.pages import nav, page, script
from figures.style import OUTCOME_COLOURS
from optimizers.compiled.javascript import program
from optimizers.outcomes import OUTCOMES
from optimizers.percentages import decimal_text, percents, rounded

HERE = Path(__file__).parent
MAP = Template((HERE / "map.html").read_text("utf-8"))
SETTINGS = ("learning_rate", "rho", "steps")
WORDS = (rounded, percents, decimal_text)
FIRST, RESOLUTION = "sam sam", 250


def map_page(loss: Loss, losses: Sequence[Loss]) -> str:
    """The map of one loss."""
    landscape = loss.state.landscape_object
    (left, right), (bottom, top) = landscape.domain
    form, links = controls(loss.state, loss.offer), nav(f"map-{loss.slug}.html", losses, "map")
    inside = MAP.render(
        about=landscape.about,
        ratio=(right - left) / (top - bottom),
        window=[f"{end:g}" for end in (left, right, bottom, top)],
        rules=form["rules"],
        chosen=_chosen(loss),
        numbers=[one for one in form["numbers"] if one["name"] in SETTINGS],
        left_out=loss.left_out,
    )
    made = json.dumps(map_setup(loss), default=np.ndarray.tolist)
    text = json.dumps(worker(loss)).replace("</", "<\\/")
    code = script(HERE / "map.mjs", "", setup=made, worker=text, words=view_code(WORDS, {}))
    return page(f"Destinations: {loss.name}", inside, links, code)


def map_setup(loss: Loss) -> dict:
    """The setup of a loss, and of its map."""
    (left, right), (bottom, top) = loss.state.landscape_object.domain
    made = setup(loss.state, loss.offer)
    made["outcomes"]["places"] += [place(one, "") for one in further(loss.state.landscape_object)]
    made["unit"] = []
    return made | {
        "map": {
            "rule": _chosen(loss),
            "resolution": str(RESOLUTION),
            "window": [left, right, bottom, top],
            "names": OUTCOMES,
            "colours": [OUTCOME_COLOURS[name] for name in OUTCOMES],
            "command": loss.command,
            "explore": f"explore-{loss.slug}.html",
        }
    }


def worker(loss: Loss) -> str:
    """The text of a worker's script."""
    landscape, rules = loss.state.landscape_object, [type(entry.rule) for entry in loss.offer.entries]
    made = expression(program(rules, landscape, formulas(landscape)))
    setting = {"outcomes": map_setup(loss)["outcomes"]}
    return script(HERE / "map_worker.mjs", "", program=made, setup=json.dumps(setting, default=np.ndarray.tolist))


def _chosen(loss: Loss) -> str:
    known = [identity(entry) for entry in loss.offer.entries]
    return FIRST if FIRST in known else known[0]
