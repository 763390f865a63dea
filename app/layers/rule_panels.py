"""One panel a rule: the same paths, ends and steps as on the plane, on a panel of its own for each rule.

The panels draw from the sources of the plane's layers, filtered by rule, so that they follow playback and Anatomy. The
starts can be dragged on each of them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from bokeh.models import CDSView, GroupFilter, Image, Line, LinearColorMapper, MultiLine, Patches, Scatter
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING, clip
from app.browser.screen_reader import describe, remove_from_tab_order
from app.browser.source_updates import SourceUpdates
from app.browser.viewport import TOOLS, keep_scale, place_toolbar
from app.compute.scene import Scene
from app.layers.map_viewport import MapViewport
from app.layers.rule_groups import CODES, PINNED, coloured, greyed
from app.layers.trajectories import MANY, few
from app.model.lineup import PLACES
from app.model.state import State
from app.theme import SHADES, apply_theme, palette, weight
from figures.style import EDGE, START

BORDER = 34  # px for the labels at the left


class RulePanel:
    """The panel of the rule at one place.

    Attributes:
        figure: with the ranges that all panels share.
    """

    def __init__(
        self, updates: SourceUpdates, viewport: MapViewport, place: str, attach: Callable[[Figure], Any]
    ) -> None:
        self.figure = figure = Figure(
            x_range=viewport.x_range,
            y_range=viewport.y_range,
            tools=TOOLS,
            active_scroll="wheel_zoom",
            min_border_left=BORDER,
            min_border_right=4,
            sizing_mode="stretch_both",
            min_width=60,
            min_height=60,
            name=f"panel {place}",
        )
        clip(figure)
        keep_scale(figure)
        remove_from_tab_order(figure)
        place_toolbar(figure)
        figure.grid.visible = False
        figure.title.align = "center"
        self._place, self._sources = place, updates.sources
        shades = LinearColorMapper(palette=["#000000"], low=-0.5, high=SHADES + 1.5)
        self._heat = Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=shades)
        self._contours = Line(x="x", y="y", line_alpha=0.22)
        figure.add_glyph(updates.sources["heat"], self._heat, level="image")
        figure.add_glyph(updates.sources["contours"], self._contours, level="underlay")
        line, point, edge = {"xs": "xs", "ys": "ys"}, {"x": "x", "y": "y"}, {"line_color": EDGE}
        faint, own = coloured(greyed), coloured()
        star = {"marker": {"value": "star"}, **point}
        self._add("pinned paths", MultiLine(line_color=faint, line_dash=PINNED, line_width=2, **line), "underlay")
        self._add("pinned ends", Scatter(fill_color=None, line_color=faint, size=16, **star), "underlay")
        self._halo = self._add("paths", MultiLine(line_join="round", **line))
        self._lines = self._add("paths", MultiLine(line_color=own, line_dash="dash", line_join="round", **line))
        self._starts = Scatter(fill_color=START, **point, **edge)
        figure.add_glyph(updates.sources["starts"], self._starts, level=MOVING)
        self._ends = self._add("ends", Scatter(fill_color=own, **star, **edge))
        self._trails = self._add("trails", MultiLine(line_color=own, line_join="round", **line))
        self._add("sets", MultiLine(line_color=own, line_width=3, line_dash=[9, 5], **line))
        self._add("ways", MultiLine(line_width=2, **line, **edge))
        self._add("arrows", Patches(fill_color=own, line_width=1, **line, **edge))
        self._add("current_points", Scatter(size=10, fill_color=EDGE, line_color="white", **point))
        self._add("next_points", Scatter(size=8, fill_color="white", line_color=own, line_width=2, **point))
        self._add("perturbed_points", Scatter(size=13, fill_color=own, **point, **edge))
        self._heads = self._add("heads", Scatter(fill_color=own, **point, **edge))
        attach(figure)
        viewport.shape(figure)  # these make the figure a part of the document, which hears of no later event

    def _add(self, source: str, glyph, level: str = MOVING):
        """A glyph that shows of a source what is of this rule."""
        view = CDSView(filter=GroupFilter(column_name="rule", group=CODES[self._place]))
        self.figure.add_glyph(self._sources[source], glyph, view=view, level=level)
        return glyph

    def show(self, scene: Scene) -> None:
        """Takes on the rule's name, and as wide lines as so many runs allow."""
        entry = scene.state.lineup[self._place]
        self.figure.title.text = entry.short
        describe(self.figure, f"Paths of {entry.name}")
        wide, times = few(scene.runs), weight(scene.state.projector)
        fade = 0.25 if scene.playing and not scene.state.anatomy else 1.0
        self._halo.line_width = 6 * times if wide else 0
        self._lines.line_width = times * (3 if wide else 1)
        self._lines.line_alpha, self._halo.line_alpha = fade * (1.0 if wide else MANY), 0.75 * fade
        self._trails.line_width = 3 * times
        self._starts.size, self._ends.size, self._heads.size = (
            times * size for size in ((10, 19, 12) if wide else (6, 11, 7))
        )
        self._ends.fill_alpha = self._ends.line_alpha = 0.0 if scene.playing else 1.0

    def theme(self, dark: bool, *, plain: bool) -> None:
        """The colours of a theme, for the loss or for another background."""
        p = palette(dark)
        apply_theme(self.figure, dark)
        self._contours.line_color, self._halo.line_color = p.contour, p.halo
        self._heat.color_mapper.palette = p.loss_codes if plain else p.field_codes


class RulePanels:
    """All panels, made when they are first shown, with one view: the state's zoom.

    Args:
        attach: lets the starts be moved on a panel.
    """

    def __init__(self, updates: SourceUpdates, state: State, attach: Callable[[Figure], Any]) -> None:
        self._updates, self._attach = updates, attach
        self._viewport = MapViewport(updates, state, "panels' view")
        self._panels: dict[str, RulePanel] = {}
        self._dark, self._plain = state.dark, True

    @property
    def figures(self) -> list[Figure]:
        """Those of all places, in their order."""
        if not self._panels:
            self._panels = {place: RulePanel(self._updates, self._viewport, place, self._attach) for place in PLACES}
            self._paint()
        return [panel.figure for panel in self._panels.values()]

    def shown(self, state: State) -> Sequence[Figure]:
        """Those of the rules that are run."""
        figures = dict(zip(PLACES, self.figures, strict=True))
        return [figures[entry.place] for entry in state.entries()]

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state = scene.state
        if not state.panels:
            return
        self._viewport.draw(scene, updates)
        if (plain := state.background == "loss") != self._plain:
            self._plain = plain
            self._paint()
        for entry in state.entries():
            self._panels[entry.place].show(scene)

    def theme(self, dark: bool) -> None:
        """Takes on the light or the dark theme."""
        self._dark = dark
        self._paint()

    def _paint(self) -> None:
        for panel in self._panels.values():
            panel.theme(self._dark, plain=self._plain)
