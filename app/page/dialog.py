"""What the dialogs of the page's header have in common."""

from collections.abc import Callable
from typing import Any, Literal

import panel as pn
import panel_material_ui as pmui


def header_button(label: str, icon: str, on_click: Callable[[Any], None], **options: Any) -> pmui.Button:
    """A button in the page's header.

    Args:
        options: of `pmui.Button`.
    """
    style = {"@media (max-width: 699px)": ICON_ALONE} | options.pop("sx", {})
    return pmui.Button(label=label, icon=icon, variant="text", color="light", on_click=on_click, sx=style, **options)


# on a phone there is no room for words, which screen readers still say
ICON_ALONE = {
    "fontSize": 0,
    "minWidth": "44px",
    "padding": "6px",
    "& .MuiButton-startIcon": {"margin": 0},
    "& .MuiButton-startIcon > *": {"fontSize": "24px !important"},
}


def dialog(title: str, width: Literal["sm", "lg"], *content: Any) -> pmui.Dialog:
    """A dialog with a title and a button that closes it, small or large."""
    return pmui.Dialog(
        *content,
        title=title,
        title_variant="h6",
        show_close_button=True,
        close_on_click=True,
        width_option=width,
        sx={"& .MuiIconButton-root": {"color": "text.primary"}},
        sizing_mode="stretch_width",
    )


def overlay_row(*parts: Any) -> pn.Row:
    """Parts of the page that take no room in it."""
    return pn.Row(*parts, width=0, height=0, margin=0)
