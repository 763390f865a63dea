"""Access from other machines: the link with a token, its QR code, and the limit of sessions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from secrets import token_urlsafe
from socket import AF_INET, SOCK_DGRAM, socket

import segno
from bokeh.server.session import ServerSession
from bokeh.util.token import get_session_id

from app.page.server_guard import TOKEN

ANYWHERE = "0.0.0.0"
LOOPBACK = "127.0.0.1"
SECRET = 16  # bytes


@dataclass(frozen=True)
class Invitation:
    """What a visitor from another machine needs.

    Attributes:
        host: address of this machine that others reach.
        token: that is shown once.
    """

    host: str
    port: int
    token: str

    @property
    def link(self) -> str:
        return f"http://{self.host}:{self.port}/?{TOKEN}={self.token}"

    @property
    def link_here(self) -> str:
        """The link for a browser on this machine."""
        return f"http://localhost:{self.port}/?{TOKEN}={self.token}"

    def qr_text(self) -> str:
        """The link's QR code for a terminal."""
        written = StringIO()
        segno.make(self.link, error="l").terminal(written, border=2, compact=True)
        return written.getvalue()

    def qr_svg(self) -> str:
        """The same as a picture, dark on white in both themes."""
        return segno.make(self.link, error="m").svg_inline(scale=8, border=4, light="#fff", dark="#000", omitsize=True)


def invite(address: str, port: int) -> Invitation | None:
    """An invitation with a new secret; None where only this machine can reach the address."""
    if address == LOOPBACK:
        return None
    return Invitation(reached(address), port, token_urlsafe(SECRET))


def reached(address: str) -> str:
    """The address under which others find this machine: the one it would send from, if all are served."""
    if address != ANYWHERE:
        return address
    with socket(AF_INET, SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # kept for documentation; choosing a route sends nothing
            return probe.getsockname()[0]
        except OSError:
            return LOOPBACK


class SessionLimit:
    """The number of open pages, and its limit.

    A page that is loading counts, one that was closed or reloaded does not.

    Args:
        sessions: returns those that the server keeps.
        pending: returns the number of those that are being built.
        places: the limit.
    """

    def __init__(
        self, sessions: Callable[[], Iterable[ServerSession]], pending: Callable[[], int], places: int
    ) -> None:
        self._sessions, self._pending, self._places = sessions, pending, places
        self._arrived: set[str] = set()

    @property
    def taken(self) -> int:
        sessions = {session.id: session for session in self._sessions()}
        self._arrived &= sessions.keys()
        there = sum(one.connection_count > 0 or id not in self._arrived for id, one in sessions.items())
        return there + self._pending()

    def full(self) -> str:
        """One sentence if the limit is reached; else empty."""
        if (taken := self.taken) < self._places:
            return ""
        return (
            f"The server is full ({taken} of {self._places}). Try again when someone has left, or ask for more places "
            "(--max-sessions)."
        )

    def arrive(self, token: str) -> bool:
        """Counts a page that connects with a valid token; returns whether it is within the limit."""
        id = get_session_id(token)
        if self.full() and id not in {session.id for session in self._sessions()}:
            return False
        self._arrived.add(id)
        return True
