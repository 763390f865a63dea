"""Ctrl-C ends the server within a second, whatever it is computing.

Python calls a signal's handler only when its main thread is free, and the event loop only after its current callback.
A separate thread receives the signal at once: it stops all work at its next checkpoint, and ends the process if that
was not enough.
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

GRACE = 0.5  # seconds for a graceful shutdown
CODE = 128 + signal.SIGINT  # a shell's exit code for an interruption


def end_on_interrupt(stop: Callable[[], None]) -> None:
    """Installs the handler; to be called once, in the main thread.

    Args:
        stop: cancels the work; called in another thread.
    """
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(receiver, sender, stop), name="interrupt", daemon=True).start()


def _listen(receiver: socket.socket, sender: socket.socket, stop: Callable[[], None]) -> None:
    while signal.SIGINT not in receiver.recv(64):
        pass
    stop()
    time.sleep(GRACE)
    os._exit(CODE)


def end(code: int) -> NoReturn:
    """Ends this process without Python's teardown, which would take a second."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
