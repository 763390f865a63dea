"""Dialogs and lists under the keyboard: Tab stays within an open dialog, and what had the focus before has it again.

Their own care for this ends at the border of their shadow trees; and a list that unfolds does so for the mouse alone.
"""

from pathlib import Path

import panel as pn

from app.browser.javascript import script

CLOSING = 2000  # milliseconds that a dialog may take to go


def manage_focus() -> None:
    """Sets the page of the current session up."""
    if (document := pn.state.curdoc) is not None:
        document.js_on_event("document_ready", script(Path(__file__).with_suffix(".mjs"), closing=CLOSING))
