"""How the app looks: one palette for light and one for dark, how a Bokeh figure takes it on, and stylesheets."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bokeh.palettes import interp_palette
from bokeh.plotting import figure as Figure
from bokeh.themes import Theme

from figures.loss_colours import HEAT, NO_VALUE, SHADES
from figures.style import COLOURS, DASHES

FOCUS = (
    "#e8590c"  # --focus in CSS: round what has the keyboard, 3 to 1 at least against white, dark pages and the app bar
)
FONT = "Roboto, 'DejaVu Sans', sans-serif"
BOLD = 1.6  # times as wide are lines, and as large marks, in projector mode
FINGER = "@media (pointer: coarse)"
CALM = "@media (prefers-reduced-motion: reduce)"
STILL = {CALM: {"transition": "none !important", "animation": "none !important"}}
NO_RIPPLE = {"& .MuiTouchRipple-root": {CALM: {"display": "none"}}}
MOVING = {  # parts of the shell that open, slide or fade by themselves
    "MuiBackdrop": ("root",),
    "MuiCollapse": ("root",),
    "MuiDialog": ("container", "paper"),
    "MuiDrawer": ("paper",),
    "MuiPaper": ("root",),
    "MuiPopover": ("paper",),
    "MuiTabs": ("indicator",),
    "MuiTooltip": ("tooltip",),
}
TOUCHED = {"minHeight": "44px", "minWidth": "44px"}


class Palette(NamedTuple):
    """Colours of one theme.

    Attributes:
        page: behind everything. paper: plots and cards. ink: text. dim: secondary text. rule: lines and grids.
        accent: interactive elements. halo: round paths, against the heat map. contour: its level lines.
        heat: colours of the loss from its least to its greatest value.
        field: of any other background; grey, so that the rules' colours stand out and it is not mistaken for the loss.
        undefined: stripes where there is no value.
    """

    page: str
    paper: str
    ink: str
    dim: str
    rule: str
    accent: str
    halo: str
    contour: str
    heat: Sequence[str]
    field: Sequence[str]
    undefined: tuple[str, str]

    @property
    def loss_codes(self) -> list[str]:
        """The colour of each code of `coded`, for the loss."""
        return [*self.heat, *self.undefined]

    @property
    def field_codes(self) -> list[str]:
        """The colour of each code, for any other background."""
        return [*self.field, *self.undefined]


LIGHT = Palette(
    page="#f3f5f8",
    paper="#ffffff",
    ink="#17202b",
    dim="#4d5967",
    rule="#d9dfe6",
    accent="#1c5d8f",
    halo="#ffffff",
    contour="#17202b",
    heat=HEAT,
    field=interp_palette(("#ffffff", "#454d59"), SHADES),
    undefined=NO_VALUE,
)
DARK = Palette(
    page="#0f1319",
    paper="#171d26",
    ink="#eaeef3",
    dim="#a9b4c1",
    rule="#2e3743",
    accent="#7cc0ee",
    halo="#0b0e12",
    contour="#ffffff",
    # the published map with black for white: deep blue valleys, dark middle, red heights
    heat=interp_palette(
        ("#4f9fd6", "#2f78b0", "#215680", "#183b57", "#142433", "#15181c", "#331a18", "#57231c", "#813026", "#ad4233"),
        SHADES,
    ),
    field=interp_palette(("#12161c", "#a4aebb"), SHADES),
    undefined=("#171d26", "#5d6a7a"),
)


@cache
def stylesheet(path: Path) -> str:
    """The text of a stylesheet; one that is linked by its address would arrive after the first paint."""
    return path.read_text("utf-8")


def palette(dark: bool) -> Palette:
    return DARK if dark else LIGHT


def colour(place: str) -> str:
    """The colour of the rule at a place: one of the paper's, or an added one."""
    return COLOURS[place]


def dash(place: str) -> str:
    """The lengths of its dashes and gaps in px; empty for a solid line."""
    return " ".join(map(str, DASHES[place]))


def weight(projector: bool) -> float:
    """How many times as wide lines are, and as large marks, as on a desk."""
    return BOLD if projector else 1.0


def line_sample(place: str) -> str:
    """A piece of the line of the rule at a place, as an inline image."""
    return (
        f"<svg width='26' height='10' aria-hidden='true'><line x1='1' x2='25' y1='5' y2='5' stroke='{colour(place)}' "
        f"stroke-width='4' stroke-dasharray='{dash(place)}'/></svg>"
    )


