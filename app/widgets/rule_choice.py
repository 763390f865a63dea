"""A list of the rules that take part, to choose one from."""

import panel_material_ui as pmui

from app.model.state import State

WIDTH = 132  # px


def rule_options(state: State) -> dict[str, str]:
    """Name → place, of the paper's rules and of those that were added."""
    return {entry.short: place for place, entry in state.lineup.items()}


def rule_choice(state: State) -> pmui.Select:
    """The list; `rule_options` is to be shown again after each change of the state."""
    return pmui.Select(options=rule_options(state), size="small", width=WIDTH, margin=0)
