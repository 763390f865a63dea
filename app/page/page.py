"""The shell: one page with a tab for each view; every view is created when its tab is first opened and fails alone."""

import logging
from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from weakref import ref

import panel as pn
import panel_material_ui as pmui
from panel.links import Callback
from panel.reactive import Reactive, Syncable
from panel.viewable import Viewable, Viewer

from app.browser.callbacks import FAILURES, confine, guarded
from app.browser.dialog_focus import manage_focus
from app.browser.garbage import GARBAGE
from app.lessons.class_predictions import CLASS
from app.lessons.lecture import Lecture
from app.lessons.stage import Stage
from app.lessons.start_cards import start_cards
from app.model.link import values_of
from app.model.state import State
from app.page.address_bar import anchors
from app.page.classroom import Invitation
from app.page.connection import Connection
from app.page.display import Display
from app.page.glossary import Glossary
from app.page.help_dialog import HelpDialog
from app.page.invitation_dialog import InvitationDialog, on_this_machine
from app.page.lessons_dialog import LessonsDialog
from app.page.share_dialog import ShareDialog
from app.theme import BOKEH_THEME, PAGE_CSS, PAGE_STYLE, REFLOW, TABS_STYLE, THEME
from app.views.catalogue import TABS, Tab
from app.views.view import View

log = logging.getLogger("samscape")

# Panel merges a widget's events over 50 ms, which is a visible delay; 0 would starve slow callbacks.
DEBOUNCE = 1  # milliseconds
Syncable._debounce = DEBOUNCE
LAST = 1_000_000  # precedence of a watcher that is called after all others


class ViewSlot(Viewer):
    """The slot of one view: creates it on demand and shows one sentence if it fails.

    Args:
        tab: what is opened.
        state: for the view.
        run: opens the tab that runs a start, for views that select one.
        drawn: is called at the end of each frame.
    """

    def __init__(self, tab: Tab, state: State, run: Callable[[], None], drawn: Callable[[], None]) -> None:
        super().__init__()
        self._tab, self._state, self._run, self._drawn = tab, state, run, drawn
        self._opened = False
        self._view: View | None = None
        self._sentence = pmui.Alert(object="", severity="error", visible=False, sizing_mode="stretch_width", margin=8)
        self._content = pn.Column(
            self._sentence, sizing_mode="stretch_both", css_classes=["view"], stylesheets=[REFLOW]
        )

    def open(self) -> None:
        """Creates the view, the first time."""
        if self._opened:
            return
        self._opened = True
        try:
            view = self._tab.open(self._state)
            view.on_run(self._run)
            view.on_frame(self._drawn)
            self._content.append(view)
            self._view = view
        except FAILURES as error:
            self.fail(error)

    @property
    def contents(self) -> list[Viewable]:
        """What the view holds, once it was created."""
        return [] if self._view is None else [self._view.content]

    def files(self) -> Viewable | None:
        """Buttons for the files of the view; None where they are those of the experiment."""
        return None if self._view is None else self._view.files()

    def set_visible(self, shown: bool) -> None:
        """Notifies the view whether it is visible."""
        if self._view is not None:
            self._view.set_visible(shown)

    def fail(self, error: BaseException) -> None:
        """Shows what went wrong above the view, and logs the traceback."""
        log.error("the view %s failed", self._tab.title, exc_info=error)
        reason = escape(str(error)) or type(error).__name__
        self._sentence.param.update(
            object=f"The view “{self._tab.title}” failed ({reason}); the other views still work. "
            "Reload the page to restart it.",
            visible=True,
        )

    def recover(self) -> None:
        """Hides the sentence once the view works again; it stays for a view that could not be created."""
        if self._view is not None:
            self._sentence.visible = False

    def __panel__(self) -> pn.Column:
        return self._content