def apply_theme(figure: Figure, dark: bool) -> None:
    """Applies the theme to a figure's background, axes and grid."""
    p = palette(dark)
    figure.update(background_fill_color=p.paper, border_fill_alpha=0, outline_line_color=p.rule)
    figure.title.text_color = p.ink
    for axis in figure.axis:
        axis.update(
            axis_label_text_color=p.ink,
            major_label_text_color=p.ink,
            axis_line_color=p.dim,
            major_tick_line_color=p.dim,
        )
    for grid in figure.grid:
        grid.grid_line_color = p.rule


# Properties that the document's theme sets are not overridden by the page's own styling of Bokeh.
BOKEH_THEME = Theme(
    json={
        "attrs": {
            "Axis": {
                "axis_label_text_font": FONT,
                "axis_label_text_font_size": "18px",
                "axis_label_text_font_style": "normal",
                "axis_label_standoff": 6,
                "major_label_text_font": FONT,
                "major_label_text_font_size": "15px",
                "minor_tick_line_color": None,
            },
            "ColorBar": {"major_label_text_font": FONT, "major_label_text_font_size": "15px"},
            "Plot": {"outline_line_width": 1},
            "Grid": {"grid_line_width": 1},
            "Legend": {"label_text_font": FONT, "label_text_font_size": "18px"},
            "Title": {"text_font": FONT, "text_font_size": "16px", "text_font_style": "bold"},
        }
    }
)


def _material(p: Palette) -> dict:
    return {
        "palette": {
            "primary": {"main": p.accent},
            "background": {"default": p.page, "paper": p.paper},
            "text": {"primary": p.ink, "secondary": p.dim},
        },
        "typography": {"fontSize": 15},
        "components": {
            **{name: _styled(**dict.fromkeys(parts, STILL)) for name, parts in MOVING.items()},
            "MuiButtonBase": _styled(root={"&.Mui-focusVisible": _ring(2), FINGER: TOUCHED, **STILL, **NO_RIPPLE}),
            "MuiTab": _styled(root={"&.Mui-focusVisible": _ring(-4)}),
            "MuiSlider": _styled(
                thumb={"&.Mui-focusVisible": _ring(2), **STILL}, track=STILL, root={FINGER: {"padding": "21px 0"}}
            ),
            "MuiOutlinedInput": _styled(
                root={
                    "&.Mui-focused .MuiOutlinedInput-notchedOutline": {"borderColor": FOCUS, "borderWidth": "3px"},
                    FINGER: TOUCHED,
                }
            ),
        },
    }


def _styled(**parts: dict) -> dict:
    return {"styleOverrides": parts}


def _ring(offset: int) -> dict:
    """The outline of the focused element; the offset is in pixels."""
    return {"outline": f"3px solid {FOCUS}", "outlineOffset": f"{offset}px"}


THEME = {"light": _material(LIGHT), "dark": _material(DARK)}

PAGE_CSS = stylesheet(Path(__file__).with_suffix(".css"))
REFLOW = stylesheet(Path(__file__).with_name("reflow.css"))  # of the rows of a view, whose classes name their parts

PAGE_STYLE = {
    "& .MuiToolbar-root": {"minHeight": "44px !important", "display": "var(--in-the-laboratory, flex)"},
    "& .MuiAppBar-root": {
        "display": "var(--in-the-laboratory, flex)",
        "backgroundColor": "#12344f !important",
        "color": "#ffffff",
    },
    "& .MuiAppBar-root .title": {"fontSize": "1.375rem", "letterSpacing": "0.02em"},
    "& a:focus-visible": _ring(4),
    # drawn although no indicator is requested, and without a name
    "& .MuiLinearProgress-root": {"display": "none"},
    # keeps the space under the app bar, but would be announced as an empty heading
    "& main h5": {"visibility": "hidden"},
}
TABS_STYLE = {
    "& .MuiTabs-root, & .MuiTab-root": {"minHeight": "38px", FINGER: TOUCHED},
    "& .MuiTab-root": {
        "fontSize": "var(--tab-type, 1rem)",
        "letterSpacing": "var(--tab-spacing, 0.02857em)",
        "minWidth": "var(--tab-width, 90px)",
        "textTransform": "none",
        "padding": "var(--tab-padding, 6px 16px)",
    },
    "& .MuiTabs-root": {"marginRight": "var(--tabs-end, 0px)"},
}
