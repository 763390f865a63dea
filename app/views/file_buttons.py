"""Downloads of a map view: its current picture and numbers."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import panel as pn
import panel_material_ui as pmui

from app.export.map_tables import to_bytes
from app.model.state import State
from app.widgets.download_button import File, download_button
from figures.write import render
from optimizers.cli.export import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PICTURES, TABLES = ("png", "svg"), ("npz", "csv")
DPI = 150


class Contents(NamedTuple):
    """What a view shows.

    Attributes:
        name: of its files, without an ending.
        picture: draws it.
        numbers: lists it.
    """

    name: str
    picture: "Callable[[], Figure]"
    numbers: Callable[[], Results]


def file_buttons(contents: Callable[[], Contents]) -> pn.Row:
    """A button for each kind of file; the contents are computed on the click."""
    return pn.Row(
        pn.pane.HTML("Download", margin=(4, 0, 0, 0), styles={"font-size": "15px"}),
        *(_button(kind, contents) for kind in (*PICTURES, *TABLES)),
        margin=0,
        styles={"flex": "none"},
    )


def file_stem(view: str, state: State, *settings: str) -> str:
    """A name with the view, the landscape and the settings that matter."""
    values = (f"{name.replace('_', '-')}-{getattr(state, name):g}" for name in settings)
    return "-".join(["samscape", view, state.landscape, *values])


def render_file(contents: Contents, kind: str) -> bytes:
    """A file of this kind."""
    if kind in PICTURES:
        return render(contents.picture(), kind, dpi=DPI)
    return to_bytes(contents.numbers(), kind)


def _button(kind: str, contents: Callable[[], Contents]) -> pmui.FileDownload:
    def asked() -> File:
        now = contents()
        return File(f"{now.name}.{kind}", partial(render_file, now, kind))

    return download_button(kind.upper(), f"samscape.{kind}", asked, "text", margin=0, sx=STYLE)


STYLE = {
    "&.MuiButton-root": {"minWidth": "0", "padding": "2px 7px", "fontSize": "0.9375rem"},
    "& .MuiButton-startIcon": {"display": "none"},  # four arrows in a row would add nothing to the word before them
}
