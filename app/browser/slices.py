"""Slices: work of the event loop's own thread that takes longer than a frame lets others' events pass in between.

A page is built, opened tab by tab and sent by Panel and Bokeh, which no other thread or process may do for the event
loop. So the work runs as a greenlet, which pauses every few milliseconds where one of their objects is made, searched
or written. Only one is under way: whoever is about to make such objects meanwhile waits first, since they are
registered in tables of the whole process. Frames make none, and pass; while any are made, slices are shorter and the
pauses between them longer, so that the loop is theirs for at least a quarter of the time.

Source: `sqlalchemy.util.greenlet_spawn`, which calls code that knows nothing of the event loop likewise.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial, wraps
from time import monotonic
from typing import Any, TypeVar

from bokeh.document import Document
from bokeh.io import doc as current_documents
from bokeh.model import Model
from bokeh.model import util as bokeh_models
from bokeh.server.protocol_handler import ProtocolHandler
from bokeh.server.session import ServerSession
from greenlet import getcurrent, greenlet
from panel.io.application import Application
from panel.reactive import Syncable

from app.browser.callbacks import confined
from app.browser.garbage import GARBAGE

LENGTH = 0.01  # seconds
SHORT = 0.005  # seconds, while frames are made
FRAME = 0.005  # seconds that an event takes at least which makes a frame
RECENT = 0.3  # seconds after a frame in which the next one may come
MOST = 3  # pieces of work that share the loop with frames equally; where more wait, they have no more of it
PAUSE = 0.002  # seconds between two slices: a message comes in many events

Result = TypeVar("Result")


class Slices(greenlet):
    """Work that is done slice by slice.

    Args:
        work: what is called.
        free: whether the first slice may be done beside another's work.

    Attributes:
        result: once it is done.
    """

    under_way = asyncio.Lock()
    waiting = 0  # pieces of work, the one under way included
    framed = -RECENT  # when the last frame was made

    def __init__(self, work: Callable[[], Any], free: bool) -> None:
        super().__init__(work)
        self.gr_context = copy_context()
        self._documents: list = []  # Bokeh's stack of current documents, which is the process's
        self._free, self._began, self._length = free, 0.0, LENGTH
        self.result: Any = None

    def go_on(self) -> None:
        """Works until the next pause."""
        stack = current_documents._PATCHED_CURDOCS
        others, stack[:] = stack[:], self._documents
        self._began = monotonic()
        self._length = SHORT if self._beside_frames() else LENGTH
        try:
            self.result = self.switch()
        finally:
            self._documents, stack[:] = stack[:], others
            self._free = False

    def pause(self, makes: bool) -> None:
        """Lets others' events pass where it is time.

        Args:
            makes: whether an object is about to be made.
        """
        late = monotonic() - self._began > self._length
        if makes and (late or self.under_way.locked()) if self._free else late:
            self.parent.switch()

    def rest(self) -> float:
        """Seconds until the next slice: a part of what this one took, where frames are made."""
        share = (monotonic() - self._began) / min(self.waiting, MOST)
        return max(PAUSE, share) if self._beside_frames() else PAUSE

    def passed(self) -> None:
        """The work is done and has made no object."""
        if monotonic() - self._began > FRAME:
            Slices.framed = monotonic()

    @staticmethod
    def _beside_frames() -> bool:
        return monotonic() - Slices.framed < RECENT


async def in_slices(work: Callable[[], Result], *, free: bool = False) -> Result:
    """What the work returns; others' events pass meanwhile.

    Args:
        free: whether it may be done beside another's, up to where it makes the first object.
    """
    slices = Slices(work, free)
    if free:
        slices.go_on()
        if slices.dead:
            slices.passed()
            return slices.result
    Slices.waiting += 1
    try:
        async with Slices.under_way:
            slices.go_on()
            while not slices.dead:
                await asyncio.sleep(slices.rest())
                slices.go_on()
    finally:
        Slices.waiting -= 1
    return slices.result


def pausing(method: Callable[..., Result], makes: bool) -> Callable[..., Result]:
    """A method before which work in slices may pause."""

    @wraps(method)
    def wrapper(*arguments: Any, **options: Any) -> Result:
        if isinstance(current := getcurrent(), Slices):
            current.pause(makes)
        return method(*arguments, **options)

    return wrapper


def pause_in_libraries() -> None:
    """From now on work in slices pauses before it makes, searches or writes an object of Bokeh or Panel."""
    made = (Model, "__init__"), (Syncable, "__init__")
    searched = (bokeh_models, "visit_immediate_value_references"), (Model, "to_serializable")
    for owner, name in (*made, *searched):
        setattr(owner, name, pausing(getattr(owner, name), makes=name == "__init__"))


class SlicedApplication(Application):
    """Builds a page's document in slices."""

    async def on_session_created(self, session_context: Any) -> None:
        await super().on_session_created(session_context)
        await in_slices(partial(super().initialize_document, session_context._document))
        GARBAGE.keep()

    def initialize_document(self, doc: Document) -> None:
        """Bokeh's server calls this after the former, when nothing is left to do."""


class SlicedProtocol(ProtocolHandler):
    """Answers the messages of a page in slices."""

    def __init__(self) -> None:
        super().__init__()
        self._handlers = {
            "PULL-DOC-REQ": partial(_answer, ServerSession._handle_pull.__wrapped__, False),
            "PATCH-DOC": partial(_answer, ServerSession._handle_patch.__wrapped__, True),
        }


async def _answer(handle: Callable, free: bool, message: Any, connection: Any) -> Any:
    session = connection.session
    GARBAGE.acted()

    def work() -> Any:
        return confined(handle, session.document)(session, message, connection)

    return await session.with_document_locked(in_slices, work, free=free)
