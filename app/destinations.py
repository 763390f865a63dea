"""Destinations: where the runs from every start of the view end, rule by rule, and where two rules differ."""

from functools import partial
from html import escape

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import GridBox
from panel.viewable import Viewer

from app.controls import Controls
from app.frame import Columns, Frame
from app.gate import Gate
from app.look import colour, palette, short
from app.map_plot import Box, MapPlot, Window, domain, pixels
from app.outcome_table import HEADS, PLACES, WAYS
from app.refiner import Cancelled, Refiner
from app.state import State
from figures.style import EDGE, OUTCOME_COLOURS, START
from landscapes import Landscape
from optimizers import OPTIMIZERS, Rule, run
from optimizers.maps import DestinationMap, Difference, destination_map, difference
from optimizers.outcomes import MOTIONS, OUTCOMES

COARSE, FINE = 100, 500  # pixels along a side: at once, and when the hand rests
DIFFERENCE = "difference"
LEAST = 0.0005  # share of the starts below which an outcome is not named

Maps = dict[str, DestinationMap]


def maps(
    rules: tuple[Rule, ...],
    landscape: Landscape,
    learning_rate: float,
    steps: int,
    box: Box,
    across: int,
    cancelled: Cancelled | None = None,
) -> Maps:
    """Rule's key → its destination map over a box."""
    return {
        rule.key: destination_map(
            rule,
            landscape,
            learning_rate=learning_rate,
            steps=steps,
            window=domain(box),
            resolution=pixels(box, across),
            cancelled=cancelled,
        )
        for rule in rules
    }


def fate_codes(one: DestinationMap) -> np.ndarray:
    """Outcome and motion of every pixel in one uint8."""
    return (one.outcome * len(MOTIONS) + one.motion).astype(np.uint8)


def fates() -> list[str]:
    """What the tooltip says of each code of `fate_codes`."""
    return [
        "diverges" if place == "diverged" else f"ends {PLACES[place]}, {WAYS[way]}"
        for place in OUTCOMES
        for way in MOTIONS
    ]


def pair_codes(first: DestinationMap, second: DestinationMap) -> np.ndarray:
    """Both outcomes of every pixel in one uint8."""
    return (first.outcome * len(OUTCOMES) + second.outcome).astype(np.uint8)


def pairs(first: str, second: str) -> list[str]:
    """What the tooltip says of each code of `pair_codes`."""
    return [
        f"both: {one}" if one == two else f"{short(first)}: {one}<br>{short(second)}: {two}"
        for one in OUTCOMES
        for two in OUTCOMES
    ]


def pair_colours(same: str) -> list[str]:
    """Where two rules differ, the colour of the second's outcome; one colour where they agree."""
    return [same if one == two else OUTCOME_COLOURS[two] for one in OUTCOMES for two in OUTCOMES]


def in_words(shares: dict[str, float]) -> str:
    """The shares that are worth a word, the largest first."""
    return ", ".join(f"{name} {share:.1%}" for name, share in _named(shares))


def in_a_title(shares: dict[str, float]) -> str:
    """The two largest shares, in few letters."""
    return ", ".join(f"{HEADS.get(name, name)} {share:.1%}" for name, share in _named(shares)[:2])


