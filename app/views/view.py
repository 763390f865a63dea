"""The contract of a view: an event changes the state, the state becomes a scene, and the layers draw it.

State.try_update → request → sync → scene → draw of each layer → describe → one frame to the browser.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from bokeh.model import Model
from panel.viewable import Viewable, Viewer

from app.browser.ahead import Ahead
from app.browser.background_work import of_session
from app.browser.source_updates import Columns, SourceUpdates
from app.browser.update_channel import UpdateChannel
from app.compute.runs import Runner
from app.layers.layer import Layer
from app.model.state import State

SceneType = TypeVar("SceneType")


class Work(Protocol):
    """Background work of a view."""

    def cancel(self) -> None:
        """Cancels it."""


class View(Viewer, Generic[SceneType]):
    """One session's view, a tab of the page.

    A subclass makes its layers and widgets, sets `layers`, `work` and `content`, and calls `_begin` once they stand.

    Attributes:
        followed: parameters of the state a change of which redraws the view; all but the theme where it is None.
        layers: what draws a scene, in this order.
        work: what is cancelled while the view is hidden.
        content: what the tab holds.
    """

    followed: tuple[str, ...] | None = None
    content: Viewable

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._updates = state, SourceUpdates()
        self._channel: UpdateChannel | None = None
        self._visible = True
        self._run: Callable[[], None] = lambda: None
        self._frame_drawn: Callable[[], None] = lambda: None
        self.layers: Sequence[Layer[SceneType]] = ()
        self.work: Sequence[Work] = ()

    def sync(self) -> None:
        """Has the widgets show what the state holds by now."""

    def scene(self) -> SceneType:
        """All that is drawn at this moment. It writes nothing: no widget, no state, no glyph."""
        raise NotImplementedError

    def describe(self, scene: SceneType) -> None:
        """Says what is drawn in words, below it and to screen readers."""

    def files(self) -> Viewable | None:
        """Buttons for the files of this view; None where they are those of the experiment."""
        return None

    def theme(self, dark: bool) -> None:
        """Applies the light or the dark theme."""
        for layer in self.layers:
            layer.theme(dark)

    def set_visible(self, visible: bool) -> None:
        """Sets whether the view is visible: it does nothing while it is not."""
        self._visible = visible
        if visible:
            self.request()
        else:
            for work in self.work:
                work.cancel()

    def on_run(self, callback: Callable[[], None]) -> None:
        """Sets the callback that opens Explore to run what was chosen here."""
        self._run = callback

    def on_frame(self, callback: Callable[[], None]) -> None:
        """Sets the callback at the end of each frame: what it sends travels with the frame."""
        self._frame_drawn = callback

    def request(self, *_: Any) -> None:
        """Asks for a frame of the newest state."""
        if self._channel is not None:
            self._channel.request()

    def _runner(self, progress: Callable[[], None] | None = None) -> Runner:
        """Runs rules for this view, in the background if they are too expensive for a frame."""
        return Runner(lambda take: of_session(take, progress), self.request)

    def _begin(self, carrier: Model, ahead: Ahead | None = None) -> None:
        """Draws for the first time, and from now on whenever the state changes.

        Args:
            carrier: a model of the document, to take the channel to the browser along.
            ahead: what the page shows before the session has answered, where it computes anything.
        """
        state = self._state
        self._channel = UpdateChannel(self._frame, self._updates.sources, ahead)
        carrier.tags = [*carrier.tags, self._channel.model]
        self.theme(state.dark)
        self._channel.fill()
        followed: Iterable[str] = set(state.param) - {"name", "dark"} if self.followed is None else self.followed
        if followed:
            state.param.watch(self.request, sorted(followed))
        state.param.watch(lambda event: self.theme(event.new), "dark")

    def _frame(self) -> dict[str, Columns]:
        if not self._visible:
            return {}
        self.sync()
        scene = self.scene()
        for layer in self.layers:
            layer.draw(scene, self._updates)
        self.describe(scene)
        self._frame_drawn()
        return self._updates.take()

    def __panel__(self) -> Viewable:
        return self.content
