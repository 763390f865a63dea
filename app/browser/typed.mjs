const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select"

/** Whether a key is typed into a field, meant for a dialog, or part of the browser's own shortcut. */
export function isTyped(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true
  const path = event.composedPath()
  if (path[0].closest?.(FIELDS)) return true
  return path.some((element) => element.getAttribute?.("role") === "dialog")
}
