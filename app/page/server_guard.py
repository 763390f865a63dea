"""Who may ask the server for what: decided for every request before any handler sees it, the websocket included.

Everything is refused unless this file allows it.

Sources: the Fetch Metadata headers of the W3C; Jupyter Server's checks
of the Host header and its token; RFC 6455 on Origin.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest
from typing import NamedTuple
from urllib.parse import unquote

PAGE, SOCKET, READY = "/", "/ws", "/ready"
# All files that the page loads: BokehJS, Panel and its Material widgets from the folders of their packages.
FILES = re.compile(
    r"/static/(js|extensions/panel|extensions/panel-material-ui)(/[\w@^+-][\w@^.+-]*)+\.(js|css|woff2|ico|png|svg)",
    re.ASCII,
)
ICON = "/favicon.ico"
# If the sender of a link could choose the session, they could share it.
CHOSEN_SESSIONS = re.compile(r"(^|&)bokeh-(session-id|token)=")
TOKEN = "token"
FRAME = "frame"  # holds the secret of who may show the page in a frame
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1"})


class Answer(NamedTuple):
    """An answer instead of the requested resource.

    Attributes:
        status: of HTTP.
        sentence: for a person.
        onward: an address of this server to continue to, as a link.
        at_once: whether the browser continues without a click.
        headers: to send with it.
    """

    status: int
    sentence: str = ""
    onward: str = ""
    at_once: bool = False
    headers: Mapping[str, str] = {}


class Request(NamedTuple):
    """The relevant part of a request.

    Attributes:
        headers: names regardless of case, as Tornado's.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Guard:
    """Decides on requests.

    Attributes:
        names: hosts that a request may be addressed to; any other name that resolves to this machine is someone else's.
        port: distinguishes this server's cookie from those of others on the same machine.
        token: required where other machines are admitted; empty where they are not.
        full: returns one sentence if the limit of sessions is reached, else an empty one.
        frame: secret with which a page of this machine, such as a notebook, may show this one in a frame; empty where
            none may.
    """

    names: frozenset[str]
    port: int
    token: str
    full: Callable[[], str]
    frame: str = ""

    @property
    def cookie(self) -> str:
        return f"samscape-{self.port}"

    def answer(self, asked: Request) -> Answer | None:
        """None where the request may pass."""
        return (
            self._of_host(asked)
            or self._of_frame(asked)
            or self._of_site(asked)
            or _of_path(asked)
            or (self._of_token(asked) if self.token else None)
            or self._of_session(asked)
        )

    def _of_host(self, asked: Request) -> Answer | None:
        """DNS rebinding: any name can resolve to this machine, and a browser then treats this server as that name's."""
        if host_name(asked.headers.get("Host", "")) not in self.names:
            return Answer(403, "This server accepts only the address that it printed at startup.")
        return None

    def _of_frame(self, asked: Request) -> Answer | None:
        """The first request of a frame holds the secret; the page then continues by itself, as its own."""
        shown = [part.removeprefix(f"{FRAME}=") for part in asked.query.split("&") if part.startswith(f"{FRAME}=")]
        if asked.path == PAGE and asked.method == "GET" and self.frame and shown and same(shown[0], self.frame):
            rest = "&".join(part for part in asked.query.split("&") if not part.startswith(f"{FRAME}="))
            return Answer(200, "Welcome.", f"{PAGE}?{rest}" if rest else PAGE, at_once=True)
        return None

    def _of_site(self, asked: Request) -> Answer | None:
        """Other sites may link here, but neither embed this page nor request anything from it."""
        headers = asked.headers
        if headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            whole = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
            if not (whole and asked.path == PAGE):
                return Answer(403, "This request came from another site; open the address in a tab of its own.")
        origin = headers.get("Origin")
        if (origin is None and asked.path == SOCKET) or origin not in {None, f"http://{headers['Host']}"}:
            return Answer(403, "Only this server's own page may request this.")
        if asked.path == PAGE and "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", "")):
            return Answer(503, "This page cannot be loaded ahead of time.")
        return None

    def _of_token(self, asked: Request) -> Answer | None:
        if asked.path == ICON:
            return None
        shown = [part.removeprefix(f"{TOKEN}=") for part in asked.query.split("&") if part.startswith(f"{TOKEN}=")]
        rest = "&".join(part for part in asked.query.split("&") if not part.startswith(f"{TOKEN}="))
        here = asked.path + (f"?{rest}" if rest else "")
        if asked.path == PAGE and shown and same(shown[0], self.token):
            # The page redirects itself: a redirect from another site's link would not send a strict cookie.
            cookie = f"{self.cookie}={self.token}; HttpOnly; SameSite=Strict; Path=/"
            return Answer(200, "Welcome.", here, at_once=True, headers={"Set-Cookie": cookie})
        if same(cookie_of(asked.headers.get("Cookie", ""), self.cookie), self.token):
            return Answer(200, "Welcome.", here, at_once=True) if shown and asked.path == PAGE else None
        return Answer(
            403,
            "Access requires the link: scan the QR code, or ask for it. "
            "A browser that was admitted before continues here:",
            here if asked.path == PAGE else "",
        )

    def _of_session(self, asked: Request) -> Answer | None:
        if asked.path == PAGE and (CHOSEN_SESSIONS.search(unquote(asked.query)) or "Bokeh-Session-Id" in asked.headers):
            return Answer(403, "Session ids are assigned by the server.", PAGE)
        if asked.path in {PAGE, READY} and (full := self.full()):
            return no_room(full, asked.path)
        return Answer(204) if asked.path == READY else None


def no_room(sentence: str, path: str) -> Answer:
    """The answer to a request while the limit of sessions is reached."""
    return Answer(503, sentence, path, headers={"Retry-After": "15"})


def _of_path(asked: Request) -> Answer | None:
    if asked.path not in {PAGE, SOCKET, READY, ICON} and not FILES.fullmatch(unquote(asked.path)):
        return Answer(404, "Not found.")
    if asked.method != "GET":
        return Answer(405, "Only GET requests are allowed here.", headers={"Allow": "GET"})
    return None


def host_name(host: str) -> str:
    """The name in a Host header, without its port; empty if it is malformed."""
    match = re.fullmatch(r"([A-Za-z0-9.-]+)(:\d{1,5})?", host)
    return match[1].lower() if match else ""


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, compared in constant time."""
    return compare_digest(one.encode(), other.encode())


def cookie_of(header: str, name: str) -> str:
    """The value of a cookie in a Cookie header; empty where there is none."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
