"""A page's session without a browser: the page is fetched and its websocket spoken to, as BokehJS does."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TOKEN = re.compile(r'"token":"([^"]+)"')
WITHIN = 60.0  # seconds
Heard = Callable[[dict[str, Any]], None]


class Socket:
    """What a page does with its connection.

    Args:
        connection: that the server has taken.
        heard: is given every event of the server's patches, as JSON, where anyone is to.

    Attributes:
        closed: whether the server has closed the connection.
    """

    def __init__(self, connection: WebSocketClientConnection, heard: Heard | None = None) -> None:
        self._connection, self._heard, self._numbers = connection, heard, count(1000)
        self._replies: dict[str, asyncio.Future] = {}
        self.closed = False

    async def document(self) -> dict[str, Any]:
        """The session's document, as JSON, which is then said to be ready: no frame is sent before."""
        number = self._send("PULL-DOC-REQ", {})
        self._replies[number] = asyncio.get_running_loop().create_future()
        reply = await asyncio.wait_for(self._replies[number], WITHIN)
        ready = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
        self._send("PATCH-DOC", {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": ready}]})
        return reply["doc"]

    def change(self, model: str, **properties: Any) -> None:
        """Changes properties of a model, as a page's scripts do."""
        events = [
            {"kind": "ModelChanged", "model": {"id": model}, "attr": name, "new": value}
            for name, value in properties.items()
        ]
        self._send("PATCH-DOC", {"events": events})

    def _send(self, kind: str, content: dict[str, Any]) -> str:
        number = str(next(self._numbers))
        for part in ({"msgid": number, "msgtype": kind}, {}, content):
            self._connection.write_message(json.dumps(part))
        return number

    async def listen(self) -> None:
        """Reads until the server closes the connection."""
        while (parts := await self._read(3)) is not None:
            header, _, content = map(json.loads, parts)
            if await self._read(2 * header.get("num_buffers", 0)) is None:
                break
            if (reply := self._replies.pop(header.get("reqid"), None)) is not None:
                reply.set_result(content)
            elif header["msgtype"] == "PATCH-DOC" and self._heard is not None:
                for event in content["events"]:
                    self._heard(event)
        self.closed = True

    async def _read(self, count: int) -> list[str | bytes] | None:
        """So many parts of a message; None where the connection closes among them."""
        parts = [await self._connection.read_message() for _ in range(count)]
        return None if None in parts else parts


@asynccontextmanager
async def session(port: int, query: str = "", heard: Heard | None = None) -> AsyncIterator[Socket]:
    """A new session, from when the server has built it; its page closes in the end."""
    host = f"localhost:{port}"
    reader, writer = await asyncio.open_connection("localhost", port)
    try:
        writer.write(f"GET /{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        token = TOKEN.search((await reader.read()).decode())[1]
    finally:
        writer.close()
    request = HTTPRequest(f"ws://{host}/ws", headers={"Origin": f"http://{host}"}, request_timeout=WITHIN)
    connection = await websocket_connect(request, subprotocols=["bokeh", token], max_message_size=2**30)
    stream = connection.protocol.stream  # closing the connection forgets it
    socket = Socket(connection, heard)
    listening: asyncio.Task | None = None
    try:
        for _ in range(3):  # the first message: the session is there
            await asyncio.wait_for(connection.read_message(), WITHIN)
        listening = asyncio.create_task(socket.listen())
        yield socket
    finally:
        connection.close()
        await asyncio.sleep(0)  # the message that says so is written
        stream.close()  # the server may not answer any more
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
