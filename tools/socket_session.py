"""A page's session without a browser: the page is fetched and its websocket opened, as BokehJS does."""

import asyncio
import http.client
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TOKEN = re.compile(r'"token":"([^"]+)"')
WITHIN = 60.0  # seconds


@asynccontextmanager
async def session(port: int, query: str = "") -> AsyncIterator[WebSocketClientConnection]:
    """The websocket of a new session, once the server has built it; closed in the end."""
    address = f"localhost:{port}"
    connection = http.client.HTTPConnection(address, timeout=WITHIN)
    connection.request("GET", f"/{query}")
    token = TOKEN.search(connection.getresponse().read().decode())[1]
    connection.close()
    request = HTTPRequest(f"ws://{address}/ws", headers={"Origin": f"http://{address}"}, request_timeout=WITHIN)
    socket = await websocket_connect(request, subprotocols=["bokeh", token])
    try:
        await asyncio.wait_for(socket.read_message(), WITHIN)  # that the session is there
        yield socket
    finally:
        socket.close()
