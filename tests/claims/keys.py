"""What the help, the plane's hint and its label for screen readers say of keys: each is pressed, without a browser."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import quickjs

from app.browser.javascript import module
from app.browser.keyboard import HINT, KEYS, LABEL
from app.page.help_dialog import SHORTCUTS
from landscapes import LANDSCAPES
from tests.claims.row import Found, Row
from tests.paths import ROOT

ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowDown": (0, -1), "ArrowUp": (0, 1)}
PANS = {"w": (0, 1), "a": (-1, 0), "s": (0, -1), "d": (1, 0)}


@cache
def keyboard() -> quickjs.Context:
    context = quickjs.Context()
    for path, name in (("tests/javascript/plane.mjs", "pressed"), ("app/browser/keyboard.mjs", "listen")):
        text = module(ROOT / path).replace("export default ", "const listen = ")
        context.module(f"{text}\nglobalThis.{name} = {name}")
    context.eval("globalThis.press = (key, args) => JSON.stringify(pressed(listen, key, ...JSON.parse(args)))")
    return context


def press(key: str, box: tuple[float, ...], start: np.ndarray, shift: bool = False) -> dict[str, Any]:
    """What a key does to the plane of this box with the start at this place."""
    return json.loads(keyboard().get("press")(key, json.dumps([shift, box, start.tolist()])))


def views(sweep) -> list[tuple[tuple[float, ...], np.ndarray]]:
    """Boxes, of whole domains and zoomed, each with a start in it."""
    random, found = np.random.default_rng(3), []
    for landscape in LANDSCAPES.values():
        (left, right), (bottom, top) = landscape.domain
        for zoom in 10.0 ** -random.uniform(0, 6, sweep.count(2, 50)):
            low, size = np.array([left, bottom]), np.array([right - left, top - bottom])
            low, size = low + random.random(2) * size * (1 - zoom), size * zoom
            found.append(((low[0], low[0] + size[0], low[1], low[1] + size[1]), low + random.random(2) * size))
    return found


def moved(sweep) -> Found:
    """An arrow moves the start in its direction, as far as every other, and visibly; with Shift a tenth of that."""
    cases = views(sweep)
    for box, start in cases:
        coarse, fine = (
            np.array([np.array(press(key, box, start, shift)["place"]) - start for key in ARROWS])
            for shift in (False, True)
        )
        ways, side = np.array(list(ARROWS.values())), min(box[1] - box[0], box[3] - box[2])
        step = np.abs(coarse).max()
        assert np.allclose(coarse, step * ways, rtol=1e-3, atol=1e-5 * side)  # places have 12 digits
        assert np.allclose(fine, step * ways / 10, rtol=1e-2, atol=1e-5 * side)
        assert side / 500 <= step * (1 + 1e-9) and step <= side / 50 * (1 + 1e-9)  # noqa: PT018
        assert press("ArrowUp", box, start)["box"] == list(box)
    return 8 * len(cases), ""


def zoomed(sweep) -> Found:
    """The start keeps its place on the screen while the box about it shrinks or grows; nothing else changes."""
    cases = views(sweep)
    for box, start in cases:
        for key, sign in (("+", -1), ("-", 1), ("−", 1)):
            done = press(key, box, start)
            before, after = np.array(box).reshape(2, 2), np.array(done["box"]).reshape(2, 2)
            sizes = np.diff(before)[:, 0], np.diff(after)[:, 0]
            assert (np.sign(sizes[1] - sizes[0]) == sign).all()
            assert np.allclose((start - before[:, 0]) / sizes[0], (start - after[:, 0]) / sizes[1], atol=1e-6)
            assert done["place"] == []
        back = np.array(press("-", tuple(press("+", box, start)["box"]), start)["box"])
        assert np.allclose(back, box, rtol=1e-9, atol=1e-9 * (box[1] - box[0]))
    return 4 * len(cases), ""


def panned(sweep) -> Found:
    """What is seen is farther up, left, down or right, of the same size, and what was seen mostly is still."""
    cases = views(sweep)
    for box, start in cases:
        before = np.array(box).reshape(2, 2)
        for key, way in PANS.items():
            done = press(key, box, start)
            by = np.array(done["box"]).reshape(2, 2) - before
            assert np.allclose(by[:, 0], by[:, 1], atol=1e-9 * np.diff(before).max())
            assert (np.sign(by[:, 0]) == way).all()
            assert (np.abs(by[:, 0]) < np.diff(before)[:, 0] / 2).all()
            assert done["place"] == []
    return 4 * len(cases), ""


def reset(sweep) -> Found:
    """0 does what the plane's own reset does, and no other key; keys without a meaning are left to the browser."""
    box, start = views(sweep)[0]
    for key in ("0", *ARROWS, *PANS, "+", "-", "−", "x", "Tab", "Enter"):
        done = press(key, box, start)
        assert done["resets"] == (key == "0")
        assert done["prevented"] == (key not in {"x", "Tab", "Enter"})
    return 12, ""


def all_keys(sweep) -> Found:
    """What the label says is what the help says of the plane, and the hint names the same keys."""
    assert [what for _, what in KEYS] == [what.removeprefix("on the plane: ") for _, what in PLANE]
    found = [check(sweep) for check in CHECKS.values()]
    return sum(cases for cases, _ in found), ""


CHECKS: dict[tuple[str, str], Callable[..., Found]] = {
    ("arrow keys", "move the start"): moved,
    ("Shift and an arrow key", "move it a tenth of that distance"): moved,
    ("+ and −", "zoom in and out about the start"): zoomed,
    ("w, a, s and d", "pan up, left, down and right"): panned,
    ("0", "reset the view"): reset,
}
PLANE = [pair for pair in SHORTCUTS if pair[1].startswith("on the plane: ")]
ROWS = [
    *(Row("Help, keys", f"{key}: on the plane: {what}", check) for (key, what), check in CHECKS.items()),
    Row(
        "Plane, label",
        "Start: arrow keys move the start, Shift and an arrow key move it a tenth of that distance, + and − zoom in "
        "and out about the start, w, a, s and d pan up, left, down and right, 0 reset the view",
        all_keys,
    ),
    Row("Plane, hint", "Start: arrow keys move it · Shift: finer · + − 0: zoom · w a s d: pan", all_keys),
]
# what the browser or Panel does with keys; the browser's tests press them
DEFINITIONS = {
    "Tab, Shift Tab: next, previous control; a ring shows the focus",
    "← →: on a slider, the tabs or the playback: one step",
    "Space: press a button, tick a box, play and pause",
    "?: this dialog",
    "Esc: close it",
}


def shown() -> set[str]:
    """The help's keys, and what the plane says of its own."""
    return {f"{key}: {does}" for key, does in SHORTCUTS} | {LABEL, HINT}
