"""Exceptions in callbacks reach the view they belong to, never the rest; nor does a callback end the server."""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import isawaitable
from typing import Any

from bokeh.document import Document
from panel.config import config
from panel.io.state import set_curdoc

ENDS = (SystemExit, KeyboardInterrupt)  # would end the event loop, and with it everyone's session
FAILURES = (Exception, *ENDS)


def guarded(callback: Callable) -> Callable:
    """Hands an exception of a Bokeh callback to the session's handler, as Panel does for its own callbacks."""
    tried = recovering(callback)

    @wraps(callback)
    def wrapper(*args):
        try:
            return tried(*args)
        except FAILURES as error:
            hand_over(error)

    return wrapper


def recovering(work: Callable) -> Callable:
    """The same work; once it succeeds after it has failed, the session's handler is notified."""
    failed = False

    @wraps(work)
    def wrapper(*args):
        nonlocal failed
        before, failed = failed, True
        result = work(*args)
        failed = False
        if before:
            recover()
        return result

    return wrapper


def hand_over(error: BaseException) -> None:
    """Gives an exception to the session's handler.

    Raises:
        BaseException: the same, where there is no handler.
    """
    if config.exception_handler is None:
        raise error
    config.exception_handler(error)


def recover() -> None:
    """Notifies the session's handler that what failed works again."""
    if (recover := getattr(config.exception_handler, "recover", None)) is not None:
        recover()


def confine(document: Document) -> None:
    """From now on, `SystemExit` in a callback that a session schedules is an ordinary exception.

    Panel and Bokeh let it through, to the event loop that all sessions share.
    """
    manager = document.callbacks
    add = manager.add_session_callback

    def add_confined(callback_obj: Any, callback: Callable, one_shot: bool) -> Any:
        return add(callback_obj, confined(callback, document), one_shot)

    manager.add_session_callback = add_confined


def confined(callback: Callable, document: Document) -> Callable:
    """A callback of which nothing but ordinary exceptions comes out."""

    @wraps(callback)
    def wrapper(*args):
        try:
            result = callback(*args)
        except ENDS as error:
            with set_curdoc(document):
                hand_over(error)
        else:
            return awaited(result, document) if isawaitable(result) else result

    return wrapper


async def awaited(result: Awaitable, document: Document) -> Any:
    """The result of an awaitable; `SystemExit` goes to the session's handler."""
    try:
        return await result
    except ENDS as error:
        with set_curdoc(document):
            hand_over(error)
