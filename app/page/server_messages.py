"""The limits of a page's messages, checked as text, before anything is parsed.

A page sends few and small ones (measured over all views: at most 480 characters, 31 brackets and commas, no binary
part). The one exception is a file that is opened, a long string.
"""

import json
import re

from app.page.share_dialog import MAX_FILE_BYTES

# In a file that JSON must escape, every character may take two.
MAX_LENGTH = 2 * MAX_FILE_BYTES + 10_000  # bytes
MAX_TOKENS = 4_000  # strings, brackets, braces and commas
MAX_DEPTH = 40  # brackets within brackets
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)
# A page pulls its document once and then sends changes; it must not replace the document.
KINDS = {"PULL-DOC-REQ", "PATCH-DOC"}
PARTS = 3  # header, metadata, content


class Meter:
    """Checks the parts of one page's messages as they arrive."""

    def __init__(self) -> None:
        self._part = 0

    def refusal(self, part: str | bytes) -> str | None:
        """Why a part is refused, in a few words; None if it is not."""
        if isinstance(part, bytes):
            return "a page sends no binary parts"
        header, self._part = self._part == 0, (self._part + 1) % PARTS
        return too_much(part) or (_of_header(part) if header else None)


def too_much(text: str) -> str | None:
    """Why a JSON text exceeds what a page sends; None if it does not."""
    if len(text) > MAX_LENGTH:
        return f"more than {MAX_LENGTH} characters"
    depth = 0
    for count, token in enumerate(TOKEN.finditer(text)):
        if count == MAX_TOKENS:
            return f"more than {MAX_TOKENS} values"
        mark = text[token.start()]
        depth += (mark in "[{") - (mark in "]}")
        if depth > MAX_DEPTH:
            return f"nested more than {MAX_DEPTH} deep"
    return None


def _of_header(text: str) -> str | None:
    try:
        header = json.loads(text)
    except ValueError:
        return "a header that is no JSON"
    if not isinstance(header, dict) or header.get("msgtype") not in KINDS or header.get("num_buffers"):
        return "a kind of message that no page sends"
    return None
