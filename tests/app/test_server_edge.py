"""The edge of the server: requests that no page of ours sends, forged and sent to a real server."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from functools import cached_property
from http.client import HTTPMessage, parse_headers
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bokeh.util.token import generate_jwt_token, get_session_id
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketError, websocket_connect

from app.page.server import MAX_CONNECTIONS
from app.page.server_messages import MAX_DEPTH, MAX_LENGTH, MAX_TOKENS
from tests.paths import ROOT

WITHIN = 60.0  # seconds
PLACES = 3
LINGER = 300  # milliseconds for which the session of a closed page is kept
OTHER = "127.0.0.2"  # stands for the address of this machine that others reach
PROGRAM = """
import sys
import panel as pn
from app.page.server import Options, serve
from tests.still import still

def empty(state):
    pn.state.on_session_destroyed(lambda context: print("session ended:", context.id, flush=True))
    return pn.Spacer()

port, address, places, linger = sys.argv[1:]
serve(Options(int(port), address, int(places), int(linger)), tabs=[still("Empty", empty)])
"""


class Reply(NamedTuple):
    status: int
    headers: HTTPMessage
    body: str


class Served:
    """A server with an empty view, in a folder with a stray module."""

    def __init__(self, folder: Path, address: str, places: int) -> None:
        with socket.socket() as free:
            free.bind((address, 0))
            self.port: int = free.getsockname()[1]
        self.address, self.folder = address, folder
        self.host = f"{address}:{self.port}"
        (folder / "stray_analysis.py").write_text(f"open({str(folder / 'ran')!r}, 'w').close()")
        program = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{PROGRAM}"
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, str(self.port), address, str(places), str(LINGER)],
                cwd=folder,
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def wait(self) -> None:
        deadline = time.monotonic() + WITHIN
        while True:
            try:
                return socket.create_connection((self.address, self.port)).close()
            except OSError:
                assert self.process.poll() is None, self.log
                assert time.monotonic() < deadline, self.log
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def send(self, text: str) -> Reply:
        """What comes back for a request, sent as it stands."""
        with socket.create_connection((self.address, self.port), timeout=10) as connection:
            connection.sendall(text.replace("\n", "\r\n").encode())
            answer = connection.makefile("rb")
            status = answer.readline().split()
            headers = parse_headers(BytesIO(b"".join(iter(answer.readline, b"\r\n")) + b"\r\n"))
            body = answer.read(0 if text.startswith("HEAD") else int(headers.get("Content-Length", 0))).decode(
                errors="replace"
            )
        return Reply(int(status[1]), headers, body)

    def get(self, path: str = "/", *lines: str, host: str | None = None) -> Reply:
        return self.send("\n".join([f"GET {path} HTTP/1.1", f"Host: {host or self.host}", *lines, "", ""]))

    def token(self, *lines: str) -> str:
        """Of a new page's session."""
        page = self.get("/", *lines)
        assert page.status == 200, page.body
        return re.search(r'"token":"([^"]+)"', page.body)[1]

    @cached_property
    def one_token(self) -> str:
        """Of a session that several tests use."""
        return self.token()

    @asynccontextmanager
    async def connected(
        self, token: str, headers: dict[str, str] | None = None
    ) -> AsyncIterator[WebSocketClientConnection]:
        request = HTTPRequest(f"ws://{self.host}/ws", headers={"Origin": f"http://{self.host}"} | (headers or {}))
        connection = await websocket_connect(request, subprotocols=["bokeh", token], compression_options={})
        stream = connection.protocol.stream  # closing the connection forgets it
        try:
            yield connection
        finally:
            connection.close()
            with suppress(TimeoutError):  # where the end has been read already
                while await asyncio.wait_for(connection.read_message(), 0.2) is not None:
                    pass
            stream.close()

    def refuses(self, token: str, **headers: str) -> int:
        """The status with which a connection is refused; 101 where it is not."""

        async def trial() -> int:
            try:
                async with self.connected(token, headers):
                    return 101
            except HTTPClientError as error:
                return error.code

        return asyncio.run(trial())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    servers = (
        Served(tmp_path_factory.mktemp("local"), "127.0.0.1", 40),
        Served(tmp_path_factory.mktemp("room"), OTHER, PLACES),
    )
    try:
        for server in servers:
            server.wait()
        yield servers
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def local(both: tuple[Served, Served]) -> Served:
    return both[0]


