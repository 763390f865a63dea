"""A figure as files: pictures drawn by Matplotlib on demand, and the numbers as CSV."""

import csv
from io import BytesIO, StringIO
from types import ModuleType
from typing import Any

from figures.write import render

PICTURES = ("png", "svg", "pdf")


def picture_file(module: ModuleType, values: dict[str, Any], kind: str) -> BytesIO:
    """The figure at these values, byte for byte as the script draws it."""
    return BytesIO(render(module.draw(module.compute(values)), kind))


def csv_file(module: ModuleType, numbers: Any) -> BytesIO:
    """The numbers that are shown, a line for each row of the figure's table."""
    text = StringIO()
    table = module.table(numbers)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))
    return BytesIO(text.getvalue().encode())
