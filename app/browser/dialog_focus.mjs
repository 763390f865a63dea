const within = (root) =>
  [...root.querySelectorAll("*")].flatMap((element) => [
    element,
    ...(element.shadowRoot ? within(element.shadowRoot) : []),
  ])
const modal = (event) => event.composedPath().find((element) => element.classList?.contains("MuiModal-root"))

/** Where Tab goes from an element of a dialog so as to stay in it; undefined where it stays by itself. */
export function nextStop(element, dialog, stops, backwards) {
  const first = stops[0] ?? dialog, last = stops[stops.length - 1] ?? dialog
  if (backwards) return element === first || element === dialog ? last : undefined
  return element === last ? first : undefined
}

function stay(event) {
  const path = event.composedPath(), dialog = path.find((element) => element.getAttribute?.("role") === "dialog")
  if (event.key !== "Tab" || dialog === undefined) return
  const stops = within(dialog).filter((element) =>
    element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true })
  )
  const next = nextStop(path[0], dialog, stops, event.shiftKey)
  if (next === undefined) return
  event.preventDefault()
  next.focus({ focusVisible: true })
}

function unfold(event) {
  const list = event.composedPath()[0]
  if (!["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key) || !list.matches?.(".MuiSelect-select")) return
  if (list.getAttribute("aria-expanded") === "true") return
  event.preventDefault()
  list.click()
}

export default ({ closing }) => {
  let before = null
  const restore = (dialog, until) => {
    if (!dialog.isConnected) before?.focus({ focusVisible: true })
    else if (performance.now() < until) setTimeout(() => restore(dialog, until), 50)
  }
  const remember = (event) => {
    const open = modal(event)
    if (open === undefined) before = event.composedPath()[0].closest?.("button, a, input, [tabindex]") ?? null
    else if (event.type === "click" || ["Escape", "Enter", " "].includes(event.key)) {
      restore(open, performance.now() + closing)
    }
  }
  globalThis.addEventListener("keydown", remember, { capture: true })
  globalThis.addEventListener("click", remember, { capture: true })
  globalThis.addEventListener("keydown", stay, { capture: true })
  globalThis.addEventListener("keydown", unfold, { capture: true })
}