@pytest.fixture
def room(both: tuple[Served, Served]) -> Served:
    return both[1]


def link_of(room: Served) -> str:
    """The secret in the printed link."""
    return re.search(rf"http://{OTHER}:{room.port}/\?token=([\w-]+)", room.log)[1]


def cookie_of(room: Served) -> str:
    return f"Cookie: samscape-{room.port}={link_of(room)}"


CLOSED = [
    "/components/unittest.__main__/a/b/c",
    "/components/stray_analysis/a/b/c",
    "/components/panel.widgets.input/TextInput/_stylesheets/css/button.css",
    "/autoload.js?bokeh-autoload-element=1",
    "/metadata",
    "/liveness",
    "/rest/session_info",
    "/admin",
    "//",
    "/%2e%2e/etc/passwd",
    "/static/../server.py",
    "/static/js/%2e%2e/%2e%2e/server.py",
    "/static/js/lib/index.d.ts",
    "/static/extensions/panel/package.json",
    "/static/extensions/panel/",
    "http://127.0.0.1/",
]


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_page_does_not_load_is_not_there(local: Served, path: str) -> None:
    assert local.get(path).status == 404
    assert local.process.poll() is None
    assert not (local.folder / "ran").exists()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
def test_the_page_is_only_looked_at(local: Served, method: str) -> None:
    assert local.send(f"{method} / HTTP/1.1\nHost: {local.host}\nContent-Length: 0\n\n").status == 405


def test_no_body_is_read(local: Served) -> None:
    assert local.send(f"POST / HTTP/1.1\nHost: {local.host}\nContent-Length: 90000000\n\n").status == 400


def test_who_keeps_connections_open_keeps_nobody_else_out(local: Served) -> None:
    with ExitStack() as opened:
        idle = [
            opened.enter_context(socket.create_connection((local.address, local.port), source_address=(OTHER, 0)))
            for _ in range(MAX_CONNECTIONS + 1)
        ]
        assert local.get("/ready").status == 204
        idle[-1].settimeout(WITHIN)
        with suppress(ConnectionResetError):
            assert idle[-1].recv(1) == b""
        idle[0].sendall(f"GET /ready HTTP/1.1\r\nHost: {local.host}\r\n\r\n".encode())
        assert idle[0].recv(12) == b"HTTP/1.1 204"


def test_all_that_the_page_names_is_there(local: Served) -> None:
    page = local.get()
    named = re.findall(r'(?:src|href)="(static/[^"]+)"', page.body)
    assert len(named) > 10
    statuses = {name: local.get("/" + name).status for name in named}
    assert set(statuses.values()) == {200}, statuses
    assert local.get("/favicon.ico").status == 200
    assert local.get("/ready").status == 204


STRANGERS = [
    "evil.example",
    "evil.example:{port}",
    "localhost.evil.example",
    "127.0.0.1.evil.example:{port}",
    "127.0.0.1@evil.example",
    "127.0.0.1,evil.example",
    "[::1]:{port}",
    "0.0.0.0:{port}",
    OTHER,
]


@pytest.mark.parametrize("host", STRANGERS)
@pytest.mark.parametrize("path", ["/", "/static/js/bokeh.min.js", "/favicon.ico", "/ready", "/nothing"])
def test_another_name_for_this_machine_leads_nowhere(local: Served, host: str, path: str) -> None:
    reply = local.get(path, host=host.format(port=local.port))
    assert reply.status in {400, 403}
    assert "token" not in reply.body


