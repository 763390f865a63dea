"""Exceptions in callbacks reach the view they belong to, never the rest."""

from collections.abc import Callable
from functools import wraps

from panel.config import config


def guarded(callback: Callable) -> Callable:
    """Hands an exception of a Bokeh callback to the session's handler, as Panel does for its own callbacks."""

    @wraps(callback)
    def wrapper(*args):
        try:
            return callback(*args)
        except Exception as error:
            if config.exception_handler is None:
                raise
            config.exception_handler(error)

    return wrapper
