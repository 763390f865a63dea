"""What a lecturer shows the room: the link and its QR code, on the page that is open on the serving machine."""

from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.page.classroom import Invitation
from app.page.server_guard import LOCAL_NAMES, host_name
from app.theme import stylesheet


def here() -> bool:
    """Whether the page that is being made was asked for on the serving machine."""
    context = pn.state.curdoc and pn.state.curdoc.session_context
    request = context and context.request
    return bool(request) and host_name(request.headers.get("Host", "")) in LOCAL_NAMES


class InvitationDialog(Viewer):
    """A button for the page's header, and the dialog it opens.

    Attributes:
        overlays: the dialog, to stand in the page's main part.
    """

    def __init__(self, invitation: Invitation) -> None:
        super().__init__()
        self._button = pmui.Button(
            label="Invite",
            icon="qr_code",
            variant="text",
            color="light",
            margin=(0, 8),
            on_click=self._open,
        )
        self._dialog = pmui.Dialog(
            pn.pane.HTML(
                f"{invitation.qr_svg()}<p>{escape(invitation.link)}</p>",
                stylesheets=[stylesheet(Path(__file__).with_suffix(".css"))],
                sizing_mode="stretch_width",
                margin=0,
            ),
            title="Scan to join",
            title_variant="h6",
            show_close_button=True,
            close_on_click=True,
            width_option="sm",
            sx={"& .MuiIconButton-root": {"color": "text.primary"}},
            sizing_mode="stretch_width",
        )
        self.overlays = pn.Row(self._dialog, width=0, height=0, margin=0)

    def _open(self, event: object) -> None:
        self._dialog.open = True

    def __panel__(self) -> pmui.Button:
        return self._button
