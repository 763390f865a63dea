"""Sharing: link, script and citation to copy, the experiment to save and open, and other downloads.

Why the notice is not one of `pn.state.notifications` (panel-material-ui 0.16.6, NotificationArea.jsx):
`render_icon_text` turns ":material/…:" into an icon, also in a text quoted from a stranger's link; and it tells of lost
and of new connections itself, beside `app.page.connection`, which no option of it leaves out.
"""

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.models import Spacer
from panel.viewable import Viewable, Viewer

from app.browser.callbacks import guarded
from app.browser.javascript import body, script
from app.export.downloads import DOWNLOADS, SURFACE, Download
from app.lessons.lecture import Lecture
from app.model.experiment_file import load
from app.model.moment import WITHHELD
from app.model.state import State
from app.page.address_bar import AddressBar
from app.page.dialog import dialog, header_button, overlay_row
from app.page.film_card import FilmCard
from app.theme import stylesheet
from app.widgets.download_button import File, download_button
from optimizers.citation import bibtex
from optimizers.python_code import python_code

HERE = Path(__file__).parent
CSS = stylesheet(HERE / "share_dialog.css")
MAX_FILE_BYTES = 1_000_000  # bytes of a file that is opened

COPIED = {
    "link": "Link copied.",
    "python": "Script copied; it reproduces the numbers bit for bit.",
    "citation": "Citation copied.",
}
NOT_COPIED = "The browser does not allow this page to copy; select the text below and copy it."


class ShareChannel(DataModel):
    """To the browser: the texts to copy. From it: what was copied, and the file that was opened."""

    texts = AnyValue(default=None)
    copied = AnyValue(default=None)
    opened = AnyValue(default=None)


