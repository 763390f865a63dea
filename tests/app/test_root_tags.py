"""Data models are tagged as Panel tags them, when the page is made and when something is added to it."""

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui
import pytest
from bokeh.document import Document
from bokeh.model import DataModel
from panel.io.state import set_curdoc
from panel.reactive import ReactiveCustomBase

from app.browser import root_tags

PANELS = ReactiveCustomBase.__dict__["_patch_datamodel_ref"]


def tags_of_a_page(searched: Callable[[], None] = lambda: None) -> list[list[str]]:
    """How all data models of a page are tagged, to which a part is added while it is open."""
    document = Document()
    deep = pn.Column(pmui.Button(label="deep"), pmui.Row(pn.Row(pmui.Switch())))
    page = pmui.Page(main=[pmui.Tabs(("One", deep), ("Two", pn.Column()))])
    with set_curdoc(document):
        page.server_doc(document)
        searched()
        deep.append(pmui.Column(pmui.Checkbox(), pmui.Select(options=["a"])))
    models = [model for model in document.models if isinstance(model, DataModel)]
    (root,) = {tag for model in models for tag in model.tags}
    return [[tag.replace(root, "root") for tag in model.tags] for model in models]


def test_every_data_model_is_tagged_once_as_panel_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    panels = tags_of_a_page()
    monkeypatch.setattr(ReactiveCustomBase, "_patch_datamodel_ref", PANELS)
    root_tags.tag_once()
    ours = tags_of_a_page()
    assert ours == panels == [["root"]] * len(panels)
    assert len(panels) >= 7  # its parts


def test_a_page_is_not_searched_from_each_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a tower of parts every model is looked at a number of times that does not grow with its height."""
    looks = []
    of_library = root_tags.collect_filtered_models

    def counted(discard: Callable, *values: object) -> list:
        found = of_library(discard, *values)
        looks.append(len(found))
        return found

    monkeypatch.setattr(root_tags, "collect_filtered_models", counted)
    monkeypatch.setattr(ReactiveCustomBase, "_patch_datamodel_ref", PANELS)
    root_tags.tag_once()
    per_part = []
    for height in (5, 20):
        looks.clear()
        tower = pmui.Button()
        for _ in range(height):
            tower = pmui.Column(tower)
        tower.get_root()
        per_part.append(sum(looks) / height)
    assert per_part[1] < 1.2 * per_part[0]