def test_a_request_must_say_to_whom(local: Served) -> None:
    assert local.send("GET / HTTP/1.0\n\n").status in {400, 403}
    assert local.get("/", "Host: evil.example").status in {400, 403}


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1"])
def test_the_names_of_this_machine_are_known(local: Served, name: str) -> None:
    assert local.get("/ready", host=f"{name}:{local.port}").status == 204


def test_only_the_page_itself_connects(local: Served) -> None:
    token, rebound = local.one_token, f"evil.example:{local.port}"
    assert local.refuses(token, Host=rebound, Origin=f"http://{rebound}") == 403
    assert local.refuses(token, Origin="http://evil.example") == 403
    assert local.refuses(token, Origin=f"http://127.0.0.1:{local.port + 1}") == 403
    assert local.refuses(token, Origin=f"https://{local.host}") == 403
    assert local.refuses(token, Origin="null") == 403
    assert local.refuses(token, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "websocket"}) == 403
    assert local.get("/ws", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13").status == 403
    assert local.refuses(token) == 101


NAVIGATION = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
FETCHES = [
    ("no-cors", "image"),
    ("no-cors", "script"),
    ("cors", "empty"),
    ("navigate", "iframe"),
    ("navigate", "object"),
    ("navigate", "embed"),
]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("mode", "destination"), FETCHES)
def test_another_site_gets_nothing(local: Served, site: str, mode: str, destination: str) -> None:
    lines = (f"Sec-Fetch-Site: {site}", f"Sec-Fetch-Mode: {mode}", f"Sec-Fetch-Dest: {destination}")
    for path in ("/", "/static/js/bokeh.min.js"):
        assert local.get(path, *lines).status == 403


def test_another_site_may_lead_here(local: Served) -> None:
    assert local.get("/?rho=0.5", "Sec-Fetch-Site: cross-site", *NAVIGATION).status == 200
    assert local.get("/metadata", "Sec-Fetch-Site: cross-site", *NAVIGATION).status == 403
    assert local.get("/", "Sec-Fetch-Site: cross-site", *NAVIGATION, "Sec-Purpose: prefetch").status == 503


def test_every_response_says_what_may_be_done_with_it(local: Served) -> None:
    replies = {path: local.get(path) for path in ("/", "/static/js/bokeh.min.js", "/favicon.ico", "/ready", "/nothing")}
    replies["refused"] = local.get("/", host="evil.example")
    replies["passed on"] = local.get("/static/js/no-such-file.js")
    assert replies["passed on"].status == 404
    for path, reply in replies.items():
        assert reply.headers["X-Content-Type-Options"] == "nosniff", path
        assert reply.headers["Referrer-Policy"] == "no-referrer", path
        assert reply.headers["X-Frame-Options"] == "DENY", path
        assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert reply.headers["Server"] is None, path
        rules = dict(rule.split(" ", 1) for rule in reply.headers["Content-Security-Policy"].split("; "))
        assert {rules[name] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")} == {"'none'"}
        assert ("script-src" in rules) == (path == "/"), path


def test_scripts_run_by_a_number_that_is_never_the_same(local: Served) -> None:
    pages = [local.get(), local.get()]
    nonces = [re.search(r"'nonce-([\w-]+)'", page.headers["Content-Security-Policy"])[1] for page in pages]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        scripts = re.findall(r"<script\b[^>]*>", page.body)
        assert len(scripts) > 5
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        assert "'unsafe-inline'" not in re.search(r"script-src ([^;]*)", page.headers["Content-Security-Policy"])[1]


def test_a_session_is_chosen_by_the_server(local: Served) -> None:
    token = local.one_token
    for query in ("bokeh-session-id=mine", f"bokeh-token={token}", f"rho=1&%62okeh-token={token}"):
        assert local.get(f"/?{query}").status == 403
    assert local.get("/", "Bokeh-Session-Id: mine").status == 403


def test_a_forged_token_does_not_connect(local: Served) -> None:
    token = local.one_token
    body, _, signature = token.partition(".")
    forged = generate_jwt_token("mine", signed=False)
    by_another_key = generate_jwt_token("mine", secret_key=b"key", signed=True)
    for one in (forged, f"{forged}.{signature}", by_another_key, body, f"{body}.", "x", "a.b", token[:-1] + "~"):
        assert local.refuses(one) == 403, one
    assert local.process.poll() is None


def test_what_was_sent_to_the_server_does_not_stand_in_the_page(local: Served) -> None:
    import base64
    import zlib

    token = local.token("Cookie: secret=cookie", "Authorization: secret")
    inner = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    packed = inner["__bk__zlib_"]
    assert b"secret" not in zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))


