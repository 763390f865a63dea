"""What is kept out of the server's log."""

import asyncio
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError


def ignore_closed_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception handler for the event loop: a page that is closed while a message is being sent is no error.

    Bokeh does not await that message's task, and asyncio would log a traceback for it.
    """
    if not isinstance(context.get("exception"), (WebSocketClosedError, StreamClosedError)):
        loop.default_exception_handler(context)