class Laboratory(Viewer):
    """The page of one session."""

    def __init__(self, tabs: Sequence[Tab] = TABS, invitation: Invitation | None = None) -> None:
        super().__init__()
        self.state = State()
        self._document = pn.state.curdoc
        self.anchors, self._anchor, self._tabs_made = anchors([tab.title for tab in tabs]), 0, False
        self.lecture = Lecture(self.state, self._open_view, CLASS, self._later, self._is_present)
        self.sharing = ShareDialog(self.state, self.lecture)
        self.connection = Connection(self.sharing.address)
        self.lessons = LessonsDialog(self.lecture, self.state, self.anchors, lambda: self.anchors[self.tabs.active])
        self.display = Display(self.state)
        self.help = HelpDialog()
        self.slots = [ViewSlot(tab, self.state, self._explore, self.connection.note) for tab in tabs]
        self.tabs = pmui.Tabs(
            *((tab.title, slot) for tab, slot in zip(tabs, self.slots, strict=True)),
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["views"],
            stylesheets=[REFLOW],
            sx=tabs_style(self.state.level),
            active=self._anchor,
        )
        self._tabs_made = True
        self.stage = Stage(self.lecture, self.tabs)
        self.tabs.param.watch(self._open, "active")
        self.sharing.address.follow_tabs(self.tabs, [tab.title for tab in tabs])
        self.sharing.of_tab = lambda: (tabs[self.tabs.active].title, self.slots[self.tabs.active].files())
        invite = [InvitationDialog(invitation)] if invitation is not None and on_this_machine() else []
        self._open_slot(self._anchor)
        self.connection.note()
        self.page = pmui.Page(
            title="SAMscape",
            header=[self.lessons, *invite, self.display, self.sharing, self.help],
            main=[
                start_cards(self.lecture),
                self.stage,
                self.lessons.overlays,
                self.sharing.overlays,
                self.help.overlays,
                *(one.overlays for one in invite),
                self.display.holder,
                Glossary(self.state).holder,
                self.connection.holder,
            ],
            theme_config=THEME,
            dark_theme=self.state.dark,
            theme_toggle=True,
            busy_indicator=None,
            raw_css=[PAGE_CSS],
            sx=PAGE_STYLE,
        )
        self.state.param.watch(self._change_level, "level")
        release(self.page)
        manage_focus()
        self.page.param.watch(lambda event: self.state.try_update(dark=event.new), "dark_theme")
        self.state.param.watch(lambda *events: self.recover(), list(values_of(self.state)), precedence=LAST)

    def _explore(self) -> None:
        self.tabs.active = 0

    def _open(self, event) -> None:
        self.slots[event.old].set_visible(False)
        self._open_slot(event.new)
        self.slots[event.new].set_visible(True)

    def _change_level(self, event) -> None:
        """The intro has one view; a lesson opens others there too."""
        self.tabs.sx = tabs_style(event.new)
        if event.new == "intro" and self.lecture.lesson is None:
            self.tabs.active = 0

    def _open_slot(self, number: int) -> None:
        slot = self.slots[number]
        slot.open()
        self.stage.give_room(slot.contents)

    def _open_view(self, anchor: str) -> None:
        """Opens the tab with an anchor, now or with the page."""
        if anchor in self.anchors:
            self._anchor = self.anchors.index(anchor)
            if self._tabs_made:
                self.tabs.active = self._anchor

    def _later(self, callback: Callable[[], None], milliseconds: int) -> None:
        if self._document is None:
            callback()
        else:
            self._document.add_timeout_callback(guarded(callback), milliseconds)

    def _is_present(self) -> bool:
        """Whether the page is open: a session outlasts it, in case that it comes back."""
        session = getattr(self._document and self._document.session_context, "session", None)
        return session is None or session.connection_count > 0

    def fail(self, error: BaseException) -> None:
        """An exception in a callback is attributed to the visible view, which the visitor acts on."""
        self.slots[self.tabs.active].fail(error)

    def recover(self) -> None:
        """Everything has followed the state, or what had failed works again."""
        self.slots[self.tabs.active].recover()

    def __panel__(self) -> pmui.Page:
        return self.page


def tabs_style(level: str) -> dict[str, Any]:
    """The style of the tabs, which the intro hides."""
    return TABS_STYLE | ({"& .MuiTabs-root": {"display": "none"}} if level == "intro" else {})


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
        if isinstance(part, Reactive):
            Callback.registry.pop(part, None)


class Handler:
    """Passes a session's exceptions to its shell.

    Panel keeps it as long as the session's document, which a handler that held the shell would keep alive.
    """

    def __init__(self, shell: Laboratory) -> None:
        self._shell = ref(shell)

    def __call__(self, error: BaseException) -> None:
        if (shell := self._shell()) is None:
            raise error
        shell.fail(error)

    def recover(self) -> None:
        if (shell := self._shell()) is not None:
            shell.recover()


def session(tabs: Sequence[Tab] = TABS, invitation: Invitation | None = None) -> pmui.Page:
    """A new visitor's page."""
    document = pn.state.curdoc
    if document is not None:
        document.theme = BOKEH_THEME
        confine(document)
    shell = Laboratory(tabs, invitation)
    if document is not None:
        pn.state.on_session_destroyed(lambda context: forget(shell.page))
        pn.state.on_session_destroyed(lambda context: shell.lecture.leave())
        pn.state.on_session_destroyed(lambda context: GARBAGE.session_ended())
    pn.config.exception_handler = Handler(shell)
    return shell.page
