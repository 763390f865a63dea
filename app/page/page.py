"""The shell: one page with a tab for each view; every view is opened when first looked at and fails alone."""

import logging
from collections.abc import Callable, Sequence
from html import escape
from weakref import ref

import panel as pn
import panel_material_ui as pmui
from panel.links import Callback
from panel.reactive import Syncable
from panel.viewable import Viewer

from app.browser.callbacks import FAILURES, confine
from app.browser.dialog_focus import manage_focus
from app.browser.memory import trim_heap
from app.model.link import values_of
from app.model.state import State
from app.page.classroom import Invitation
from app.page.connection import Connection
from app.page.door import InvitationDialog, here
from app.page.help_dialog import HelpDialog
from app.page.share_dialog import ShareDialog
from app.theme import BOKEH_THEME, PAGE_CSS, PAGE_STYLE, TABS_STYLE, THEME
from app.views.catalogue import VIEWS, View

log = logging.getLogger("samscape")

# Panel merges a widget's events over 50 ms, which a visitor feels; 0 would starve slow callbacks.
DEBOUNCE = 1  # milliseconds
Syncable._debounce = DEBOUNCE
LAST = 1_000_000  # precedence of a watcher that is called when all others have been


class ViewSlot(Viewer):
    """The place of one view: opens it on demand and says so in one sentence when it fails.

    Args:
        view: what is opened.
        state: for the view.
        run: leads to where a start is run, for a view that finds one.
    """

    def __init__(self, view: View, state: State, run: Callable[[], None]) -> None:
        super().__init__()
        self._view, self._state, self._run = view, state, run
        self._opened = False
        self._opened_view = None
        self._sentence = pmui.Alert(object="", severity="error", visible=False, sizing_mode="stretch_width", margin=8)
        self._content = pn.Column(self._sentence, sizing_mode="stretch_both", css_classes=["view"])

    def open(self) -> None:
        """Makes the view, the first time."""
        if self._opened:
            return
        self._opened = True
        try:
            self._opened_view = self._view.open(self._state)
            if hasattr(self._opened_view, "on_run"):
                self._opened_view.on_run(self._run)
            self._content.append(self._opened_view)
        except FAILURES as error:
            self.fail(error)

    def set_visible(self, shown: bool) -> None:
        """Tells a view that wants to know whether it is looked at."""
        if hasattr(self._opened_view, "set_visible"):
            self._opened_view.set_visible(shown)

    def fail(self, error: BaseException) -> None:
        """Shows what went wrong above the view, and logs the traceback."""
        log.error("the view %s failed", self._view.title, exc_info=error)
        reason = escape(str(error)) or type(error).__name__
        self._sentence.param.update(
            object=f"The view “{self._view.title}” failed ({reason}); the other views go on. "
            "Reload the page to start it afresh.",
            visible=True,
        )

    def recover(self) -> None:
        """Takes the sentence away: what it said is over. Of a view that could not be made it stays true."""
        if self._opened_view is not None:
            self._sentence.visible = False

    def __panel__(self) -> pn.Column:
        return self._content


class Laboratory(Viewer):
    """The page of one session."""

    def __init__(self, views: Sequence[View] = VIEWS, invitation: Invitation | None = None) -> None:
        super().__init__()
        self.state = State()
        self.sharing = ShareDialog(self.state)
        self.help = HelpDialog()
        self.slots = [ViewSlot(view, self.state, self._explore) for view in views]
        self.tabs = pmui.Tabs(
            *((view.title, slot) for view, slot in zip(views, self.slots, strict=True)),
            sizing_mode="stretch_both",
            margin=0,
            sx=TABS_STYLE,
        )
        self.tabs.param.watch(self._open, "active")
        self.sharing.address.follow_tabs(self.tabs, [view.title for view in views])
        self.connection = Connection(self.sharing.address, self.state, self.tabs)
        door = [InvitationDialog(invitation)] if invitation is not None and here() else []
        self.slots[0].open()
        self.page = pmui.Page(
            title="SAMscape",
            header=[*door, self.sharing, self.help],
            main=[
                self.tabs,
                self.sharing.overlays,
                self.help.overlays,
                *(one.overlays for one in door),
                self.connection.holder,
            ],
            theme_config=THEME,
            dark_theme=self.state.dark,
            theme_toggle=True,
            busy_indicator=None,
            raw_css=[PAGE_CSS],
            sx=PAGE_STYLE,
        )
        release(self.page)
        manage_focus()
        self.page.param.watch(lambda event: self.state.try_update(dark=event.new), "dark_theme")
        self.state.param.watch(lambda *events: self.recover(), list(values_of(self.state)), precedence=LAST)

    def _explore(self) -> None:
        self.tabs.active = 0

    def _open(self, event) -> None:
        self.slots[event.old].set_visible(False)
        self.slots[event.new].open()
        self.slots[event.new].set_visible(True)

    def fail(self, error: BaseException) -> None:
        """An exception in a callback belongs to the view that is looked at, for it answers to what a visitor does."""
        self.slots[self.tabs.active].fail(error)

    def recover(self) -> None:
        """All that follows the state has followed it, or what had failed has worked."""
        self.slots[self.tabs.active].recover()

    def __panel__(self) -> pmui.Page:
        return self.page


def release(page: pmui.Page) -> None:
    """Cuts the page from Panel's process-wide `state.busy`.

    That would keep every session's page alive, and search the whole page for references twice at each event of a
    widget: three quarters of a frame's time.
    """
    watchers = page._param__private.ref_watchers
    for _, watcher in watchers:
        watcher.inst.param.unwatch(watcher)
    watchers.clear()


def forget(page: pmui.Page) -> None:
    """Takes the page's JavaScript callbacks out of Panel's process-wide registry.

    What a callback refers to refers to the page, and what the registry holds lives on.
    """
    for part in page.select():
        Callback.registry.pop(part, None)


class Handler:
    """Takes a session's exceptions to its shell.

    Panel keeps it as long as the session's document, which a handler that held the shell would keep alive.
    """

    def __init__(self, shell: Laboratory) -> None:
        self._shell = ref(shell)

    def __call__(self, error: BaseException) -> None:
        self._shell().fail(error)

    def recover(self) -> None:
        self._shell().recover()


def session(views: Sequence[View] = VIEWS, invitation: Invitation | None = None) -> pmui.Page:
    """A new visitor's page."""
    in_a_document = pn.state.curdoc is not None
    if in_a_document:
        pn.state.curdoc.theme = BOKEH_THEME
        confine(pn.state.curdoc)
    shell = Laboratory(views, invitation)
    if in_a_document:
        pn.state.on_session_destroyed(lambda context: forget(shell.page))
        pn.state.on_session_destroyed(lambda context: trim_heap())
    pn.config.exception_handler = Handler(shell)
    return shell.page
