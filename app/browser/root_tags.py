"""Tags the data models of a page with its root once each, where Panel searches the page again from each component."""

from typing import Any

from bokeh.core.has_props import HasProps
from bokeh.model import DataModel, Model
from bokeh.model.util import collect_filtered_models
from panel.reactive import ReactiveCustomBase


def tag_data_models(cls: type[HasProps], data: Model, root: str) -> None:
    """Tags all data models that `data` refers to, with the id of the page's root.

    What a tagged one refers to was tagged with it, or is when it is made; to search it again would take a time
    that grows with the depth of the page.
    """
    tag = f"__ref:{root}"

    def is_done(model: Any) -> bool:
        return isinstance(model, DataModel) and model is not data and tag in model.tags

    for model in collect_filtered_models(is_done, data):
        if isinstance(model, DataModel) and tag not in model.tags:
            model.tags.append(tag)


def tag_once() -> None:
    """From now on Panel tags as above."""
    setattr(ReactiveCustomBase, "_patch_datamodel_ref", classmethod(tag_data_models))  # noqa: B010