class ShareDialog(Viewer):
    """A button for the page's header, its dialog, and a notice about a link or a file that was read.

    Created before anything is drawn, because it sets the state from the page's address.

    Attributes:
        overlays: the dialog and the notice, to stand in the page's main part.
        of_tab: the title of the open tab and buttons for its files; None where they are those of the experiment.
    """

    def __init__(self, state: State, lecture: Lecture) -> None:
        super().__init__()
        self.of_tab: Callable[[], tuple[str, Viewable | None]] = lambda: ("", None)
        self._tab_row = pn.Row(visible=False, margin=(0, 0, 12, 0), sizing_mode="stretch_width")
        self._withheld = _html("group", f"<p>{WITHHELD}</p>", visible=False, margin=(0, 0, 12, 0))
        self._explored: list[pn.Row] = []  # rows of what Explore shows
        self._state = state
        self._words = _html("words", sizing_mode="stretch_width", margin=0, align="center")
        self._notice = pn.Row(
            self._words,
            pmui.Button(
                label="Dismiss", variant="text", size="small", margin=(2, 6), on_click=self._dismiss, sx=DISMISS_STYLE
            ),
            visible=False,
            margin=0,
            align="center",
            css_classes=["notice"],
            stylesheets=[CSS],
        )
        self.address = AddressBar(state, lecture, self._notify)
        self._channel = ShareChannel()
        self._files = {"channel": self._channel, "max_size": MAX_FILE_BYTES}
        self._channel.on_change("copied", guarded(self._copied))
        self._channel.on_change("opened", guarded(self._opened))
        self._status = _html("status", sizing_mode="stretch_width", margin=(4, 0, 8, 0))
        styles = {"margin-left": "auto"}
        self._button = header_button("Share", "share", self._open, margin=(0, 8), styles=styles)
        state.param.watch(self._stepped, "moment")
        self._dialog = dialog("Share this experiment", "sm", self._tab_row, *self._rows(), self._withheld, self._status)
        self.overlays = overlay_row(
            self._dialog, self._notice, pn.pane.Bokeh(self._holder(), width=0, height=0, margin=0)
        )
        if (document := pn.state.curdoc) is not None:
            document.js_on_event("document_ready", script(HERE / "drop_file.mjs", **self._files))

    def _holder(self) -> Spacer:
        """Adds the channels to the document."""
        return Spacer(width=0, height=0, tags=[self.address.channel, self._channel])

    def _rows(self) -> list[pn.Row]:
        copies = [
            self._copy_button("Copy link", "link"),
            self._copy_button("Copy as Python", "python"),
            self._copy_button("Copy citation", "citation"),
        ]
        groups: dict[str, list] = {"Copy": copies}
        for download in DOWNLOADS:
            groups.setdefault(download.group, []).append(self._download_button(download))
        opener = _button("Open experiment…", "folder_open")
        opener.js_on_click(args=self._files, code=body(HERE / "choose_file.mjs", tuple(self._files)))
        groups["Experiment"].append(opener)
        groups["Playback"] = [FilmCard(self._state)]
        rows = {
            group: pn.Row(
                _group(group),
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
        }
        self._explored = [rows[group] for group in ("Picture", "Numbers", "Playback")]
        self._surface, self._handout = rows[SURFACE], rows["Handout"]
        return [*rows.values()]

    def _copy_button(self, label: str, what: str) -> pmui.Button:
        button = _button(label, "content_copy")
        args = {"channel": self._channel, "what": what}
        button.js_on_click(args=args, code=body(HERE / "copy_text.mjs", tuple(args)))
        return button

    def _download_button(self, download: Download) -> pmui.FileDownload:
        def asked() -> File:
            return File(download.filename, partial(download.make, self._state.copy()))

        return download_button(download.label, download.filename, asked, "outlined", icon="download", margin=0)

    def _open(self, event: Any) -> None:
        self.address.follow()
        self._channel.texts = {
            "link": self.address.query + self.address.hash,
            "python": python_code(self._state.experiment),
            "citation": bibtex(),
        }
        self._status.object = ""
        self._show_rows()
        self._dialog.open = True

    def _stepped(self, event: Any) -> None:
        """A lesson steps on while the dialog is open."""
        if self._dialog.open:
            self._show_rows()

    def _show_rows(self) -> None:
        """Shows what can be saved of the open tab now."""
        title, files = self.of_tab()
        hidden = bool(self._state.moment.hidden)
        self._tab_row.param.update(objects=[] if files is None else [_group(title), files], visible=files is not None)
        for row in self._explored:
            row.visible = files is None and not hidden
        self._surface.visible = files is None and self._state.surface and not hidden
        self._handout.visible = not hidden
        self._withheld.visible = files is None and hidden

    def _copied(self, attribute: str, old: Any, new: Any) -> None:
        words = COPIED[new["what"]] if new["done"] else NOT_COPIED
        self._status.object = f"<p role='status'>{words}</p><pre tabindex='0'>{escape(new['text'])}</pre>"

    def _opened(self, attribute: str, old: Any, new: Any) -> None:
        name, text = str(new["name"]), str(new["text"])
        if new["size"] > MAX_FILE_BYTES:
            self._notify(
                f"{name} is too large for an experiment: {new['size']} bytes, but at most {MAX_FILE_BYTES} are read."
            )
        elif refused := load(text, self._state):
            self._notify(f"{name} could not be opened. {refused}")
        else:
            self._dialog.open = False
            self._notify(f"{name} was opened; the browser's back button undoes this.")

    def _notify(self, words: str) -> None:
        self._words.object = f"<p role='status' tabindex='0'>{escape(words)}</p>"
        self._notice.visible = bool(words)

    def _dismiss(self, event: Any) -> None:
        self._notice.visible = False

    def __panel__(self) -> pmui.Button:
        return self._button


def _html(kind: str, text: str = "", **options: Any) -> pn.pane.HTML:
    return pn.pane.HTML(text, css_classes=[kind], stylesheets=[CSS], **options)


def _group(title: str) -> pn.pane.HTML:
    return _html("group", f"<h3>{escape(title)}</h3>", margin=0, width=96)


def _button(label: str, icon: str) -> pmui.Button:
    return pmui.Button(label=label, icon=icon, variant="outlined", size="small", margin=0)


HINTS = {
    "Experiment": "Everything that determines the numbers. A saved file can also be dropped anywhere on the page.",
    "Handout": "One file with playback; it opens without a server or network.",
}
# the notice is light in both themes
DISMISS_STYLE = {"&.MuiButton-root": {"color": "#17202b", "textDecoration": "underline"}}
