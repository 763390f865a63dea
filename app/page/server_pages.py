"""The few pages that are not the app: why something was not let in, and what to do."""

from html import escape

from app.page.server_guard import Answer

STYLE = """
body { font: 20px/1.5 Roboto, 'DejaVu Sans', sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 1em;
  color: #17202b; background: #f3f5f8; }
a { color: #1c5d8f; }
@media (prefers-color-scheme: dark) { body { color: #eaeef3; background: #0f1319; } a { color: #7cc0ee; } }
"""


def page(answer: Answer) -> str:
    """An answer as a page."""
    onward = escape(answer.onward)
    goes_on = f"<meta http-equiv='refresh' content='0; url={onward}'>" if answer.at_once else ""
    link = f"<p><a href='{onward}'>Go on</a></p>" if onward else ""
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>SAMscape</title>{goes_on}<style>{STYLE}</style></head>"
        f"<body><main><h1>SAMscape</h1><p>{escape(answer.sentence)}</p>{link}</main></body></html>"
    )
