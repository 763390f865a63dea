"""Dialogs and lists under the keyboard: Tab stays within an open dialog, and what had the focus before has it again.

Their own care for this ends at the border of their shadow trees; and a list that unfolds does so for the mouse alone.
"""

import panel as pn
from bokeh.models import CustomJS

CLOSING = 2000  # milliseconds that a dialog may take to go

CARE = """
const within = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
    [element, ...(element.shadowRoot ? within(element.shadowRoot) : [])])
const modal = (event) => event.composedPath().find((element) => element.classList?.contains("MuiModal-root"))
let before = null

const give_back = (left, until) => {
    if (!left.isConnected) before?.focus({focusVisible: true})
    else if (performance.now() < until) setTimeout(() => give_back(left, until), 50)
}
const seen = (event) => {
    const open = modal(event)
    if (open === undefined) before = event.composedPath()[0].closest?.("button, a, input, [tabindex]") ?? null
    else if (event.type === "click" || ["Escape", "Enter", " "].includes(event.key))
        give_back(open, performance.now() + CLOSING)
}
const stay = (event) => {
    const path = event.composedPath(), dialog = path.find((element) => element.getAttribute?.("role") === "dialog")
    if (event.key !== "Tab" || dialog === undefined) return
    const stops = within(dialog).filter((element) => element.tabIndex >= 0 && !element.disabled
        && element.checkVisibility({visibilityProperty: true}))
    const first = stops[0] ?? dialog, last = stops[stops.length - 1] ?? dialog
    const leaving = event.shiftKey ? path[0] === first || path[0] === dialog : path[0] === last
    if (!leaving) return
    event.preventDefault()
    const next = event.shiftKey ? last : first
    next.focus({focusVisible: true})
}
const unfold = (event) => {
    const list = event.composedPath()[0]
    if (!["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key) || !list.matches?.(".MuiSelect-select")) return
    if (list.getAttribute("aria-expanded") === "true") return
    event.preventDefault()
    list.click()
}
window.addEventListener("keydown", seen, {capture: true})
window.addEventListener("click", seen, {capture: true})
window.addEventListener("keydown", stay, {capture: true})
window.addEventListener("keydown", unfold, {capture: true})
""".replace("CLOSING", str(CLOSING))


def care_for_focus() -> None:
    """Sets the page of the current session up."""
    if (document := pn.state.curdoc) is not None:
        document.js_on_event("document_ready", CustomJS(code=CARE))
