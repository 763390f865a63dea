"""The handle of the starts while it is dragged or moved by keys: what the browser tells, and what its scripts share."""

from bokeh.core.properties import Float, List, Nullable
from bokeh.model import DataModel

HOLD = 500  # milliseconds after a move in which places that come back from the session, and lag behind, are ignored


class Touch(DataModel):
    """Where the handle was moved to: centre and half-width, in one property so that it travels as one."""

    place = List(Float, default=[])


class Drag(DataModel):
    """How the handle stands; the browser keeps it to itself."""

    edges = List(Float, default=[])  # left, right, bottom, top as a script has last placed or seen them
    moved_at = Nullable(Float)  # on the browser's clock, in milliseconds
    hold = Float(default=HOLD)
