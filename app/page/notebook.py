"""The laboratory in the cell of a notebook: a frame of fixed height, served by a process beside the notebook's.

The notebook's own event loop stands still while a cell is executed, so the server does not run there. It ends with the
process that started it, and its page may be shown in a frame only by whoever knows a secret, which the cell holds.
"""

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from secrets import token_urlsafe
from socket import socket

from app.page.classroom import LOOPBACK, SECRET
from app.page.server_guard import FRAME

HEIGHT = 720  # pixels
LOWEST = 300
RUNNING = "SAMscape is running"  # begins what the server prints once it listens
ROOT = Path(__file__).parents[2]  # of the packages


@dataclass(frozen=True)
class Cell:
    """What a notebook shows for it.

    Attributes:
        link: with the secret.
        height: of the frame, in pixels.
    """

    link: str
    height: int

    def _repr_html_(self) -> str:
        return (
            f'<iframe src="{escape(self.link)}" title="SAMscape" width="100%" height="{self.height}" '
            'style="border: 0"></iframe>'
        )


class FrameServer:
    """A server in a process of its own, for the frames of this one.

    Raises:
        RuntimeError: where it does not start, with what it said.
    """

    def __init__(self, files: Sequence[str]) -> None:
        with socket() as free:
            free.bind((LOOPBACK, 0))
            port = free.getsockname()[1]
        secret = token_urlsafe(SECRET)
        self.link = f"http://localhost:{port}/?{FRAME}={secret}"
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, str(port), *files],  # -P: no module of the notebook's folder
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        atexit.register(self.process.kill)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(secret, file=self.process.stdin, flush=True)
        said: list[str] = []
        for line in self.process.stdout:
            if line.startswith(RUNNING):
                break
            said.append(line.strip())
        else:
            raise RuntimeError(f"the server did not start: {' '.join(said)}")
        threading.Thread(target=self.process.stdout.read, name="log of the frame", daemon=True).start()

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None


_servers: dict[tuple[str, ...], FrameServer] = {}


def show(height: int = HEIGHT, files: Sequence[str | Path] = ()) -> Cell:
    """What `app.show` says."""
    if isinstance(height, bool) or not isinstance(height, int) or height < LOWEST:
        raise ValueError(f"height must be a whole number of pixels from {LOWEST}, not {height!r}")
    given = tuple(str(Path(file).absolute()) for file in ([files] if isinstance(files, str | Path) else files))
    if given not in _servers or not _servers[given].runs:
        _servers[given] = FrameServer(given)
    return Cell(_servers[given].link, height)


def main(port: int, files: Sequence[str]) -> int:
    """The server's process: reads the secret from stdin, and ends with it."""
    from app.page.interrupt import end
    from app.page.server import Options, serve
    from optimizers.extensions.load import ExtensionError, load_all

    secret = sys.stdin.readline().strip()
    try:
        load_all(files)
    except ExtensionError as error:
        print(error)
        return 2

    def end_with_the_notebook() -> None:
        sys.stdin.read()
        end(0)

    threading.Thread(target=end_with_the_notebook, name="notebook", daemon=True).start()
    serve(Options(port, frame=secret))
    end(0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
