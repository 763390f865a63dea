"""The contract of all that is drawn."""

from typing import Protocol, TypeVar

from app.browser.source_updates import SourceUpdates

SceneType = TypeVar("SceneType", contravariant=True)


class Layer(Protocol[SceneType]):
    """One thing drawn on a figure. It adds its glyphs when it is made, and from then on only feeds them."""

    def draw(self, scene: SceneType, updates: SourceUpdates) -> None:
        """Shows a scene: puts the columns that differ from those on the screen, and changes nothing else but glyphs."""

    def theme(self, dark: bool) -> None:
        """Applies the light or the dark theme."""
