"""The few pages that are not the app: why something was not let in, and what to do."""

from html import escape
from pathlib import Path

from app.page.server_guard import Answer
from app.theme import stylesheet


def page(answer: Answer) -> str:
    """An answer as a page."""
    style = stylesheet(Path(__file__).with_suffix(".css"))
    onward = escape(answer.onward)
    goes_on = f"<meta http-equiv='refresh' content='0; url={onward}'>" if answer.at_once else ""
    link = f"<p><a href='{onward}'>Go on</a></p>" if onward else ""
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>SAMscape</title>{goes_on}<style>{style}</style></head>"
        f"<body><main><h1>SAMscape</h1><p>{escape(answer.sentence)}</p>{link}</main></body></html>"
    )
