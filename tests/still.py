"""Views for tests of the page round them."""

from collections.abc import Callable

from panel.viewable import Viewable

from app.model.state import State
from app.views.catalogue import Tab
from app.views.view import View


class Still(View):
    """A view of widgets alone, which draws nothing."""

    def __init__(self, state: State, content: Viewable) -> None:
        super().__init__(state)
        self.content = content


def still(title: str, make: Callable[[State], Viewable]) -> Tab:
    """A tab of what `make` returns."""
    return Tab(title, lambda state: Still(state, make(state)))
