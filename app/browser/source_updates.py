"""A frame: the columns of the data sources that have to change."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from bokeh.models import ColumnDataSource

Columns = Mapping[str, Any]


class SourceUpdates:
    """Collects columns, leaving out what the screen already shows.

    Attributes:
        sources: every source that was declared, by name.
    """

    def __init__(self) -> None:
        self.sources: dict[str, ColumnDataSource] = {}
        self._shown: dict[str, Hashable] = {}
        self._columns: dict[str, Columns] = {}

    def source(self, name: str, *columns: str) -> ColumnDataSource:
        """A new empty source. Its columns change in the browser, so they are not to be sent back from there."""
        self.sources[name] = ColumnDataSource({column: [] for column in columns}, name=name, syncable=False)
        return self.sources[name]

    def put(self, name: str, token: Hashable, make: Callable[[], Columns]) -> None:
        """Shows what `make` returns, unless the source already shows what had this token."""
        if self.stale(name, token):
            self._shown[name] = token
            self._columns[name] = make()

    def stale(self, name: str, token: Hashable) -> bool:
        """Whether the source shows something else than what has this token."""
        return name not in self._shown or self._shown[name] != token

    def clear(self, name: str) -> None:
        """Shows nothing."""
        self.put(name, None, lambda: {column: [] for column in self.sources[name].data})

    def take(self) -> dict[str, Columns]:
        """The columns collected since the last time."""
        columns, self._columns = self._columns, {}
        return columns
