"""The server: one process, one page, and a guard that admits only what the page needs."""

import logging
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from secrets import token_bytes
from typing import Any

import panel as pn
from bokeh.application import Application
from bokeh.server.connection import ServerConnection
from bokeh.server.server import BaseServer
from bokeh.server.session import ServerSession
from bokeh.server.tornado import BokehTornado
from bokeh.settings import settings
from bokeh.util.browser import view as show_in_browser
from bokeh.util.token import check_token_signature
from panel.io.application import build_applications
from panel.io.resources import Resources
from panel.io.server import DocHandler, WSHandler, _set_request_route_context, server_html_page_for_session
from panel.io.state import set_curdoc
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.platform.asyncio import BaseAsyncIOLoop
from tornado.web import RequestHandler

from app.browser.background_work import WORK
from app.browser.callbacks import awaited
from app.browser.garbage import GARBAGE
from app.browser.memory import limit_arenas
from app.browser.root_tags import tag_once
from app.browser.slices import SlicedApplication, SlicedProtocol, in_slices, pause_in_libraries
from app.browser.turns import TURNS
from app.lessons.class_predictions import CLASS
from app.page.classroom import LOOPBACK, Invitation, SessionLimit, invite
from app.page.interrupt import end_on_interrupt
from app.page.log import ignore_closed_connections
from app.page.page import session
from app.page.server_guard import LOCAL_NAMES, PAGE, SOCKET, Answer, Guard, Request, no_room
from app.page.server_headers import SecurityHeaders
from app.page.server_messages import MAX_LENGTH, Meter
from app.page.server_pages import page
from app.views.catalogue import TABS, Tab

log = logging.getLogger("samscape")

IDLE = 30.0  # seconds within which a connection must make its request, or the next one
MAX_CONNECTIONS = 400  # of one address that make requests; a browser has six, and a whole class may share an address
ALIVE = 30.0  # seconds between two pings of a page, and until its answer
MAX_SESSIONS = 40
UNOPENED = 15_000  # milliseconds for which a page that was sent, and has not connected, is expected
SWITCH_INTERVAL = 1e-3  # seconds that the event loop waits for the interpreter lock, instead of 5 ms


@dataclass(frozen=True)
class Options:
    """How to serve.

    Attributes:
        address: of this machine, to listen on; other machines are admitted with a token.
        max_sessions: pages that may be open at the same time.
        linger: milliseconds for which the session of a closed page is kept, with its work. A page that
            reconnects is loaded again, with its state in its address, and gets another session.
        frame: secret with which a notebook may show the page in a frame; empty where no other page may.
    """

    port: int
    address: str = LOOPBACK
    max_sessions: int = MAX_SESSIONS
    linger: int = 3_000
    frame: str = ""


class Edge(BokehTornado):
    """Bokeh's server behind a guard."""

    def __init__(self, application: Application, options: Options, invitation: Invitation | None) -> None:
        super().__init__(
            {PAGE: application},
            extra_websocket_origins=["*"],  # the guard is stricter: only this server's own page
            secret_key=token_bytes(32),
            sign_sessions=True,
            include_headers=["Host"],  # what is kept of a request is part of its page: no cookie
            include_cookies=[],
            keep_alive_milliseconds=0,  # Tornado's below; Bokeh's ping to a closing page ends it twice: an error
            unused_session_lifetime_milliseconds=max(options.linger, UNOPENED),
            check_unused_sessions_milliseconds=max(options.linger, UNOPENED),
            websocket_max_message_size_bytes=MAX_LENGTH,
            websocket_ping_interval=ALIVE,
            websocket_ping_timeout=ALIVE,
            transforms=[partial(SecurityHeaders, framed=bool(options.frame))],
        )
        self._linger = options.linger / 1e3  # seconds
        self._room = SessionLimit(
            lambda: self.get_sessions(PAGE),
            lambda: len(self.applications[PAGE]._pending_sessions),
            options.max_sessions,
        )
        self._guard = Guard(
            names=LOCAL_NAMES | ({invitation.host} if invitation else set()),
            port=options.port,
            token=invitation.token if invitation else "",
            full=self._room.full,
            frame=options.frame,
        )

    @property
    def _context(self) -> dict[str, Any]:
        return {"application_context": self.applications[PAGE], "bokeh_websocket_path": SOCKET}

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        asked = Request(request.method, request.path, request.query, request.headers)
        answer = self._guard.answer(asked)
        if answer is None and request.path == SOCKET:
            answer = self._of_socket(request)
            if answer is None:
                return self.get_handler_delegate(request, Socket, self._context)
        if answer is not None:
            return self.get_handler_delegate(request, Answering, {"answer": answer})
        if request.path == PAGE:
            return self.get_handler_delegate(request, Page, {**self._context, "full": self._room.full})
        return super().find_handler(request, **kwargs)

    def client_lost(self, connection: ServerConnection) -> None:
        session = connection.session
        super().client_lost(connection)
        IOLoop.current().call_later(self._linger, self._end, session)

    async def _end(self, session: ServerSession) -> None:
        """Ends a session whose page has been closed and not come back."""
        if session.connection_count or session.destroyed:
            return
        if session.expiration_blocked:  # a callback is under way
            IOLoop.current().call_later(self._linger, self._end, session)
        else:
            await self.applications[PAGE]._discard_session(session, lambda one: one.connection_count == 0)

    def _of_socket(self, request: HTTPServerRequest) -> Answer | None:
        token = request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()
        if not self._signed(token):
            return Answer(403, "Session ids are assigned by the server.")
        return None if self._room.arrive(token) else Answer(503, self._room.full())

    def _signed(self, token: str) -> bool:
        try:
            return check_token_signature(token, self.secret_key, signed=True)
        except (ValueError, TypeError, KeyError, AssertionError):
            return False


