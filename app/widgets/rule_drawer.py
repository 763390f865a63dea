"""A drawer that lists every rule of the catalogue: search it, add rules beside the paper's, and remove them."""

from dataclasses import replace
from inspect import getdoc
from pathlib import Path
from typing import Any, ClassVar

import panel as pn
import panel_material_ui as pmui
import param
from panel.custom import JSComponent
from panel.viewable import Viewer

from app.browser.javascript import module
from app.compute.phase_diagram import radius
from app.model.lineup import by_place, replaced
from app.model.state import State
from app.theme import line_sample, stylesheet
from figures.style import MORE
from optimizers import OPTIMIZERS, Rule
from optimizers.extensions import files_of
from optimizers.hyperparameters import described
from optimizers.rules import PAPER
from optimizers.spelling import made

HERE = Path(__file__).parent
WIDTH = 440  # px


class RuleList(JSComponent):
    """The list and its search field; it filters in the browser alone."""

    rules = param.List(default=[], doc="of every rule that can be added: key, name, purpose")
    added = param.List(default=[], doc="of every rule that was: place, name, a piece of its line")
    places = param.Integer(default=len(MORE), constant=True)
    picked = param.Dict(default=None, allow_None=True, doc="the key of a rule to add, or the place of one to remove")

    _esm = module(HERE / "rule_drawer.mjs")
    _stylesheets: ClassVar[list[str]] = [stylesheet(HERE / "rule_drawer.css")]


class RuleDrawer(Viewer):
    """A button, and the drawer that it opens; `sync` shows which rules were added."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._list: RuleList | None = None
        self._drawer = pmui.Drawer(anchor="left", size=WIDTH)
        self._button = pmui.Button(
            label="More rules…",
            icon="add",
            variant="text",
            size="small",
            margin=0,
            on_click=lambda event: self._open(),
            sx={"textTransform": "none", "fontSize": "1rem", "padding": "2px 6px", "justifyContent": "flex-start"},
        )
        self._row = pn.Row(self._button, self._drawer, margin=0)

    def sync(self) -> None:
        """Shows the rules that were added."""
        if self._list is not None:
            lineup = self._state.lineup
            self._list.added = [
                {"place": place, "name": entry.name, "line": line_sample(place)}
                for place, entry in lineup.items()
                if place in MORE
            ]

    def _open(self) -> None:
        if self._list is None:
            self._list = RuleList(rules=[described_rule(form) for form in addable()], sizing_mode="stretch_width")
            self._list.param.watch(self._picked, "picked")
            self._drawer.objects = [self._list]
        self.sync()
        self._drawer.open = True

    def _picked(self, event: Any) -> None:
        added = self._state.added
        match event.new:
            case {"place": str(place)} if place in MORE:
                self._state.try_update(added=replaced(added, place, None))
            case {"key": str(key)} if key in OPTIMIZERS:
                free = [place for place in MORE if place not in by_place(added)]
                if free:
                    rules = [entry.rule for entry in self._state.entries()]
                    self._state.try_update(added=replaced(added, free[0], another(OPTIMIZERS[key], rules)))

    def __panel__(self) -> pn.Row:
        return self._row


def addable() -> list[type[Rule]]:
    """The rules that can be added: those from files, the family, and the paper's once more with their own values."""
    forms = [form for form in OPTIMIZERS.values() if described(form)]
    return sorted(forms, key=lambda form: (form in PAPER, not files_of("", [form.key])))


def another(form: type[Rule], rules: list[Rule]) -> Rule:
    """A rule with its defaults; ρ is halved where the same one takes part already, so that it does not hide it."""
    rule = made(form)
    while rule in rules and "rho" in rule.hyperparameters:
        rule = replace(rule, **{"rho": radius(rule) / 2})
    return rule


def described_rule(form: type[Rule]) -> dict[str, str]:
    """What the list says of a rule."""
    purpose = form.purpose or (getdoc(form) or "").split("\n")[0]
    files = files_of("", [form.key])
    takes = ", ".join(limit.symbol for limit in described(form).values())
    return {
        "key": form.key,
        "name": form.name,
        "purpose": f"{purpose} Defined in {files[0]}." if files else purpose,
        "takes": takes,
    }
