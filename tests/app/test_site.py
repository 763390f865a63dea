"""The static site: its maps have the counts of the command line's, and its files refer to one another alone."""

import json
import re

import numpy as np
import pytest
import quickjs

from app.__main__ import main
from app.browser.view_code import view_code
from app.export.site.losses import losses
from app.export.site.maps import WORDS, worker
from app.export.site.write import files, index
from optimizers import OPTIMIZERS
from optimizers.maps import destination_map
from optimizers.outcomes import OUTCOMES
from optimizers.percentages import percents

FORMULA = "x^2 y^2 + sin(3y) + x^2"


def mapped(context: quickjs.Context, loss, entry, pixels: int) -> np.ndarray:
    """The outcomes that a worker finds, by code."""
    state = loss.state
    (left, right), (bottom, top) = state.landscape_object.domain
    asked = {
        "key": entry.rule.key,
        "values": [state.learning_rate, *map(float, entry.rule.hyperparameters.values())],
        "steps": state.steps,
        "window": [left, right, bottom, top],
        "columns": pixels,
        "rows": pixels,
        "from": 0,
        "to": pixels,
    }
    context.eval(f"self.onmessage({{ data: {json.dumps(asked)} }})")
    return np.bincount(json.loads(context.eval("JSON.stringify([...sent.outcomes])")), minlength=len(OUTCOMES))


def test_maps_have_the_counts_of_the_command_line(sweep):
    pixels, compared = sweep.count(6, 24), 0
    for loss in losses([FORMULA], None if sweep.whole else ["rastrigin"]):
        context = quickjs.Context()
        context.eval("const self = {}; let sent; const postMessage = (data) => { sent = data }")
        context.eval(worker(loss))
        for entry in loss.offer.entries:
            # Det-SAM ends at minima of Rastrigin's that lie far out
            if not sweep.whole and entry.rule.key not in {"sam", "det-sam"}:
                continue
            state = loss.state
            expected = destination_map(
                entry.rule,
                state.landscape_object,
                learning_rate=state.learning_rate,
                steps=state.steps,
                resolution=pixels,
            )
            counts = np.bincount(expected.outcome.ravel(), minlength=len(OUTCOMES))
            assert mapped(context, loss, entry, pixels).tolist() == counts.tolist(), (loss.slug, entry.rule)
            compared += pixels * pixels
    sweep.report("maps of the static site have the counts of the command line", compared, "none differs")


def test_shares_in_a_page_without_a_server_are_rounded_as_in_the_app():
    context, random = quickjs.Context(), np.random.default_rng(0)
    context.eval(f"const words = {view_code(WORDS, {})}")
    for counts in [[0, 0], [1, 1, 1], [1, 62_499], [62_500, 0], *random.zipf(1.3, (200, len(OUTCOMES))).tolist()]:
        for decimals in (0, 1, 2):
            shown = json.loads(context.eval(f"JSON.stringify(words.percents({counts}, {decimals}))"))
            assert shown == percents(counts, decimals), counts


@pytest.mark.verify
def test_the_site_refers_to_its_own_files_alone():
    made = files(losses([], ["paraboloid"]))
    pages = {name: make().decode() for name, make in made.items() if name.endswith(".html")}
    links = {link for text in pages.values() for link in re.findall(r"(?:href|src)=['\"]([^'\"#]+)", text)}
    assert links <= made.keys() | {"https://bokeh.org"}
    for name in ("explore-paraboloid.html", "map-paraboloid.html"):
        assert "Left out of this page" not in pages[name]
        for rule in OPTIMIZERS.values():
            assert rule.name in pages[name]


def test_the_first_page_names_every_loss():
    text = index(losses([FORMULA], ["banana", "sinc"]))
    assert "Banana" in text
    assert FORMULA in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["export"], "DIR"), (["export", "out", "--formula", "x +"], "ends too early")],
    ids=["no folder", "no formula"],
)
def test_what_cannot_be_exported_is_refused_in_one_sentence(arguments, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert sentence in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())
