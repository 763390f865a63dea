"""The rules that were added, each with sliders of its own hyperparameters."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.changes import set_changed
from app.model.lineup import Entry, by_place, replaced
from app.model.state import State
from app.theme import line_sample, stylesheet
from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider, scale_of
from figures.style import MORE, short
from optimizers import Rule
from optimizers.hyperparameters import default, described

CSS = stylesheet(Path(__file__).with_suffix(".css"))
STRETCH = {"sizing_mode": "stretch_width"}
MAX_SLID = 10_000  # whole numbers that a slider goes over; more are typed


class AddedRules(Viewer):
    """A card for each place; `sync` shows the state's rules.

    Args:
        state: is updated, and shown.
        tell: is given None, or the sentence that says why a value was refused, and returns it.
    """

    def __init__(self, state: State, tell: Callable[[str | None], str | None]) -> None:
        super().__init__()
        self._cards = {place: RuleCard(state, place, tell) for place in MORE}
        self._state = state
        self._column = pn.Column(*self._cards.values(), margin=0, **STRETCH)
        self.sync()

    def sync(self) -> None:
        """Shows the rules as they are now."""
        lineup, seen = self._state.lineup, Counter[type[Rule]]()
        for place, card in self._cards.items():
            entry = lineup.get(place)
            if entry is not None:
                seen[type(entry.rule)] += 1
            card.show(entry, seen[type(entry.rule)] if entry else 0)

    def __panel__(self) -> pn.Column:
        return self._column


class RuleCard(Viewer):
    """The rule at one place: its line and name, a button that removes it, and its sliders."""

    def __init__(self, state: State, place: str, tell: Callable[[str | None], str | None]) -> None:
        super().__init__()
        self._state, self._place, self._tell = state, place, tell
        self._form: type[Rule] | None = None
        self._number = 0
        self._shows: dict[str, Callable[[Any], None]] = {}
        self._name = pn.pane.HTML(margin=0, align="center", stylesheets=[CSS], **STRETCH)
        self._remove = pmui.IconButton(icon="close", label="Remove", size="small", margin=0, align="center")
        self._remove.on_click(self._removed)
        self._sliders = pn.Column(margin=0, **STRETCH)
        head = pn.Row(self._name, self._remove, margin=0, align="center", **STRETCH)
        self._card = pn.Column(head, self._sliders, visible=False, margin=(6, 0, 0, 0), **STRETCH)

    def show(self, entry: Entry | None, number: int) -> None:
        """Shows a rule with its values, or that there is none; its number among the added ones of its class."""
        set_changed(self._card, visible=entry is not None)
        if entry is None:
            return
        if (type(entry.rule), number) != (self._form, self._number):
            self._form, self._number = type(entry.rule), number
            self._shows = {}
            self._sliders.objects = [self._control(name) for name in described(self._form)]
        for name, show in self._shows.items():
            show(getattr(entry.rule, name))
        set_changed(self._name, object=f"<p>{line_sample(self._place)} <b>{escape(entry.short)}</b></p>")
        set_changed(self._remove, description=f"Remove {entry.name}")

    def _control(self, name: str) -> Any:
        assert self._form is not None
        limit, value = described(self._form)[name], default(self._form, name)
        label = f"{limit.symbol} of {short(self._form.key)}" + f" ({self._number})" * (self._number > 1)
        take = partial(self._take_value, name)
        if limit.whole and limit.high > MAX_SLID:
            typed = NumberField(label, value, take, whole=True, margin=(7, 2, 0, 2), sizing_mode="stretch_width")
            self._shows[name] = typed.show
            return typed.widget
        slider = NumberSlider(label, value, scale_of(limit, value), take, limit.about)
        self._shows[name] = slider.show
        return slider

    def _take_value(self, name: str, value: Any) -> str | None:
        rule = by_place(self._state.added).get(self._place)
        if rule is None or getattr(rule, name) == value:
            return None
        return self._take(replace(rule, **{name: value}))

    def _removed(self, event: Any) -> None:
        self._take(None)

    def _take(self, rule: Rule | None) -> str | None:
        return self._tell(self._state.try_update(added=replaced(self._state.added, self._place, rule)))

    def __panel__(self) -> pn.Column:
        return self._card
