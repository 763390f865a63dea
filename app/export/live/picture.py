"""The plots of a page without a server: the app's own layers, drawn once, and what has them drawn again."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bokeh.document import Document
from bokeh.events import DocumentReady
from bokeh.model import Model
from bokeh.models import CustomJS
from bokeh.plotting import figure as Figure

from app.browser.javascript import body
from app.browser.source_updates import SourceUpdates
from app.compute.motion import with_motions
from app.compute.runs import runs_of
from app.compute.scene import Scene
from app.export.live.code import page_code
from app.export.live.offer import Offer
from app.export.live.setup import formulas, setup
from app.layers.layer import Layer
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import LossSurface, home
from app.layers.marginals import Marginals
from app.layers.playback import Playback, played_every
from app.layers.predictions import Predictions
from app.layers.start_handle import StartHandle
from app.layers.step_anatomy import StepAnatomy
from app.layers.trajectories import Trajectories, few
from app.model.box import Box
from app.model.course import USUAL
from app.model.state import State
from app.theme import BOKEH_THEME
from landscapes.code.read import Unsupported

HERE = Path(__file__).parent
WIDTH = 1.6  # of the background, in widths of the view
NONE = "{ program: null, dissect: null, words: null }"  # of a page that cannot compute


class Picture:
    """The plane and the loss curve of a state.

    Args:
        state: that is shown.
        offer: what else may be chosen.
        number: of the picture on its page; the names of the figures hold it from the second on.
        more: further layers of the plane.
        begun: whether its runs are shown from the beginning.

    Attributes:
        runs: that are drawn, with their motions.
        every: one start in so many is played.
        gaps: whether the loss is undefined somewhere.
        code: an expression of JavaScript: what the page computes with.
        reason: why the page cannot compute; empty where it can.
        setup: what it computes with; None where it cannot.
    """

    def __init__(
        self,
        state: State,
        offer: Offer,
        number: int = 0,
        more: Sequence[type[Predictions]] = (),
        begun: bool = True,
    ) -> None:
        self.state, self.offer = state, offer
        self.runs = with_motions(runs_of(state)) if begun else []
        self.every = played_every(self.runs)
        self._updates = updates = SourceUpdates()
        self.plane = LossSurface(updates, state, whole=lambda state: state.zoom or home(state))
        self.curve = LossCurve(updates, state)
        self._paths = paths = Trajectories(updates, self.plane.figure)
        self._handle = StartHandle(updates, self.plane.figure, state)
        self._marginals = marginals = Marginals(updates, self.plane.figure)
        marginals.right.min_border_bottom = self.plane.figure.min_border_bottom  # beside it, in no grid of Bokeh's
        self.playback = Playback(updates, state.steps, self.plane.figure, self.curve, paths, marginals)
        self._anatomy = StepAnatomy(updates, self.plane.figure, self.playback)
        added = [layer(updates, self.plane.figure, state) for layer in more]
        self._layers: tuple[Layer, ...] = (
            self.plane,
            paths,
            self._handle,
            marginals,
            self.curve,
            self._anatomy,
            self.playback,
            *added,
        )
        for figure in self.figures.values() if number else ():
            figure.name += f" {number}"
        self.reason, self.code = "", NONE
        self.setup: dict[str, Any] | None = None
        try:
            self._make()
        except Unsupported as reason:
            self.reason = str(reason)

    def _make(self) -> None:
        state, offer = self.state, self.offer
        if state.course != USUAL:
            raise Unsupported(f"it runs with {state.course.words}, which a page without a server does not")
        rules = {entry.rule.key: type(entry.rule) for entry in offer.entries}
        found = setup(state, offer)
        code = page_code(rules.values(), state.landscape_object, formulas(state.landscape_object))
        self.code = f"(() => {{\n{code}return {{ program, dissect, words }}\n}})()"
        self.setup = found

    @property
    def figures(self) -> dict[str, Figure]:
        """Plane, loss curve and marginals, by what they are."""
        marginals = self._marginals
        return {
            "plane": self.plane.figure,
            "loss": self.curve.figure,
            "above": marginals.above,
            "right": marginals.right,
        }

    def drawn(self) -> dict[str, Any]:
        """Draws it, and returns what has it drawn again: models by name."""
        state, updates = self.state.copy(), self._updates
        if self.setup is None:
            state.try_update(anatomy=False)  # whole runs are played
        computes = self.setup is not None and self.every == 1  # the page draws the same at once
        runs = () if computes else tuple(self.runs)
        scene = Scene(state, wider(self.plane.view), runs, playing=True)
        for layer in self._layers:
            layer.theme(False)
            layer.draw(scene, updates)
        self.gaps = self.plane.gaps
        for name, columns in updates.take().items():
            updates.sources[name].data = dict(columns)
        figure = self.plane.figure
        models = {
            "setup": self.setup,
            "sources": updates.sources,
            "figures": self.figures,
            "draws": computes and bool(self.runs),
            "clock": self.playback.clock,
            "playback": self.playback.state,
            "touch": self._handle.touch,
            "arrow": self._anatomy.arrow,
            "variants": self._variants(),
            "weights": differences([figure], lambda many: self._paths.weigh(not many)),
        }
        self._paths.weigh(few(self.runs))
        return models

    def _variants(self) -> list[list[Any]]:
        """What the dark theme changes: model, property, and its values in light and in dark."""

        def change(dark: bool) -> None:
            for layer in self._layers:
                layer.theme(dark)

        return differences(self.figures.values(), change)


def document(
    title: str, pictures: Sequence[Picture], page: Path = HERE / "live.mjs", words: str = "null", **given: Any
) -> Document:
    """A document whose roots are the pictures' figures, by their names.

    Args:
        page: a module whose default export gets `stages`, what each picture is drawn with, `codes`, what it computes
            with, and what is `given`.
        words: an expression of JavaScript that it gets besides.
    """
    found = Document(theme=BOKEH_THEME, title=title)
    for picture in pictures:
        for figure in picture.figures.values():
            found.add_root(figure)
    models = {"stages": [picture.drawn() for picture in pictures], **given}
    codes = f"const codes = [{', '.join(picture.code for picture in pictures)}]"
    code = f"{codes}, words = {words}\n{body(page, ('codes', 'words', *models))}"
    found.js_on_event(DocumentReady, CustomJS(args=models, code=code, module=False))
    return found


def wider(box: Box) -> Box:
    """The part over which the background is drawn: a page may be twice as wide as it is high."""
    left, right, bottom, top = box
    more = (WIDTH - 1) * (right - left) / 2
    return left - more, right + more, bottom, top


def differences(roots: Iterable[Model], change: Callable[[bool], None]) -> list[list[Any]]:
    """The properties that a change of models sets otherwise with True than with False, which it leaves set."""
    models = {model for root in roots for model in root.references()}

    def seen() -> dict[Model, dict[str, Any]]:
        return {model: model.properties_with_values(include_defaults=True) for model in models}

    change(False)
    before = seen()
    change(True)
    after = seen()
    change(False)
    return [
        [model, name, value, after[model][name]]
        for model, values in before.items()
        for name, value in values.items()
        if name != "data" and after[model][name] != value
    ]
