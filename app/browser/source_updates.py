"""A frame: the columns of the data sources that have to change."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bokeh.models import ColumnDataSource

Columns = Mapping[str, Any]
Arguments = tuple[Any, ...] | None


class SourceUpdates:
    """Collects columns, leaving out what the screen already shows.

    Columns are made by functions that get all that they depend on as arguments, and are made again only where an
    argument differs. So nothing that is drawn can be missing from its cache key.

    Attributes:
        sources: every source that was declared, by name.
    """

    def __init__(self) -> None:
        self.sources: dict[str, ColumnDataSource] = {}
        self._shown: dict[str, Arguments] = {}  # what was made of which arguments; None where nothing is shown
        self._columns: dict[str, Columns] = {}

    def source(self, name: str, *columns: str) -> ColumnDataSource:
        """A new empty source. Its columns change in the browser and are not sent back."""
        self.sources[name] = ColumnDataSource({column: [] for column in columns}, name=name, syncable=False)
        return self.sources[name]

    def put(self, name: str, make: Callable[..., Columns], *arguments: Any) -> None:
        """Shows `make(*arguments)`, unless the source already shows what was made of equal arguments."""
        if self.stale(name, *arguments):
            self._shown[name], self._columns[name] = arguments, make(*arguments)

    def put_all(self, names: Iterable[str], make: Callable[..., Mapping[str, Columns]], *arguments: Any) -> None:
        """The same for several sources whose columns are made together: `make` returns them by the source's name."""
        if any(self.stale(name, *arguments) for name in names):
            self._columns |= make(*arguments)
            self._shown |= dict.fromkeys(names, arguments)

    def stale(self, name: str, *arguments: Any) -> bool:
        """Whether the source shows something other than what is made of these arguments."""
        return name not in self._shown or self._shown[name] != arguments

    def clear(self, name: str) -> None:
        """Clears the source."""
        if self._shown.get(name, ()) is not None:
            self._shown[name], self._columns[name] = None, {column: [] for column in self.sources[name].data}

    def take(self) -> dict[str, Columns]:
        """The columns collected since the last time."""
        columns, self._columns = self._columns, {}
        return columns
