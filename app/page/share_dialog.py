"""Sharing: link, script and citation to copy, the experiment to save and open, and what else can be taken home."""

from functools import partial
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import Spacer
from panel.viewable import Viewer

from app.browser.background_work import beside
from app.browser.callbacks import guarded
from app.browser.javascript import body, script
from app.export.downloads import DOWNLOADS, Download
from app.model.experiment_file import load
from app.model.state import State
from app.page.address_bar import AddressBar
from app.theme import stylesheet
from optimizers.citation import bibtex
from optimizers.python_code import python_code

HERE = Path(__file__).parent
CSS = stylesheet(HERE / "share_dialog.css")
LARGEST = 1_000_000  # bytes of a file that is opened

COPIED = {
    "link": "The link is in the clipboard.",
    "python": "The script is in the clipboard; it gives the same numbers, bit for bit.",
    "citation": "The citation is in the clipboard.",
}
NOT_COPIED = "The browser does not let this page copy; select the text below and copy it."


class Desk(DataModel):
    """What travels: the texts to copy; what was copied, and the file that was opened."""

    texts = AnyValue(default=None)
    copied = AnyValue(default=None)
    opened = AnyValue(default=None)


class ShareDialog(Viewer):
    """A button for the page's header, its dialog, and a notice that says what became of a link or a file.

    Made before anything is drawn, it gives the state what the page's address says.

    Attributes:
        overlays: the dialog and the notice, to stand in the page's main part.
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._words = _html("words", sizing_mode="stretch_width", margin=0, align="center")
        self._notice = pn.Row(
            self._words,
            pmui.Button(label="Dismiss", variant="text", size="small", margin=(2, 6), on_click=self._hush, sx=INK),
            visible=False,
            margin=0,
            align="center",
            css_classes=["notice"],
            stylesheets=[CSS],
        )
        self.address = AddressBar(state, self._say)
        self._desk = Desk()
        self._files = {"desk": self._desk, "max_size": LARGEST}
        self._desk.on_change("copied", guarded(self._copied))
        self._desk.on_change("opened", guarded(self._opened))
        self._status = _html("status", sizing_mode="stretch_width", margin=(4, 0, 8, 0))
        self._button = pmui.Button(
            label="Share",
            icon="share",
            variant="text",
            color="light",
            margin=(0, 8),
            on_click=self._open,
            styles={"margin-left": "auto"},
        )
        self._dialog = pmui.Dialog(
            *self._rows(),
            self._status,
            title="Share this experiment",
            title_variant="h6",
            show_close_button=True,
            close_on_click=True,
            width_option="sm",
            sx={"& .MuiIconButton-root": {"color": "text.primary"}},
            sizing_mode="stretch_width",
        )
        self.overlays = pn.Row(
            self._dialog,
            self._notice,
            pn.pane.Bokeh(self._holder(), width=0, height=0, margin=0),
            width=0,
            height=0,
            margin=0,
        )
        if (document := pn.state.curdoc) is not None:
            document.js_on_event("document_ready", script(HERE / "drop_file.mjs", **self._files))

    def _holder(self) -> Spacer:
        """Brings the channels into the document."""
        return Spacer(width=0, height=0, tags=[self.address.channel, self._desk])

    def _rows(self) -> list[pn.Row]:
        copies = [
            self._copy_button("Copy link", "link"),
            self._copy_button("Copy as Python", "python"),
            self._copy_button("Copy citation", "citation"),
        ]
        groups: dict[str, list] = {"Copy": copies}
        for download in DOWNLOADS:
            groups.setdefault(download.group, []).append(self._download_button(download))
        opener = _button("Open a saved one…", "folder_open")
        opener.js_on_click(args=self._files, code=body(HERE / "choose_file.mjs", tuple(self._files)))
        groups["Experiment"].append(opener)
        return [
            pn.Row(
                _html("group", f"<h3>{group}</h3>", margin=0, width=96),
                pn.Column(
                    pn.FlexBox(*buttons, gap="8px", margin=0, sizing_mode="stretch_width"),
                    *([_html("group", f"<p>{HINTS[group]}</p>", margin=0)] if group in HINTS else []),
                    margin=0,
                    sizing_mode="stretch_width",
                ),
                margin=(0, 0, 12, 0),
                sizing_mode="stretch_width",
            )
            for group, buttons in groups.items()
        ]

    def _copy_button(self, label: str, what: str) -> pmui.Button:
        button = _button(label, "content_copy")
        args = {"desk": self._desk, "what": what}
        button.js_on_click(args=args, code=body(HERE / "copy_text.mjs", tuple(args)))
        return button

    def _download_button(self, download: Download) -> pmui.FileDownload:
        async def file() -> BytesIO:
            return BytesIO(await beside(partial(download.make, self._state.copy())))

        return pmui.FileDownload(
            callback=file,
            filename=download.filename,
            label=download.label,
            icon="download",
            variant="outlined",
            size="small",
            margin=0,
        )

    def _open(self, event: Any) -> None:
        self.address.follow()
        self._desk.texts = {
            "link": self.address.query + self.address.hash,
            "python": python_code(self._state.experiment),
            "citation": bibtex(),
        }
        self._status.object = ""
        self._dialog.open = True

    def _copied(self, attribute: str, old: Any, new: Any) -> None:
        words = COPIED[new["what"]] if new["done"] else NOT_COPIED
        self._status.object = f"<p role='status'>{words}</p><pre tabindex='0'>{escape(new['text'])}</pre>"

    def _opened(self, attribute: str, old: Any, new: Any) -> None:
        name, text = str(new["name"]), str(new["text"])
        if new["size"] > LARGEST:
            self._say(f"{name} is too large for an experiment: {new['size']} bytes, where at most {LARGEST} are read.")
        elif refused := load(text, self._state):
            self._say(f"{name} was not opened. {refused}")
        else:
            self._dialog.open = False
            self._say(f"{name} is open; the browser's back button undoes it.")

    def _say(self, words: str) -> None:
        self._words.object = f"<p role='status' tabindex='0'>{escape(words)}</p>"
        self._notice.visible = bool(words)

    def _hush(self, event: Any) -> None:
        self._notice.visible = False

    def __panel__(self) -> pmui.Button:
        return self._button


def _html(kind: str, text: str = "", **options: Any) -> pn.pane.HTML:
    return pn.pane.HTML(text, css_classes=[kind], stylesheets=[CSS], **options)


def _button(label: str, icon: str) -> pmui.Button:
    return pmui.Button(label=label, icon=icon, variant="outlined", size="small", margin=0)


HINTS = {
    "Experiment": "All that decides the numbers. A saved one can also be dropped anywhere on the page.",
    "Handout": "One file with playback; it opens without server or network.",
}
INK = {"&.MuiButton-root": {"color": "#17202b", "textDecoration": "underline"}}  # the notice is light in both themes
