/** Follows the system's light or dark theme, and a button; `variants` holds model, property, light and dark. */
export function theme(root, variants) {
  const system = matchMedia("(prefers-color-scheme: dark)"), button = root.querySelector(".theme")
  const apply = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light"
    button.textContent = dark ? "Light theme" : "Dark theme"
    for (const [model, name, light, other] of variants) model[name] = dark ? other : light
  }
  system.addEventListener("change", () => apply(system.matches))
  button.addEventListener("click", () => apply(document.documentElement.dataset.theme !== "dark"))
  apply(system.matches)
}
