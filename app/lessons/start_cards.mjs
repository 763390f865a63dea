const SEEN = "samscape-cards-seen"

// Browsers that keep nothing for a page throw where they are asked.
function seen() {
  try {
    return localStorage.getItem(SEEN) !== null
  } catch {
    return true
  }
}

export function render({ model }) {
  const row = document.createElement("section")
  if (seen() || new URLSearchParams(location.search).has("lesson")) return row
  row.setAttribute("aria-label", "First steps")
  const dismiss = () => {
    localStorage.setItem(SEEN, "1")
    row.replaceChildren()
    row.removeAttribute("aria-label")
    globalThis.dispatchEvent(new Event("resize"))
  }
  const button = (pressed, ...content) => {
    const made = Object.assign(document.createElement("button"), { type: "button" })
    made.append(...content)
    made.addEventListener("click", pressed)
    return made
  }
  const cards = model.cards.map(({ title, about }, card) => {
    const name = Object.assign(document.createElement("b"), { textContent: title })
    return button(
      () => {
        model.opened = { card, number: performance.now() }
        dismiss()
      },
      name,
      document.createTextNode(` ${about}`),
    )
  })
  const close = button(dismiss, "×")
  close.setAttribute("aria-label", "Dismiss these cards")
  close.className = "close"
  row.append(...cards, close)
  return row
}
