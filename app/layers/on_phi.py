"""Layers of the plane, drawn on the plane of φ: they get the scene of φ, and data sources of their own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bokeh.models import ColumnDataSource

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.coordinates import ChartScene, PhiScene
from app.layers.layer import Layer

PREFIX = "φ "


class PhiUpdates(SourceUpdates):
    """The same updates, with names of sources that are those of φ."""

    def __init__(self, updates: SourceUpdates) -> None:
        self._all = updates

    @property
    def sources(self) -> dict[str, ColumnDataSource]:  # type: ignore[override]
        """The sources of φ, by the names that its layers use."""
        own = self._all.sources
        return {name.removeprefix(PREFIX): source for name, source in own.items() if name.startswith(PREFIX)}

    def source(self, name: str, *columns: str) -> ColumnDataSource:
        return self._all.source(PREFIX + name, *columns)

    def put(self, name: str, make: Callable[..., Columns], *arguments: Any) -> None:
        self._all.put(PREFIX + name, make, *arguments)

    def put_all(self, names: Iterable[str], make: Callable[..., Mapping[str, Columns]], *arguments: Any) -> None:
        raise NotImplementedError("no layer of φ makes several sources together")

    def stale(self, name: str, *arguments: Any) -> bool:
        return self._all.stale(PREFIX + name, *arguments)

    def clear(self, name: str) -> None:
        self._all.clear(PREFIX + name)


class OnPhi:
    """A layer of the plane of φ.

    Args:
        layer: draws a `PhiScene`; it was made with the same updates.
        updates: of φ.
    """

    def __init__(self, layer: Layer[PhiScene], updates: PhiUpdates) -> None:
        self._layer, self._own = layer, updates

    def draw(self, scene: ChartScene, updates: SourceUpdates) -> None:
        self._layer.draw(scene.phi, self._own)

    def theme(self, dark: bool) -> None:
        self._layer.theme(dark)