def _named(shares: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(((name, share) for name, share in shares.items() if share >= LEAST), key=lambda item: -item[1])


def difference_in_words(first: str, second: str, seen: Difference) -> str:
    """How many starts have two fates, and the most frequent of them."""
    one, two = short(first), short(second)
    if not seen.differs.any():
        return f"{one} and {two} end alike from every start of this view."
    table = seen.table * (1 - np.eye(len(OUTCOMES), dtype=int))
    most = np.argsort(table, axis=None)[::-1][:3]
    parts = [
        f"{OUTCOMES[code // len(OUTCOMES)]} under {one} but {OUTCOMES[code % len(OUTCOMES)]} under {two} "
        f"({table.ravel()[code] / seen.differs.size:.1%})"
        for code in most
        if table.ravel()[code] >= LEAST * seen.differs.size
    ]
    more = ": " + "; ".join(parts) if parts else ""
    return f"{one} and {two} end differently from {seen.share:.1%} of the starts{more}."


class Destinations(Viewer):
    """One session's destination maps."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._frame = state, Frame()
        frame = self._frame
        self._window = Window(frame, state)
        ranges = self._window.x_range, self._window.y_range
        place = "($x{0.000}, $y{0.000})<br>@image{custom}"
        self._panels = {
            key: MapPlot(frame, f"map {key}", *ranges, hover=f"{short(key)} from {place}", told=fates())
            for key in OPTIMIZERS
        }
        self._panels[DIFFERENCE] = MapPlot(
            frame, DIFFERENCE, *ranges, hover=f"from {place}", told=pairs("sam", "m-sam")
        )
        self._window.fit(self._panels[DIFFERENCE].figure)
        self._halos = []
        for key, panel in self._panels.items():
            if key != DIFFERENCE:
                path = frame.source(f"path {key}", "x", "y")
                self._halos.append(panel.figure.line("x", "y", source=path, line_width=5, line_alpha=0.8))
                panel.figure.line("x", "y", source=path, line_color=colour(key), line_width=2.5)
            panel.figure.scatter(
                "x", "y", source=self._start_source(frame), size=10, fill_color=START, line_color=EDGE, line_width=1.5
            )
            panel.on_click(self._clicked)
        self._grid = GridBox(children=[], sizing_mode="stretch_both", spacing=4)
        options = {short(key): key for key in OPTIMIZERS}
        self._first = pmui.Select(
            label="Difference of", options=options, value="sam", size="small", width=150, margin=0
        )
        self._second = pmui.Select(label="and", options=options, value="m-sam", size="small", width=150, margin=0)
        self._legend = pn.pane.HTML(legend(), margin=0, stylesheets=[LEGEND_CSS])
        self._words = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[WORDS_CSS])
        self._said = ""
        self._fine: tuple | None = None
        self._coarse: tuple | None = None
        self._looked_at = True
        self._refiner = Refiner(self._refined, pn.state.curdoc.add_next_tick_callback)
        pn.state.on_session_destroyed(lambda context: self._refiner.cancel())
        self._gate = Gate(self._draw, frame.sources)
        difference_figure = self._panels[DIFFERENCE].figure
        difference_figure.tags = [*difference_figure.tags, self._gate.channel]
        self._theme()
        self._gate.fill()
        state.param.watch(self._gate.request, [name for name in state.param if name not in {"name", "dark"}])
        state.param.watch(self._theme, "dark")
        for widget in (self._first, self._second):
            widget.param.watch(self._gate.request, "value")
        self._window.on_change(self._gate.request)
        self._row = pn.Row(
            Controls(state, lambda: self._window.box),
            pn.Column(
                pn.Row(
                    self._first, self._second, self._legend, margin=0, styles={"gap": "8px", "align-items": "center"}
                ),
                pn.pane.Bokeh(self._grid, sizing_mode="stretch_both", margin=0),
                self._words,
                sizing_mode="stretch_both",
                margin=0,
                styles={"gap": "6px"},
            ),
            sizing_mode="stretch_both",
            margin=0,
            styles={"gap": "10px", "padding": "8px 10px 10px 14px"},
        )

    def _start_source(self, frame: Frame):
        return frame.sources.get("start") or frame.source("start", "x", "y")

    def look(self, shown: bool) -> None:
        """Told whether the view is looked at: it does nothing while it is not."""
        self._looked_at = shown
        if shown:
            self._gate.request()
        else:
            self._refiner.cancel()

    def _draw(self) -> dict[str, Columns]:
        if not self._looked_at:
            return {}
        state, frame = self._state, self._frame
        self._window.draw(frame, state)
        box = self._window.box
        if box is None:
            return frame.take()
        pair = (self._first.value, self._second.value)
        self._arrange(state.optimizers)
        needed = tuple(key for key in OPTIMIZERS if key in state.optimizers or key in pair)
        rules = tuple(state.rule(key) for key in needed)
        token = (rules, state.surface, state.learning_rate, state.steps, box)
        work = partial(maps, *token)
        if self._fine is None or self._fine[0] != token:
            self._refiner.request(token, lambda cancelled: work(FINE, cancelled))
            if self._coarse is None or self._coarse[0] != token:
                self._coarse = (token, work(COARSE))
            self._show(("coarse", token), self._coarse[1], box, pair)
        else:
            self._show(("fine", token), self._fine[1], box, pair)
        self._show_start()
        return frame.take()

    def _show(self, token: tuple, shown: Maps, box: Box, pair: tuple[str, str]) -> None:
        state, frame = self._state, self._frame
        said = []
        for key in OPTIMIZERS:
            if key in state.optimizers:
                one = shown[key]
                self._panels[key].put(frame, (token[0], one.rule, *token[1][1:]), box, partial(fate_codes, one))
                self._panels[key].figure.title.text = f"{short(key)}: {in_a_title(one.shares)}"
                said.append(f"{short(key)}: {in_words(one.shares)}")
        first, second = (shown[key] for key in pair)
        panel = self._panels[DIFFERENCE]
        if frame.stale(DIFFERENCE, (token, pair)):
            seen = difference(first, second)
            panel.tell(pairs(*pair))
            panel.put(frame, (token, pair), box, partial(pair_codes, first, second))
            panel.figure.title.text = f"{short(pair[1])} where it differs from {short(pair[0])}: {seen.share:.1%}"
            self._difference = difference_in_words(*pair, seen)
        self._words.object = (
            f"<p role='status'>{escape(self._difference)} <span class='hint'>{escape(self._said)}</span></p>"
            f"<p class='unseen'>After {state.steps} steps: {escape('; '.join(said))}.</p>"
        )

    def _show_start(self) -> None:
        """The session's start with its paths, where there is one start."""
        state, frame = self._state, self._frame
        alone = state.mode == "one"
        start = (state.x, state.y) if alone else None
        frame.put("start", start, lambda: {"x": [state.x], "y": [state.y]} if alone else {"x": [], "y": []})
        for key in OPTIMIZERS:
            if not alone or key not in state.optimizers:
                frame.clear(f"path {key}")
                continue
            rule = state.rule(key)
            frame.put(
                f"path {key}",
                (rule, state.surface, start, state.learning_rate, state.steps),
                partial(path, rule, state.surface, start, state.learning_rate, state.steps),
            )

    def _arrange(self, optimizers: list[str]) -> None:
        shown = [self._panels[key].figure for key in OPTIMIZERS if key in optimizers]
        shown.append(self._panels[DIFFERENCE].figure)
        columns = 2 if len(shown) <= 4 else 3
        children = [(figure, n // columns, n % columns) for n, figure in enumerate(shown)]
        if children != self._grid.children:
            rows = -(-len(shown) // columns)
            self._grid.update(
                children=children, rows=["minmax(0, 1fr)"] * rows, cols=["minmax(0, 1fr)"] * min(columns, len(shown))
            )

    def _clicked(self, x: float, y: float) -> None:
        refusal = self._state.accept(mode="one", x=x, y=y)
        self._said = refusal or f"Explore now starts at ({x:.3f}, {y:.3f})."
        self._gate.request()

    def _refined(self, token: tuple, result: Maps) -> None:
        self._fine = (token, result)
        self._gate.request()

    def _theme(self, *_) -> None:
        dark = self._state.dark
        p = palette(dark)
        fate_colours = [OUTCOME_COLOURS[place] for place in OUTCOMES for _ in MOTIONS]
        for key, panel in self._panels.items():
            panel.theme(dark)
            panel.colours(pair_colours(p.page) if key == DIFFERENCE else fate_colours)
        for halo in self._halos:
            halo.glyph.line_color = p.halo

    def __panel__(self) -> pn.Row:
        return self._row


def path(rule: Rule, landscape: Landscape, start: tuple[float, float], learning_rate: float, steps: int) -> Columns:
    """The path from one start, as far as it can be drawn."""
    positions = run(rule, landscape, start, learning_rate=learning_rate, steps=steps).positions
    x, y = positions[(np.abs(positions) < 1e30).all(axis=1)].T.astype(np.float32)
    return {"x": x, "y": y}


def legend() -> str:
    """The colours of the outcomes, as HTML."""
    return "".join(
        f"<span><i style='background:{colour}'></i>{escape(name)}</span>" for name, colour in OUTCOME_COLOURS.items()
    )


LEGEND_CSS = """
:host { font-size: 15px; }
span { display: inline-flex; align-items: center; margin: 0 12px 0 0; white-space: nowrap; }
i { width: 16px; height: 16px; margin-right: 5px; border: 1px solid rgba(127, 127, 127, 0.8); }
"""
WORDS_CSS = """
p { margin: 0; font-size: 16px; line-height: 1.35; }
.hint { font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
