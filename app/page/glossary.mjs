import { record } from "../browser/columns.mjs"

const BEARERS = "th, td, dt, b, small, label, legend, p, span, button"
const LONGEST = 30 // characters of a text that may be a term
const MARGIN = 8 // px between a term and its sentence

/** The name under which a text on the screen stands in the table of terms. */
export function termOf(text) {
  const name = text.trim().toLowerCase().replace(/\s+/g, " ")
  return /^\d+-cycle$/.test(name) && name !== "2-cycle" ? "longer cycle" : name
}

/** The text that an element holds itself, without that of elements in it. */
const ownText = ({ childNodes }) =>
  [...childNodes].map((node) => node.nodeType === Node.TEXT_NODE ? node.textContent : "").join("")

/** The names of a control, as screen readers say them. */
export function namesOf(element) {
  const root = element.getRootNode(), ids = element.getAttribute("aria-labelledby")?.split(" ") ?? []
  const labels = [...ids.map((id) => root.getElementById(id)), ...element.labels ?? []]
  return [element.getAttribute("aria-label"), ...labels.map((label) => label?.textContent), ownText(element)]
    .filter(Boolean).map((name) => name.replace(/, typed$/, ""))
}

export default ({ terms }) => {
  const box = Object.assign(document.createElement("div"), { className: "glossary", hidden: true })
  box.setAttribute("role", "tooltip")
  document.body.append(box)
  let shown = null, byKey = false

  const sentenceOf = (element) => {
    if (!element?.matches?.(BEARERS) || element.textContent.length > LONGEST) return undefined
    const sentences = record(terms.sentences)
    return sentences[termOf(element.textContent)] ?? sentences[termOf(ownText(element))]
  }
  const hide = () => {
    box.hidden = true
    shown = null
  }
  const show = (element, sentence) => {
    if (shown === element) return
    shown = element
    box.textContent = sentence
    box.hidden = false
    const { left, top, bottom } = element.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = box
    const above = bottom + MARGIN + height > innerHeight
    box.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))}px`
    box.style.top = `${above ? Math.max(MARGIN, top - MARGIN - height) : bottom + MARGIN}px`
  }
  const focused = (event) => {
    const [element] = event.composedPath(), sentences = record(terms.sentences)
    const name = byKey && namesOf(element).map(termOf).find((one) => one in sentences)
    if (name) show(element, sentences[name])
    else hide()
  }
  const explain = (event) => {
    const element = event.composedPath().slice(0, 3).find((one) => sentenceOf(one) !== undefined)
    if (element) show(element, sentenceOf(element))
    else hide()
  }
  // An event with a related target would not leave the shadow root that holds both.
  for (const kind of ["pointermove", "click"]) document.addEventListener(kind, explain)
  document.addEventListener("focusin", focused) // by a click, it would cover what is beneath while that is dragged
  document.addEventListener("pointerdown", () => byKey = false, { capture: true })
  document.addEventListener("wheel", hide, { passive: true })
  document.addEventListener("keydown", (event) => {
    byKey = true
    if (event.key === "Escape") hide()
  }, { capture: true })
}
