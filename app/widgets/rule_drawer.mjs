function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...content)
  return made
}

/** The rules in whose name, key or purpose every word of the text occurs. */
export function matching(rules, text) {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word)
  return rules.filter(({ key, name, purpose }) => {
    const said = `${key} ${name} ${purpose}`.toLowerCase()
    return words.every((word) => said.includes(word))
  })
}

export function render({ model }) {
  let picks = 0
  const pick = (what) => {
    picks += 1
    model.picked = { ...what, number: picks } // the same pick twice is two changes
  }
  const search = element("input", { type: "search", placeholder: "Search", "aria-label": "Search rules" })
  const added = element("ul", { "aria-label": "Added rules" })
  const rules = element("ul", { "aria-label": "Rules to add" })
  const note = element("p", { role: "status" })
  const panel = element(
    "section",
    { role: "dialog", "aria-label": "More rules" },
    element("h2", {}, "More rules"),
    added,
    search,
    note,
    rules,
  )

  const fill = () => {
    const found = matching(model.rules, search.value), full = model.added.length >= model.places
    note.textContent = full
      ? `${model.places} rules are added; remove one to add another.`
      : found.length === 0
      ? "No rule matches."
      : ""
    rules.replaceChildren(...found.map(({ key, name, purpose, takes }) => {
      const button = element("button", { "aria-label": `Add ${name}` }, "Add")
      button.disabled = full
      button.addEventListener("click", () => pick({ key }))
      const words = element(
        "div",
        {},
        element("b", {}, name),
        element("span", {}, ` ${takes}`),
        element("p", {}, purpose),
      )
      return element("li", {}, words, button)
    }))
  }
  const list = () => {
    added.replaceChildren(...model.added.map(({ place, name, line }) => {
      const button = element("button", { "aria-label": `Remove ${name}` }, "Remove")
      button.addEventListener("click", () => {
        pick({ place })
        search.focus()
      })
      const words = element("div")
      words.innerHTML = line
      words.append(name)
      return element("li", {}, words, button)
    }))
    fill()
  }
  search.addEventListener("input", fill)
  search.addEventListener("keydown", (event) => {
    const [first] = matching(model.rules, search.value)
    if (event.key === "Enter" && search.value && first && model.added.length < model.places) pick({ key: first.key })
  })
  model.on("added", list)
  list()
  setTimeout(() => search.focus(), 100)
  return panel
}
