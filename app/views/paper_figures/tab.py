"""The tab of a figure: its sliders, its picture, its claims measured just now, its notes and its files."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from app.browser.screen_reader import describe, remove_from_tab_order
from app.compute import claims_html
from app.export.figure_files import PICTURES, csv_file, picture_file
from app.model.derived import figure_name
from app.model.experiment_file import choices
from app.model.state import State
from app.theme import REFLOW, palette, stylesheet
from app.views.paper_figures.board import FigureScene
from app.views.paper_figures.sliders import Sliders
from app.views.view import View
from app.widgets.download_button import File, download_button
from figures.record import fixed, offered

PICTURE_CSS = stylesheet(Path(__file__).with_name("picture.css"))
STRETCH = {"sizing_mode": "stretch_width", "margin": 0}


class FigureTab(View[FigureScene]):
    """One session's view of a figure.

    Args:
        number: of the figure.
        module: computes it.
        picture: module of this folder that draws it.
        state: holds the values of its controls.
    """

    def __init__(self, number: int, module: ModuleType, picture: ModuleType, state: State) -> None:
        super().__init__(state)
        self._number, self._module, self._pictures = number, module, picture
        self._name = figure_name(number)
        self.followed = ("projector", self._name)
        self._sliders = Sliders(offered(module.PARAMETERS), self._chosen, self._choose)
        self._values = self._chosen
        self._numbers = self._compute(self._values)
        self._picture = picture.Picture(self._numbers, self._updates)
        self.layers = (self._picture,)
        self._claims = pn.pane.HTML(stylesheets=[claims_html.CSS], css_classes=["figure-claims"], **STRETCH)
        self._notes = pn.pane.HTML(stylesheets=[claims_html.CSS], **STRETCH)
        for name, source in self._picture.sources.items():
            source.name = f"figure {number}: {name}"
        for panel, figure in enumerate(self._picture.figures, 1):
            describe(figure, f"Figure {number}: {module.TITLE}, panel {panel}")
            remove_from_tab_order(figure)
        self._words: list[Viewable] = []  # what a lecture does not show
        self.content = self._beside() if picture.TEXT_BESIDE else self._beneath()
        self._begin(self._picture.figures[0])

    @property
    def _chosen(self) -> dict[str, Any]:
        """The values of the controls."""
        return getattr(self._state, self._name)

    def _choose(self, values: dict[str, Any]) -> str | None:
        return self._state.try_update(**{self._name: values})

    def _compute(self, values: dict[str, Any]) -> Any:
        return self._module.compute(values | fixed(self._module.PARAMETERS))

    def scene(self) -> FigureScene:
        values = self._chosen
        if values != self._values:
            self._numbers, self._values = self._compute(values), values
        return FigureScene(self._numbers)

    def sync(self) -> None:
        self._sliders.show(self._chosen)
        for part in self._words:
            part.visible = not self._state.projector

    def describe(self, scene: FigureScene) -> None:
        numbers = scene.numbers
        self._claims.object = claims_html.claims_html(self._module.claims(numbers))
        self._notes.object = claims_html.notes_html(self._module.CAPTION, self._module.notes(numbers.values))

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        for pane in (self._claims, self._notes):
            pane.styles = {"color": palette(dark).ink}

    def _actions(self) -> pn.FlexBox:
        title = pmui.Typography(f"Figure {self._number}: {self._module.TITLE}", variant="h6", margin=(0, 8))
        back = _button("Reset to the paper's values", "restart_alt", self._restore)
        explore = _button("Open in Explore", "explore", self._explore)
        return pn.FlexBox(title, back, explore, self.files(), align_items="center", **STRETCH)

    def _restore(self) -> None:
        self._choose({one.name: one.default for one in offered(self._module.PARAMETERS)})

    def files(self) -> pn.Row:
        kinds = [self._file(kind, partial(self._picture_file, kind)) for kind in PICTURES]
        return pn.Row(*kinds, self._file("csv", lambda: partial(csv_file, self._module, self._numbers)), margin=0)

    def _picture_file(self, kind: str) -> Callable[[], BytesIO]:
        return partial(picture_file, self._module, self._chosen, kind)

    def _file(self, kind: str, made_of: Callable[[], Callable[[], BytesIO]]) -> pmui.FileDownload:
        """A button; what its file is made of is asked for at the click, and the file then made beside the session."""
        name = f"figure{self._number}.{kind}"

        def asked() -> File:
            made = made_of()
            return File(name, lambda: made().getvalue())

        return download_button(kind.upper(), name, asked, "text", margin=(2, 2))

    def _explore(self) -> None:
        """Opens Explore with what the figure shows."""
        shown = choices(self._module.experiment(self._chosen))
        if self._state.try_update(**shown, zoom=None, pinned=None, anatomy=False, step=None) is None:
            self._run()

    def _sheet(self) -> pn.Column:
        """The picture in its published proportions, as large as the window allows."""
        sheet = pn.Column(
            pn.pane.Bokeh(self._picture.layout, sizing_mode="stretch_both", margin=0),
            margin=0,
            sizing_mode="stretch_both",
            css_classes=["figure-picture"],
            stylesheets=[PICTURE_CSS],
            styles={"--slope": f"{self._pictures.SLOPE:.5f}", "--extra": f"{self._pictures.EXTRA}px"},
        )
        return pn.Column(sheet, sizing_mode="stretch_both", margin=0, css_classes=["picture"], scroll="x-auto")

    def _beside(self) -> pn.Row:
        words = pn.Column(
            self._actions(),
            *self._sliders.controls,
            self._claims,
            self._notes,
            sizing_mode="stretch_both",
            margin=0,
            scroll="y-auto",
            css_classes=["words"],
        )
        self._words = [words]
        return pn.Row(
            self._sheet(),
            words,
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["figure-beside"],
            stylesheets=[REFLOW],
        )

    def _beneath(self) -> pn.Column:
        sliders = pn.Row(*self._sliders.controls, css_classes=["sliders"], stylesheets=[REFLOW], **STRETCH)
        actions = self._actions()
        words = pn.Column(self._claims, self._notes, **STRETCH)
        self._words = [actions, sliders, words]
        return pn.Column(
            actions,
            sliders,
            self._sheet(),
            words,
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["figure-beneath"],
            stylesheets=[REFLOW],
        )


def _button(label: str, icon: str, act: Callable[[], None]) -> pmui.Button:
    return pmui.Button(
        label=label, icon=icon, variant="outlined", size="small", margin=(2, 4), on_click=lambda event: act()
    )
