"""Labels on the plane: bold text on a rounded background."""

from typing import Any

from bokeh.models import Text

from app.theme import FONT, palette


def label_glyph(**options: Any) -> Text:
    """A glyph of labels.

    Args:
        options: of `bokeh.models.Text`.
    """
    return Text(text_font={"value": FONT}, text_font_style="bold", border_radius=4, **options)


def theme_label(glyph: Text, dark: bool) -> None:
    """Applies the light or the dark theme to labels."""
    p = palette(dark)
    glyph.update(text_color=p.ink, background_fill_color=p.paper)
