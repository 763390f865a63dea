import { followTypeSize } from "../browser/type_size.mjs"

const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select"
const TAKES_LETTERS = new Set(["dialog", "listbox", "combobox"])
const THEME = "samscape-theme" // what the visitor chose, where that differs from the browser's preference

/** The theme that a page is to have: what was chosen here, or what the browser prefers. */
export const isDark = (chosen, prefersDark) => chosen === null ? prefersDark : chosen === "dark"

// Browsers that keep nothing for a page throw where they are asked.
function remembered() {
  try {
    return localStorage.getItem(THEME)
  } catch {
    return null
  }
}
function remember(dark, prefersDark) {
  try {
    if (dark === prefersDark) localStorage.removeItem(THEME)
    else localStorage.setItem(THEME, dark ? "dark" : "light")
  } catch { /* it then lasts as long as the page */ }
}

/** Has the theme follow the browser's preference, or what the visitor chose, from one page to the next. */
function followTheme(model) {
  const page = model.roots().find((root) => root.data?.dark_theme !== undefined)?.data
  if (!page) return
  const preference = matchMedia("(prefers-color-scheme: dark)")
  const follow = () => {
    const dark = isDark(remembered(), preference.matches)
    if (page.dark_theme !== dark) page.dark_theme = dark
  }
  follow()
  preference.addEventListener("change", follow)
  globalThis.addEventListener("storage", ({ key }) => key === THEME && follow()) // chosen in another tab
  page.properties.dark_theme.change.connect(() => remember(page.dark_theme, preference.matches))
}

/** Projector mode: a class of the page, from which its stylesheets follow, the key P, and a button that leaves it. */
function followProjector(channel, changed) {
  const leave = Object.assign(document.createElement("button"), {
    type: "button",
    className: "leave-projector",
    textContent: "✕",
    title: "Leave projector mode (P)",
  })
  leave.setAttribute("aria-label", "Leave projector mode")
  const show = () => {
    document.documentElement.classList.toggle("projector", channel.projector)
    if (channel.projector) document.body.append(leave)
    else leave.remove()
    changed()
    globalThis.dispatchEvent(new Event("resize"))
  }
  leave.addEventListener("click", () => {
    channel.projector = false
  })
  globalThis.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "p" || event.ctrlKey || event.metaKey || event.altKey) return
    const path = event.composedPath()
    if (path[0].closest?.(FIELDS) || path.some((element) => TAKES_LETTERS.has(element.getAttribute?.("role")))) return
    event.preventDefault()
    channel.projector = !channel.projector
  })
  channel.properties.projector.change.connect(show)
  show()
}

export default ({ channel }) => {
  followTheme(channel.document)
  followProjector(channel, followTypeSize(channel.document))
}
