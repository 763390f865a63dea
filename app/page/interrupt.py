"""Ctrl-C ends the server within a second, whatever it computes.

Python calls a signal's handler once its main thread comes to it, and the event loop heeds that once its callback is
done. A thread of its own learns of the signal at once: it has all work stop at its next checkpoint, and ends the
process where that was not enough.
"""

import atexit
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

GRACE = 0.5  # seconds for the server to end by itself
CODE = 128 + signal.SIGINT  # what a shell makes of an interruption


def end_on_interrupt(stop: Callable[[], None]) -> None:
    """From now on an interruption ends this process; to be called in its main thread, once.

    Args:
        stop: has work end; called in another thread.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(heard, told, stop), name="interrupt", daemon=True).start()


def _listen(heard: socket.socket, told: socket.socket, stop: Callable[[], None]) -> None:
    while signal.SIGINT not in heard.recv(64):
        pass
    stop()
    time.sleep(GRACE)
    os._exit(CODE)


def end(code: int) -> NoReturn:
    """Ends this process. What Python would take apart first, object by object for a second, goes with the process."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
