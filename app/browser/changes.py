"""Changes of widgets: only what differs is set, because Param takes long over a value that is the same already."""

from typing import Any

import param


def set_changed(widget: param.Parameterized, **values: Any) -> None:
    """Sets those of the parameters that have another value, in one update."""
    if changed := {name: value for name, value in values.items() if getattr(widget, name) != value}:
        widget.param.update(**changed)