class Door(HTTPServer):
    """Admits so many connections of each address that not all files of the process are taken; pages have others."""

    def handle_stream(self, stream: IOStream, address: tuple) -> None:
        same = sum(getattr(one.context, "remote_ip", "") == address[0] for one in self._connections)
        if same < MAX_CONNECTIONS:
            super().handle_stream(stream, address)
        else:
            stream.close()


class Answering(RequestHandler):
    """Gives one answer, whatever the request."""

    def initialize(self, answer: Answer) -> None:
        self._answer = answer

    def prepare(self) -> None:
        give(self, self._answer)


class Page(DocHandler):
    """The page. Requests that arrive together have all passed the guard, so it asks once more whether there is room."""

    def initialize(self, full: Callable[[], str], **context: Any) -> None:
        super().initialize(**context)
        self._full = full

    def prepare(self) -> None:
        if sentence := self._full():
            give(self, no_room(sentence, PAGE))

    async def get(self) -> None:
        """Panel's answer, written in slices; here nobody is authorized, and no session is used twice."""
        _set_request_route_context(self)
        session = await self.get_session()  # type: ignore[misc]  # Panel's decorator hides its type
        document = session.document

        def written() -> str:
            with set_curdoc(document):
                return server_html_page_for_session(
                    session,
                    Resources.from_bokeh(self.application.resources()),
                    document.title,
                    template=document.template,
                    template_variables=document.template_variables,
                )

        self.set_header("Content-Type", "text/html")
        self.set_header("Cache-Control", "no-store")
        self.write(await session.with_document_locked(in_slices, written))


def give(handler: RequestHandler, answer: Answer) -> None:
    """Ends a request with an answer."""
    handler.set_status(answer.status)
    handler.set_header("Cache-Control", "no-store")
    for name, value in answer.headers.items():
        handler.set_header(name, value)
    handler.finish(page(answer) if answer.sentence else None)


class Socket(WSHandler):
    """A page's connection: checks incoming messages, and survives exceptions of callbacks."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._meter, self._closed = Meter(), False

    async def _async_open(self, token: str) -> None:
        if self._closed:
            return
        await super()._async_open(token)
        self.handler = SlicedProtocol()
        if self._closed and self.connection is not None:  # while the session was made: Bokeh would keep it for good
            self.application.client_lost(self.connection)
        CLASS.notify()

    def on_close(self) -> None:
        self._closed = True
        super().on_close()
        CLASS.notify()

    async def on_message(self, fragment: str | bytes) -> None:
        if (reason := self._meter.refusal(fragment)) is not None:
            log.warning("a page's message was refused, and the page cut off: %s", reason)
            self.close(1009, reason)
            return
        document = self.connection and self.connection.session.document
        await awaited(super().on_message(fragment), document)


def make_server(options: Options, loop: IOLoop, tabs: Sequence[Tab] = TABS) -> tuple[BaseServer, Invitation | None]:
    """A server that listens, to be started; with the invitation if it admits other machines.

    Raises:
        OSError: when the address or the port cannot be opened.
    """
    invitation = invite(options.address, options.port)
    # Warnings, and signatures of callbacks that a test would find wrong, for a quarter of a second of each page.
    settings.perform_document_validation = settings.perform_error_diagnostics = False
    application = build_applications(lambda: session(tabs, invitation), title="SAMscape", location=False)[PAGE]
    edge = Edge(SlicedApplication(*application.handlers), options, invitation)
    http = Door(edge, idle_connection_timeout=IDLE, max_body_size=0)
    http.add_sockets(bind_sockets(options.port, options.address))
    return BaseServer(loop, edge, http), invitation


def serve(options: Options, *, tabs: Sequence[Tab] = TABS, show: bool = False) -> None:
    """Serves the app until interrupted.

    Raises:
        OSError: when the address or the port cannot be opened.
    """
    limit_arenas()
    pn.extension("mathjax")
    loop = IOLoop.current()
    assert isinstance(loop, BaseAsyncIOLoop)  # Tornado has no other kind
    TURNS.yield_to(loop.asyncio_loop)
    sys.setswitchinterval(SWITCH_INTERVAL)
    end_on_interrupt(WORK.close)
    loop.asyncio_loop.set_exception_handler(ignore_closed_connections)
    server, invitation = make_server(options, loop, tabs)
    signal.signal(signal.SIGINT, lambda *_: loop.add_callback_from_signal(loop.stop))
    load_for_good()
    pause_in_libraries()
    tag_once()
    server.start()
    WORK.start_worker()
    print(announcement(options, invitation), flush=True)
    if show:
        link = invitation.link_here if invitation else f"http://localhost:{options.port}/"
        loop.add_callback(show_in_browser, link, new="tab")
    loop.start()
    WORK.close()


def load_for_good() -> None:
    """Loads the views, and exempts everything loaded from garbage collection."""
    for tab in TABS:
        if tab.module:
            import_module(tab.module)
    GARBAGE.take_over()


def announcement(options: Options, invitation: Invitation | None) -> str:
    """What is printed once the server listens."""
    if invitation is None:
        return f"SAMscape is running for this machine only: http://localhost:{options.port}/ (Ctrl-C to stop)"
    return (
        f"{invitation.qr_text()}\n"
        f"SAMscape is running for everyone with this link, at most {options.max_sessions} pages at a time:\n"
        f"    {invitation.link}\n"
        f"On this machine, with the QR code on the page: {invitation.link_here} (Ctrl-C to stop)"
    )
