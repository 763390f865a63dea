"""Writing a figure's pictures and its record: the same bytes each time, and never half a file."""

import json
import logging
import platform
from importlib import metadata
from io import BytesIO
from math import isfinite
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from figures import style
from figures.record import Claim
from optimizers import atomic_write
from optimizers.citation import version

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "pdf", "svg")
DPI = 200
# A date in a file would make every run differ from the last
UNDATED: dict[str, dict[str, None]] = {"png": {}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}


def render(drawing: "Figure", kind: str, *, dpi: int = DPI) -> bytes:
    """A Matplotlib figure as a file of the given format; the dots per inch are for what is not vectors."""
    # Computer Modern's files carry no dates, which fontTools remarks on for each
    logging.getLogger("fontTools.ttLib").setLevel(logging.ERROR)
    buffer = BytesIO()
    with style.published():
        drawing.savefig(buffer, format=kind, dpi=dpi, metadata=UNDATED[kind])
    return buffer.getvalue()


def picture(drawing: "Figure", to: Path, *, dpi: int = DPI) -> None:
    """Writes a Matplotlib figure in the format that the file's suffix names."""
    atomic_write.replace(to, render(drawing, to.suffix.removeprefix("."), dpi=dpi))


def record(number: int, module: ModuleType, values: dict[str, Any], claims: tuple[Claim, ...], to: Path) -> None:
    """Writes what was drawn as JSON: parameters, seed, versions, and the claims as measured numbers."""
    content = {
        "figure": number,
        "title": module.TITLE,
        "parameters": values,
        "seed": values.get("seed"),
        "versions": versions(),
        "claims": [_claim(claim) for claim in claims],
        "notes": module.notes(values),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    atomic_write.replace(to, text.encode())


def versions() -> dict[str, str]:
    """Versions of Python, of what the numbers and pictures are made with, and of this project."""
    made_with = {name: metadata.version(name) for name in ("numpy", "scipy", "matplotlib")}
    return {"python": platform.python_version(), **made_with, "samscape": version()}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "sentence": claim.sentence,
        "holds": claim.holds,
        "measurements": [
            {
                "name": one.name,
                "value": one.value if isfinite(one.value) else None,
                "interval": one.interval,
                "expected": one.expected,
            }
            for one in claim.measurements
        ],
    }
