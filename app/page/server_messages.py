"""What one message of a page may hold: checked as text, before anything is made of it.

A page sends few and small ones (measured over all views: at most 480 characters, 31 brackets and commas, no binary
part). The one exception is a file that is opened, a long string.
"""

import json
import re

from app.page.share_dialog import LARGEST

# In a file that JSON must escape, every character may take two.
LONGEST = 2 * LARGEST + 10_000  # bytes
MAX_TOKENS = 4_000  # strings, brackets, braces and commas
DEEPEST = 40  # brackets within brackets
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)
# A page pulls its document once and then sends changes; that it replaces the document is none of its business.
KINDS = {"PULL-DOC-REQ", "PATCH-DOC"}
PARTS = 3  # header, metadata, content


class Meter:
    """Looks at the parts of one page's messages as they arrive."""

    def __init__(self) -> None:
        self._part = 0

    def refusal(self, part: str | bytes) -> str | None:
        """Why a part cannot be taken, in a few words; None where it can."""
        if isinstance(part, bytes):
            return "a page sends no binary parts"
        header, self._part = self._part == 0, (self._part + 1) % PARTS
        return too_much(part) or (_of_header(part) if header else None)


def too_much(text: str) -> str | None:
    """Why a JSON text is more than a page has to say; None where it is not."""
    if len(text) > LONGEST:
        return f"more than {LONGEST} characters"
    depth = 0
    for count, token in enumerate(TOKEN.finditer(text)):
        if count == MAX_TOKENS:
            return f"more than {MAX_TOKENS} values"
        mark = text[token.start()]
        depth += (mark in "[{") - (mark in "]}")
        if depth > DEEPEST:
            return f"nested more than {DEEPEST} deep"
    return None


def _of_header(text: str) -> str | None:
    try:
        header = json.loads(text)
    except ValueError:
        return "a header that is no JSON"
    if not isinstance(header, dict) or header.get("msgtype") not in KINDS or header.get("num_buffers"):
        return "a kind of message that no page sends"
    return None
