"""What the server's log is spared."""

import asyncio
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError


def ignore_closed_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception handler for the event loop: a page that is closed while a message is on its way is no error.

    Bokeh leaves that message's task to itself, and asyncio would log a traceback for it.
    """
    if not isinstance(context.get("exception"), (WebSocketClosedError, StreamClosedError)):
        loop.default_exception_handler(context)
