"""Losses on a grid: what such a grid must be, and how it is read from a file."""

import csv
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from landscapes.spline import FEWEST

MOST = 100_000  # losses, about what a compiled kernel can hold
EVEN = 1e-4  # of a step, within which steps are equal: places may have been rounded to 32 bits
COLUMNS = ("x", "y", "loss")


class GridError(ValueError):
    """Losses that no landscape can be made of; the message is one sentence."""


def checked(x: Any, y: Any, values: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places and losses as arrays of float64, with x and y in ascending order.

    Raises:
        GridError: for what is no even grid of finite losses.
    """
    x, y = _places("x", x), _places("y", y)
    losses = _numbers("the losses", values)
    if losses.shape != (y.size, x.size):
        turned = "; transpose them" if losses.shape == (x.size, y.size) else ""
        raise GridError(
            f"the losses must have the shape (numbers in y, numbers in x), here {(y.size, x.size)}, as those at "
            f"np.meshgrid(x, y) have, not {losses.shape}{turned}"
        )
    if losses.size > MOST:
        raise GridError(f"a grid may hold at most {MOST} losses, not {losses.size}; take every second one")
    if not np.isfinite(losses).all():
        row, column = np.argwhere(~np.isfinite(losses))[0]
        raise GridError(
            f"all losses must be finite, but at x = {x[column]:g}, y = {y[row]:g} it is {losses[row, column]}; "
            "cut the grid to where they are"
        )
    return x, y, losses


def read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y and losses of a file: an .npz with these arrays, or a .csv with these columns and a row for each loss.

    Raises:
        GridError: for what is no such file, and as `checked` does.
    """
    try:
        found = _npz(path) if path.suffix == ".npz" else _csv(path)
    except OSError as error:
        raise GridError(f"it cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error, BadZipFile, EOFError):
        raise GridError(f"it is not a file of the kind {path.suffix}") from None
    return checked(*found)


def _npz(path: Path) -> tuple[Any, ...]:
    try:
        content = np.load(path, allow_pickle=False)
    except ValueError:
        raise GridError("it is not a file of the kind .npz") from None
    if isinstance(content, np.ndarray):
        raise GridError("it holds one array, but x, y and loss are wanted: save them with np.savez")
    with content:
        if missing := [name for name in COLUMNS if name not in content]:
            raise GridError(f"it lacks the array {missing[0]}; it must hold {', '.join(COLUMNS)}")
        try:
            return tuple(content[name] for name in COLUMNS)
        except ValueError:
            raise GridError("it holds objects; save x, y and loss as arrays of numbers") from None


def _csv(path: Path) -> tuple[Any, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:  # with the mark that spreadsheets write first
        rows = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
            raise GridError(f"its first line lacks the column {missing[0]}; it must name {', '.join(COLUMNS)}")
        points: dict[tuple[float, float], float] = {}
        for row in rows:
            try:
                px, py, loss = (float(row[name]) for name in COLUMNS)
            except (TypeError, ValueError):
                raise GridError(f"x, y and loss must be numbers in line {rows.line_num}") from None
            if (px, py) in points:
                raise GridError(f"x = {px:g}, y = {py:g} comes twice, in line {rows.line_num} again")
            points[px, py] = loss
    x, y = (sorted({point[axis] for point in points}) for axis in (0, 1))
    if len(points) != len(x) * len(y):
        absent = next((px, py) for py in y for px in x if (px, py) not in points)
        raise GridError(f"every x needs a loss at every y, but there is none at x = {absent[0]:g}, y = {absent[1]:g}")
    return x, y, [[points[px, py] for px in x] for py in y]


def _places(name: str, given: Any) -> np.ndarray:
    places = _numbers(name, given)
    if places.ndim != 1 or places.size < FEWEST:
        raise GridError(f"{name} must be a list of at least {FEWEST} numbers, not of shape {places.shape}")
    steps = np.diff(places)
    if not (np.isfinite(places).all() and (steps > 0).all()):
        raise GridError(f"{name} must be finite numbers in ascending order")
    if np.ptp(steps) > EVEN * steps.mean():
        raise GridError(
            f"{name} must be evenly spaced, but its steps range from {steps.min():g} to {steps.max():g}; "
            "interpolate the losses onto an even grid first"
        )
    return places


def _numbers(name: str, given: Any) -> np.ndarray:
    try:
        array = np.asarray(given)
        if array.dtype.kind not in "buif":
            raise TypeError
    except (TypeError, ValueError):
        raise GridError(f"{name} must be an array of real numbers") from None
    return array.astype(float)
