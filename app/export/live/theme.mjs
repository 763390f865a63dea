/** Sets what has two values, `variants` holding model, property, and both, to the second or to the first. */
export function vary(variants, second) {
  for (const [model, name, one, other] of variants) model[name] = second ? other : one
}

/** Follows the system's light or dark theme, and buttons; `variants` holds model, property, light and dark. */
export function theme(root, variants) {
  const system = matchMedia("(prefers-color-scheme: dark)"), buttons = root.querySelectorAll(".theme")
  const apply = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light"
    for (const button of buttons) button.textContent = dark ? "Light theme" : "Dark theme"
    vary(variants, dark)
  }
  system.addEventListener("change", () => apply(system.matches))
  const other = () => apply(document.documentElement.dataset.theme !== "dark")
  for (const button of buttons) button.addEventListener("click", other)
  apply(system.matches)
}
