"""The server's log: a closed page is no error, everything else is."""

import asyncio

import pytest
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from app.page.log import ignore_closed_connections


@pytest.mark.parametrize(
    ("error", "logged"), [(WebSocketClosedError(), False), (StreamClosedError(), False), (ValueError("lost"), True)]
)
def test_only_closed_pages_are_spared(error, logged, caplog):
    loop = asyncio.new_event_loop()
    try:
        ignore_closed_connections(loop, {"message": "Task exception was never retrieved", "exception": error})
    finally:
        loop.close()
    assert bool(caplog.records) == logged
