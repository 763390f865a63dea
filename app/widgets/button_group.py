"""A row of buttons with a single selection."""

from collections.abc import Mapping

import panel_material_ui as pmui

NARROW = "@media (max-width: 1199px)"
STYLE = {
    "&.MuiToggleButtonGroup-root, & .MuiToggleButtonGroup-root": {NARROW: {"flexWrap": "wrap"}},
    "& .MuiToggleButton-root": {
        NARROW: {"width": "auto"},
        "textTransform": "none",
        "fontSize": "1rem",
        "whiteSpace": "nowrap",
        "padding": "3px 10px",
        "lineHeight": 1.4,
    },
}


def choice(options: Mapping[str, str]) -> pmui.RadioButtonGroup:
    """Buttons side by side, each with its text and its value."""
    return pmui.RadioButtonGroup(options=dict(options), size="small", margin=0, sx=STYLE)