def message(kind: str, content: str, header: dict[str, Any] | None = None) -> list[str | bytes]:
    return [json.dumps({"msgid": "1", "msgtype": kind} | (header or {})), "{}", content]


def change(value: str) -> str:
    return f'{{"events": [{{"kind": "MessageSent", "msg_type": "x", "msg_data": {value}}}]}}'


FORGED: dict[str, Callable[[], list[str | bytes]]] = {
    "too long": lambda: message("PATCH-DOC", change(json.dumps("x" * MAX_LENGTH))),
    "too many values": lambda: message("PATCH-DOC", change(f"[{'1,' * MAX_TOKENS}1]")),
    "too deep": lambda: message("PATCH-DOC", change("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))),
    "deeper than Python": lambda: message("PATCH-DOC", change("[" * 900 + "]" * 900)),
    "string without end": lambda: message("PATCH-DOC", '"\\"' + "[" * 100_000),
    "another document": lambda: message("PUSH-DOC", '{"doc": {"roots": []}}'),
    "with buffers": lambda: message("PATCH-DOC", change("1"), {"num_buffers": 1_000_000}),
    "binary": lambda: [b"\0" * 100],
    "header that is no JSON": lambda: ["[" * 30],
    "header that is a list": lambda: ["[]"],
}


async def say(server: Served, parts: list[str | bytes], token: str) -> tuple[int | None, list[str]]:
    """The code with which the server closes the connection, None where it does not, and what it said."""
    async with server.connected(token) as connection:
        said = [await connection.read_message() for _ in range(PARTS)]  # its greeting
        with suppress(WebSocketError):
            for part in parts:
                await connection.write_message(part, binary=isinstance(part, bytes))
        while len(said) < 2 * PARTS and (one := await asyncio.wait_for(connection.read_message(), 10)) is not None:
            said.append(one)
        return connection.close_code, said[PARTS:]


PARTS = 3


@pytest.mark.parametrize("name", FORGED)
def test_a_message_that_no_page_sends_ends_the_connection(local: Served, name: str) -> None:
    before = len(local.log)
    code, _ = asyncio.run(say(local, FORGED[name](), local.one_token))
    # Tornado hangs up on what is too long for it; Bokeh has a number of its own for what is no JSON.
    assert code in {"too long": {None, 1009}, "string without end": {10001}}.get(name, {1009})
    assert local.process.poll() is None
    assert len(local.log) - before < 1_000  # nor is it written out
    assert local.get("/ready").status == 204


def test_an_ordinary_message_is_answered(local: Served) -> None:
    code, said = asyncio.run(say(local, message("PULL-DOC-REQ", "{}"), local.one_token))
    assert code is None
    assert json.loads(said[0])["msgtype"] == "PULL-DOC-REPLY"
    code, said = asyncio.run(say(local, message("PATCH-DOC", '{"events": []}'), local.one_token))
    assert json.loads(said[0])["msgtype"] == "OK"


def test_a_file_that_the_page_opens_is_no_forgery() -> None:
    from app.page.server_messages import too_much
    from app.page.share_dialog import MAX_FILE_BYTES

    text = json.dumps({"x": list(range(100_000)), "nest": [[]] * 10_000}, indent=1)[: MAX_FILE_BYTES - 1]
    assert too_much(change(json.dumps(text))) is None
    assert too_much(change(json.dumps('"' * MAX_FILE_BYTES))) is None


def test_others_are_let_in_by_the_link_alone(room: Served) -> None:
    secret = link_of(room)
    assert len(secret) >= 20
    for path in ("/", "/?token=", "/?token=wrong", f"/?token={secret[:-1]}", f"/?token={secret}x", f"/?x={secret}"):
        assert room.get(path).status == 403
    for path in ("/static/js/bokeh.min.js", "/ready", f"/ready?token={secret}"):
        assert room.get(path).status == 403
    assert room.get("/", host=f"localhost:{room.port}").status == 403
    assert room.get("/", f"Cookie: samscape-{room.port}=wrong").status == 403
    assert room.get("/", f"Cookie: samscape-{room.port + 1}={secret}").status == 403


def test_the_secret_becomes_a_cookie_and_leaves_the_address(room: Served) -> None:
    reply = room.get(f"/?v=1&token={link_of(room)}&formula=x*y%2B1")
    assert reply.status == 200
    assert "nonce" not in reply.headers["Content-Security-Policy"]
    name, *flags = reply.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} == set(flags)
    assert "url=/?v=1&amp;formula=x*y%2B1'" in reply.body
    assert link_of(room) not in reply.body
    assert room.get("/ready", f"Cookie: {name}").status == 204
    assert room.get("/ready", f"Cookie: {name}", host=f"localhost:{room.port}").status == 204
    assert room.get("/ready", f"Cookie: {name}", host=f"127.0.0.3:{room.port}").status == 403
    assert room.get("/static/js/bokeh.min.js", "Cookie: other=1; " + name).status == 200


def test_a_full_room_says_so_and_a_place_that_is_left_is_free(room: Served) -> None:
    cookie = cookie_of(room)

    async def visits() -> list[int]:
        together = await asyncio.gather(*(asyncio.to_thread(room.get, "/", cookie) for _ in range(2 * PLACES)))
        assert sorted(reply.status for reply in together) == [200] * PLACES + [503] * PLACES
        tokens = [re.search(r'"token":"([^"]+)"', reply.body)[1] for reply in together if reply.status == 200]
        full = room.get("/", cookie)
        assert f"The server is full ({PLACES} of {PLACES})" in full.body
        assert full.headers["Retry-After"]
        key = dict([cookie.split(": ", 1)])
        async with AsyncExitStack() as stay:
            for token in tokens[1:]:
                await stay.enter_async_context(room.connected(token, key))
            async with room.connected(tokens[0], key):
                statuses = [full.status, room.get("/ready", cookie).status]
            await asyncio.sleep(0.3)
            return [*statuses, *(room.get(path, cookie).status for path in ("/ready", "/", "/"))]

    assert asyncio.run(visits()) == [503, 503, 204, 200, 503]


def test_the_secret_is_needed_to_connect_too(room: Served) -> None:
    assert room.refuses("x") == 403
    name, value = cookie_of(room).split(": ", 1)
    assert room.refuses("x", **{name: value}) == 403  # forged, for it is the session's that is missing


def test_what_a_page_has_asked_for_ends_soon_after_its_last_connection(local: Served) -> None:
    token = local.token()
    ended = f"session ended: {get_session_id(token)}"

    async def connect_twice() -> None:
        async with local.connected(token):
            async with local.connected(token):
                pass  # it closes before the server has answered
            await asyncio.sleep(3e-3 * LINGER)
            assert ended not in local.log, "it is still connected"

    asyncio.run(connect_twice())
    deadline = time.monotonic() + WITHIN
    while ended not in local.log:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_this_machine_alone_needs_no_secret(local: Served) -> None:
    assert "?token=" not in local.log
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((OTHER, local.port), timeout=5)
