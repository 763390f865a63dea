"""Results as files: .npz for arrays, .csv for tables, .json for other programs.

A file appears under its name only when it is complete. The same results make the same bytes.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from optimizers import atomic_write

BLOCK = 65536  # rows that are turned into text at a time, because text takes far more memory than numbers


@dataclass(frozen=True, eq=False)
class Named:
    """A column of names, each given by its code."""

    codes: np.ndarray
    names: Sequence[str]

    def __getitem__(self, rows: slice) -> np.ndarray:
        return np.array(self.names)[self.codes[rows]]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class Results:
    """What a command found, in the forms that files take.

    Attributes:
        summary: plain JSON types; for .json.
        arrays: name → array of any shape; for .npz.
        columns: name → column, all equally long; for .csv and .json.
    """

    summary: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]
    columns: Mapping[str, np.ndarray | Named]


def naming(files: Sequence[str], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns with one more that names the files from outside which they depend on, if there are any."""
    if not files:
        return dict(columns)
    rows = len(next(iter(columns.values())))
    return {**columns, "with": Named(np.zeros(rows, int), [" ".join(files)])}


def check(path: Path) -> None:
    """Makes sure that a file can be written, before anything is computed for it.

    Raises:
        ValueError: with one sentence, where the format is not supported or the file cannot be written.
    """
    if path.suffix not in WRITERS:
        raise ValueError(f"{path} must end in {', '.join(WRITERS)}")
    atomic_write.check(path)


def write(path: Path, results: Results) -> None:
    """Writes results in the format that the suffix names, whole or not at all.

    Raises:
        OSError: when they could not be written.
    """
    with atomic_write.replacing(path) as file:
        WRITERS[path.suffix](file, results)


def _npz(file: BinaryIO, results: Results) -> None:
    np.savez(file, allow_pickle=False, **results.arrays)


def _csv(file: BinaryIO, results: Results) -> None:
    class Text:
        def write(self, line: str) -> int:
            return file.write(line.encode())

    writer = csv.writer(Text(), lineterminator="\n")
    writer.writerow(results.columns)
    for rows in _blocks(results):
        writer.writerows(zip(*(column[rows].tolist() for column in results.columns.values()), strict=True))


def _json(file: BinaryIO, results: Results) -> None:
    file.write(json.dumps({**results.summary, "columns": {}}, allow_nan=False)[:-2].encode())
    for index, (name, column) in enumerate(results.columns.items()):
        file.write(f"{', ' if index else ''}{json.dumps(name)}: [".encode())
        for block, rows in enumerate(_blocks(results)):
            text = json.dumps(_finite(column[rows]), allow_nan=False)[1:-1]
            file.write(f"{', ' if block else ''}{text}".encode())
        file.write(b"]")
    file.write(b"}}\n")


def _blocks(results: Results) -> list[slice]:
    rows = len(next(iter(results.columns.values())))
    return [slice(first, first + BLOCK) for first in range(0, rows, BLOCK)]


def _finite(column: np.ndarray) -> list:
    """Values as JSON has them: null for what is not finite."""
    if column.dtype.kind != "f":
        return column.tolist()
    return [value if ok else None for value, ok in zip(column.tolist(), np.isfinite(column).tolist(), strict=True)]


WRITERS = {".npz": _npz, ".csv": _csv, ".json": _json}
