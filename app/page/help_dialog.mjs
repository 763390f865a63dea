const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select"

// The key "?" asks for help, except where it is typed.
export default ({ channel }) => {
  globalThis.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return
    const path = event.composedPath()
    if (path[0].closest?.(FIELDS) || path.some((element) => element.getAttribute?.("role") === "dialog")) return
    event.preventDefault()
    channel.presses += 1
  })
}
