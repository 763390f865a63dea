"""A button that makes a file at the click and has the browser save it, each time that it is pressed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Literal, NamedTuple

import panel_material_ui as pmui

from app.browser.background_work import in_background


class File(NamedTuple):
    """What a click asks for.

    Attributes:
        name: that the browser saves it under.
        make: its content, made beside the session.
    """

    name: str
    make: Callable[[], bytes]


def download_button(
    label: str, name: str, asked: Callable[[], File], variant: Literal["outlined", "text"], **options: Any
) -> pmui.FileDownload:
    """A button for one kind of file.

    Args:
        label: on it.
        name: of the file, until it is asked for.
        asked: what is to be saved, at the moment of a click.
        variant: of the button.
        options: of `pmui.FileDownload`.
    """

    async def file() -> BytesIO:
        button.data = None  # the browser saves what differs from what it has, and a file may be asked for again
        now = asked()
        button.filename = now.name
        return BytesIO(await in_background(now.make))

    button = pmui.FileDownload(callback=file, filename=name, label=label, size="small", **options)
    button.variant = variant  # given above, it would draw a warning about a default of the base class
    return button
