const same = (before, after) =>
  before.nodeType === after.nodeType && before.nodeName === after.nodeName &&
  before.childNodes.length === after.childNodes.length &&
  (before.nodeType !== Node.ELEMENT_NODE || attributes(before) === attributes(after))

const attributes = ({ attributes: all }) => JSON.stringify([...all].map(({ name, value }) => [name, value]))

/** Makes one node what another is, and touches only what differs, so that the rest needs no new style or layout. */
export function morph(before, after) {
  if (!same(before, after)) before.replaceWith(after)
  else if (before.nodeType === Node.TEXT_NODE) {
    if (before.data !== after.data) before.data = after.data
  } else {
    const nodes = [...after.childNodes] // one that moves leaves the list
    for (const [at, node] of [...before.childNodes].entries()) morph(node, nodes[at])
  }
}

export function render({ model }) {
  const place = document.createElement("div"), parsed = document.createElement("template")
  place.innerHTML = model.object
  model.on("object", () => {
    parsed.innerHTML = `<div>${model.object}</div>`
    const { firstChild: wanted } = parsed.content
    if (wanted.childNodes.length !== place.childNodes.length) place.replaceChildren(...wanted.childNodes)
    else morph(place, wanted)
  })
  return place
}
