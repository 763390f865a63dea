"""The link and its QR code for the audience, on the page that is open on the serving machine."""

from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.page.classroom import Invitation
from app.page.dialog import dialog, header_button, overlay_row
from app.page.server_guard import LOCAL_NAMES, host_name
from app.theme import stylesheet


def on_this_machine() -> bool:
    """Whether the current page was requested on the serving machine."""
    context = pn.state.curdoc and pn.state.curdoc.session_context
    request = context and context.request
    return request is not None and host_name(request.headers.get("Host", "")) in LOCAL_NAMES


class InvitationDialog(Viewer):
    """A button for the page's header, and the dialog it opens.

    Attributes:
        overlays: the dialog, to stand in the page's main part.
    """

    def __init__(self, invitation: Invitation) -> None:
        super().__init__()
        self._button = header_button("Invite", "qr_code", self._open, margin=(0, 8))
        self._dialog = dialog(
            "Scan to join",
            "sm",
            pn.pane.HTML(
                f"{invitation.qr_svg()}<p>{escape(invitation.link)}</p>",
                stylesheets=[stylesheet(Path(__file__).with_suffix(".css"))],
                sizing_mode="stretch_width",
                margin=0,
            ),
        )
        self.overlays = overlay_row(self._dialog)

    def _open(self, event: object) -> None:
        self._dialog.open = True

    def __panel__(self) -> pmui.Button:
        return self._button
