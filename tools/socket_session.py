"""A page's session without a browser: the page is fetched and its websocket opened, as BokehJS does."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

TOKEN = re.compile(r'"token":"([^"]+)"')
WITHIN = 60.0  # seconds
UPGRADE = """GET /ws HTTP/1.1
Host: {host}
Origin: http://{host}
Connection: Upgrade
Upgrade: websocket
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
Sec-WebSocket-Protocol: bokeh, {token}

"""


@asynccontextmanager
async def session(port: int, query: str = "") -> AsyncIterator[None]:
    """A new session, from when the server has built it; its page closes in the end."""
    host = f"localhost:{port}"
    async with _connected(port) as (reader, writer):
        _send(writer, f"GET /{query} HTTP/1.1\nHost: {host}\nConnection: close\n\n")
        token = TOKEN.search((await reader.read()).decode())[1]
    async with _connected(port) as (reader, writer):
        _send(writer, UPGRADE.format(host=host, token=token))
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.wait_for(reader.readexactly(1), WITHIN)  # the first message: the session is there
        yield


@asynccontextmanager
async def _connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("localhost", port)
    try:
        yield reader, writer
    finally:
        writer.close()


def _send(writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(text.replace("\n", "\r\n").encode())
