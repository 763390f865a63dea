"""The interactive laboratory: `python -m app`, or `show()` in a notebook."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def show(height: int = 720, files: Sequence[str | Path] = ()) -> Any:
    """The laboratory in the cell of a notebook on this machine, as the value of the cell's last line.

    Args:
        height: of the cell, in pixels.
        files: rules and landscapes of your own, as `--with` takes them.

    Raises:
        ValueError: for no height from 300 pixels.
        RuntimeError: where the server does not start, with one sentence, such as on a mistake in a file.
    """
    from app.page import notebook  # the server loads what `import app` need not

    return notebook.show(height, files)
