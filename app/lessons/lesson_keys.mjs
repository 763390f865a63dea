const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]"
// What arrow keys have a meaning on: sliders, tabs, lists, groups of choices, the plane and the surface.
const ARROWED = "[role=slider], [role=tab], [role=radio], [role=option], [role=menuitem], [role=application], " +
  "input[type=range], input[type=radio], [role=group][aria-label=Playback] *"
const PRESSED =
  "button, a, summary, input, [role=button], [role=tab], [role=option], [role=switch], [role=checkbox], " +
  "[role=radio], [role=menuitem], [role=slider]"

/**
 * What a key does in a lesson; null where it means something else there.
 *
 * @param choices of the scene's question
 */
export function stepOf(event, choices) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  const path = event.composedPath(), target = path[0]
  const is = (selector) => Boolean(target.closest?.(selector))
  if (is(FIELDS) || path.some((element) => element.getAttribute?.("role") === "dialog")) return null
  switch (event.key) {
    case "PageDown":
      return { do: "forward" }
    case "PageUp":
      return { do: "back" }
    case "ArrowRight":
    case "ArrowDown":
      return is(ARROWED) ? null : { do: "forward" }
    case "ArrowLeft":
    case "ArrowUp":
      return is(ARROWED) ? null : { do: "back" }
    case " ":
      return is(PRESSED) ? null : { do: "forward" }
  }
  const index = Number(event.key) - 1
  return event.key.length === 1 && index >= 0 && index < choices ? { do: "choose", index } : null
}
