const HIDDEN = "position: fixed; top: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"

// The one place of a page from which words are read out.
function liveRegion() {
  const region = document.getElementById("spoken")
  if (region !== null) return region
  const made = Object.assign(document.createElement("div"), { id: "spoken" })
  made.setAttribute("role", "status")
  made.style.cssText = HIDDEN
  document.body.append(made)
  return made
}

export default ({ figure, spoken, debounce }) => {
  const region = liveRegion(), { words } = spoken
  // silently, because a change of attributes repaints the figure
  figure.setv({ html_attributes: { role: "figure", "aria-label": words } }, { silent: true })
  Bokeh.index.find_one(figure)?.el.setAttribute("aria-label", words)
  clearTimeout(Number(region.dataset.timer))
  region.dataset.timer = setTimeout(() => {
    region.textContent = words
  }, debounce)
}
