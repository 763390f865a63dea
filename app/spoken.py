"""Pictures for those who do not see them: what a figure shows, in words, read out once it rests."""

from bokeh.models import CustomJS
from bokeh.plotting import figure as Figure

RESTED = 900  # milliseconds without a change after which the words are read out

SAY = """
let region = document.getElementById("spoken")
if (region === null) {
    region = Object.assign(document.createElement("div"), {id: "spoken"})
    region.setAttribute("role", "status")
    region.style.cssText = "position: fixed; top: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
    document.body.append(region)
}
const attributes = figure.html_attributes
const words = attributes instanceof Map ? attributes.get("aria-label") : attributes["aria-label"]
clearTimeout(region.waiting)
region.waiting = setTimeout(() => { region.textContent = words }, RESTED)
""".replace("RESTED", str(RESTED))

# Bokeh lets every canvas be reached by Tab; one that takes no keys is only in the way.
PASS_BY = "Bokeh.index.find_one(figure).canvas_view.events_el.removeAttribute('tabindex')"


def describe(figure: Figure, words: str) -> None:
    """Gives a figure a name for screen readers."""
    figure.html_attributes = {"role": "figure", "aria-label": words}


def read_out(figure: Figure) -> None:
    """Has the figure's name read out when it has changed and rests."""
    figure.js_on_change("html_attributes", CustomJS(args={"figure": figure}, code=SAY))


def pass_by(figure: Figure) -> None:
    """Takes a figure that only shows out of the way of the Tab key."""
    figure.js_on_change("inner_width", CustomJS(args={"figure": figure}, code=PASS_BY))
