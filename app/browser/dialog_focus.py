"""Keyboard focus of dialogs and lists: Tab stays within an open dialog, and closing restores the focus.

The widgets' own focus handling ends at the border of their shadow trees; and lists open on the mouse only.
"""

from pathlib import Path

import panel as pn

from app.browser.javascript import script

CLOSING = 2000  # milliseconds that a dialog may take to close


def manage_focus() -> None:
    """Sets up the current session's page."""
    if (document := pn.state.curdoc) is not None:
        document.js_on_event("document_ready", script(Path(__file__).with_suffix(".mjs"), closing=CLOSING))
