"""Playback as a film, in the dialog “Share”: its format, its progress, and a button that cancels it."""

from functools import partial
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import Spacer
from panel.viewable import Viewer

from app.browser.background_work import of_session
from app.browser.javascript import script
from app.export.film import checked, made
from app.model.link import write
from app.model.state import State
from app.theme import stylesheet
from figures.animation import SIZES, Film

HERE = Path(__file__).parent
CSS = stylesheet(HERE / "film_card.css")
FORMATS = {"GIF": "gif", "MP4": "mp4", "WebM": "webm", "PNG files (ZIP)": "zip"}
RATES = (10, 20, 30, 50)
ABOUT = "Step by step, 16:9, for slides."
CANCELLED = "Cancelled; nothing was saved."


class FilmChannel(DataModel):
    """To the browser: a file to save."""

    saved = AnyValue(default=None)


class FilmCard(Viewer):
    """Choices, and the film under way."""

    def __init__(self, state: State) -> None:
        super().__init__()
        usual = Film()
        self._state, self._numbers = state, count()
        self._kind = _select("Format", FORMATS, usual.kind)
        self._width = _select("Size", {f"{across} × {up}": key for key, (across, up) in SIZES.items()}, usual.width)
        self._fps = _select("Frames per second", {str(rate): rate for rate in RATES}, usual.fps)
        self._create = _button("Create film", "movie", self._begin)
        self._cancel = _button("Cancel", "close", self._stop)
        self._cancel.visible = False
        self._status = pn.pane.HTML("", margin=0, sizing_mode="stretch_width", stylesheets=[CSS])
        self._channel = FilmChannel()
        self._channel.js_on_change("saved", script(HERE / "save_file.mjs", channel=self._channel))
        self._runner = of_session(self._save, self._report)
        self._say(ABOUT)
        choices = self._kind, self._width, self._fps
        self._content = pn.Column(
            pn.FlexBox(*choices, self._create, self._cancel, gap="8px", align_items="center", margin=0),
            self._status,
            pn.pane.Bokeh(Spacer(width=0, height=0, tags=[self._channel]), width=0, height=0, margin=0),
            margin=0,
            sizing_mode="stretch_width",
        )

    def _begin(self, event: Any) -> None:
        film = Film(self._kind.value, self._width.value, self._fps.value)
        try:
            film = checked(film, self._state)
        except ValueError as error:
            self._say(f"{str(error)[0].upper()}{str(error)[1:]}".removesuffix(".") + ".")
            return
        self._name = f"samscape.{film.kind}"
        self._set_busy(True)
        self._report()
        if self._runner is not None:  # there is none without a session
            work = partial(made, write(self._state), self._state.view, film)
            self._runner.request(next(self._numbers), work, at_once=True)

    def _stop(self, event: Any) -> None:
        if self._runner is not None:
            self._runner.cancel()
        self._set_busy(False)
        self._say(CANCELLED)

    def _report(self) -> None:
        share = (self._runner.share if self._runner is not None else None) or 0.0
        bar = f"<progress max='1' value='{share:.3f}' aria-label='Film'></progress>"
        self._status.object = f"<p>Drawing the frames … {share:.0%}</p>{bar}"

    def _save(self, token: Any, content: bytes) -> None:
        self._set_busy(False)
        self._channel.saved = {"name": self._name, "content": content, "number": token}
        self._say(f"{self._name} is saved: {len(content) / 1e6:.1f} MB.")

    def _set_busy(self, busy: bool) -> None:
        self._cancel.visible = busy
        self._create.disabled = busy

    def _say(self, words: str) -> None:
        self._status.object = f"<p role='status'>{escape(words)}</p>"

    def __panel__(self) -> pn.Column:
        return self._content


def _select(label: str, options: dict[str, Any], value: Any) -> pmui.Select:
    return pmui.Select(label=label, options=options, value=value, size="small", width=150, margin=(6, 0, 0, 0))


def _button(label: str, icon: str, on_click: Any) -> pmui.Button:
    return pmui.Button(label=label, icon=icon, variant="outlined", size="small", margin=0, on_click=on_click)
