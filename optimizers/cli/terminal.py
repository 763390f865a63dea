"""What a command says: in letters that the terminal has, and in one sentence where it goes wrong."""

import io
import os
import sys
import unicodedata
from codecs import register_error
from collections.abc import Callable
from contextlib import suppress

BROKEN_PIPE = 141  # 128 + SIGPIPE, as a shell reports it
SPELLED = {"×": "x", "÷": "/", "√": "sqrt", "–": "-", "…": "...", "→": "->", "≤": "<=", "≥": ">=", "∇": "grad "}


def run(work: Callable[[], int], report_error: Callable[[str], None]) -> int:
    """Does a command's work and returns its exit code.

    Lack of memory, and an output that cannot be printed, get one sentence and the exit code 1. Whoever closes the
    output early, as `head` does, has read enough: 141 then.

    Args:
        work: returns the exit code, or ends the program by SystemExit.
        report_error: prints one sentence on stderr.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="spelled")
    try:
        try:
            return work()
        finally:
            sys.stdout.flush()
    except MemoryError:
        return _failed(report_error, "there is not enough memory for this; ask for fewer runs or steps at a time")
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except OSError as error:
        _discard_output()
        return _failed(report_error, f"the output could not be printed: {error.strerror}")


def _failed(report_error: Callable[[str], None], sentence: str) -> int:
    with suppress(OSError):
        report_error(sentence)
    return 1


def _discard_output() -> None:
    """What is left to print would fail again when Python ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def spelled(error: UnicodeError) -> tuple[str, int]:
    """Letters that an encoding lacks, in those it has: rho for ρ, alpha for α, 1 for ₁."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_letter, error.object[error.start : error.end])), error.end


def _letter(letter: str) -> str:
    if letter in SPELLED:
        return SPELLED[letter]
    kind, _, name = unicodedata.name(letter, "").rpartition(" LETTER ")
    if kind in ("GREEK SMALL", "GREEK CAPITAL"):
        return name.lower() if kind == "GREEK SMALL" else name.capitalize()
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"


register_error("spelled", spelled)
