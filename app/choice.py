"""A row of buttons of which one is chosen."""

from collections.abc import Mapping, Sequence

import panel_material_ui as pmui

STYLE = {
    "& .MuiToggleButton-root": {
        "textTransform": "none",
        "fontSize": "16px",
        "whiteSpace": "nowrap",
        "padding": "3px 10px",
        "lineHeight": 1.4,
    }
}


def choice(label: str, options: Mapping[str, str] | Sequence[str], value: str) -> pmui.RadioButtonGroup:
    """Buttons side by side; `options` as for Panel's selectors."""
    return pmui.RadioButtonGroup(label=label, options=options, value=value, size="small", margin=0, sx=STYLE)
