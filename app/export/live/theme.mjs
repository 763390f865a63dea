/** Sets what has two values, `variants` holding model, property, and both, to the second or to the first. */
export function vary(variants, second) {
  for (const [model, name, one, other] of variants) model[name] = second ? other : one
}

/** Follows the system's light or dark theme, and a button; `variants` holds model, property, light and dark. */
export function theme(root, variants) {
  const system = matchMedia("(prefers-color-scheme: dark)"), button = root.querySelector(".theme")
  const apply = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light"
    button.textContent = dark ? "Light theme" : "Dark theme"
    vary(variants, dark)
  }
  system.addEventListener("change", () => apply(system.matches))
  button.addEventListener("click", () => apply(document.documentElement.dataset.theme !== "dark"))
  apply(system.matches)
}
