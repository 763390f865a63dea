"""Headers that every response carries: what the browser is allowed to do with it."""

import re
from secrets import token_urlsafe
from typing import Any

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

SCRIPT = re.compile(rb"<script(?=[\s>])")
NONCE = 16  # bytes
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",  # for browsers that know no frame-ancestors
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Of error pages, scripts and everything else.
NOTHING = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
# What the page needs beyond that. BokehJS and Panel compile functions from text (CustomJS, templates): unsafe-eval;
# Panel's widgets are modules created in the page, hence blob:; all of them and the plots have inline styles.
PAGE = NOTHING | {
    "script-src": "'self' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' blob:",
}


class SecurityHeaders(OutputTransform):
    """Adds them to Tornado's answers, and allows a page's own inline scripts only.

    Args:
        framed: whether pages of others may show it in a frame; the guard admits those that know the secret.
    """

    def __init__(self, request: Any, *, framed: bool = False) -> None:
        self._framed = framed

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        for name, value in ALWAYS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = policy(NOTHING)
        headers.pop("Server", None)  # names versions
        if headers.get("Content-Type", "").startswith("text/html") and finishing and b"<script" in chunk:
            nonce = token_urlsafe(NONCE)
            chunk = SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), chunk)
            headers["Content-Security-Policy"] = page_policy(nonce)
            headers["Content-Length"] = str(len(chunk))
        if self._framed:
            del headers["X-Frame-Options"]
            rules = headers["Content-Security-Policy"].split("; ")
            headers["Content-Security-Policy"] = "; ".join(r for r in rules if not r.startswith("frame-ancestors"))
        return status_code, headers, chunk


def page_policy(nonce: str) -> str:
    """The policy of a page whose own scripts carry this nonce."""
    return policy(PAGE | {"script-src": f"{PAGE['script-src']} 'nonce-{nonce}'"})


def policy(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in directives.items())
