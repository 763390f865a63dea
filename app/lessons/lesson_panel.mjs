import { toggle } from "../layers/playback_clock.mjs"
import { columns } from "../browser/columns.mjs"
import { stepOf } from "./lesson_keys.mjs"

const PLAY_WITHIN = 4000, PLAY_PAUSE = 50 // milliseconds

function element(tag, attributes, ...content) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...content)
  return made
}

const many = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`

/** What has been answered so far, in words. */
export function answered({ places, own, others, revealed }) {
  if (revealed) return ""
  const of_class = others > 0 ? `${many(others, "answer")} of the class` : ""
  const own_words = places && own > 0 ? many(own, "prediction") : ""
  return [own_words, of_class].filter((words) => words).join(" · ")
}

const named = (model, wanted) =>
  [...model.document.all_models].find(({ name, type }) => name === wanted && type !== "Figure")

// What one scene plays does not go on in the next.
function stop(model) {
  const state = named(model, "playback state")
  if (state?.running) state.running = false
}

// Plays the runs from their first step, as soon as their positions are there.
function play(model, since = performance.now()) {
  const clock = named(model, "step"), state = named(model, "playback state"), playback = named(model, "playback")
  if (!clock || !state || !playback) return
  const runs = columns(playback).runs?.[0] ?? []
  if (runs.some((number) => number > 0)) {
    stop(model)
    clock.value = 0
    toggle(clock, state, () => 1, () => false)
  } else if (performance.now() - since < PLAY_WITHIN) setTimeout(() => play(model, since), PLAY_PAUSE)
}

export function render({ model }) {
  let shown = null, revealed = false, plays = model.content?.plays ?? 0
  const calm = matchMedia("(prefers-reduced-motion: reduce)")
  const ask = (what) => {
    model.asked = { ...what, calm: calm.matches, number: performance.now() } // the same twice is two changes
  }
  const button = (label, what, attributes = {}) => {
    const made = element("button", { type: "button", ...attributes }, label)
    made.addEventListener("click", () => ask(what))
    return made
  }
  const counter = element("p", { class: "counter" })
  const close = button("×", { do: "close" }, { "aria-label": "Close the lesson", class: "close" })
  const title = element("h2", {}),
    text = element("p", {}),
    said = element("div", { "aria-live": "polite" }, title, text)
  const prompt = element("legend", {}), answers = element("div", { class: "answers" })
  const place = { x: element("input", { inputmode: "decimal" }), y: element("input", { inputmode: "decimal" }) }
  const typed = element(
    "form",
    { class: "typed" },
    element("label", {}, "θ₁ ", place.x),
    element("label", {}, "θ₂ ", place.y),
    element("button", { type: "submit" }, "Predict"),
    button("Undo", { do: "undo" }, { class: "undo" }),
  )
  const hint = element("p", { class: "hint" }, "Click the plane, or type the place.")
  const tally = element("p", { class: "tally", role: "status" })
  const question = element("fieldset", {}, prompt, answers, hint, typed, tally)
  const verdict = element("p", { class: "verdict", role: "status" }), reveal = element("p", { class: "reveal" })
  const back = button("Back", { do: "back" }), show = button("Reveal", { do: "reveal" }, { class: "main" })
  const next = button("Next", { do: "next" })
  const body = element("div", { class: "body", tabindex: "0", role: "group", "aria-label": "Scene" })
  body.append(said, question, verdict, reveal)
  const panel = element(
    "section",
    { "aria-label": "Lesson" },
    element("header", {}, counter, close),
    body,
    element("nav", { "aria-label": "Scenes" }, back, show, next),
  )
  typed.addEventListener("submit", (event) => {
    event.preventDefault()
    const [x, y] = [place.x, place.y].map(({ value }) => Number(value.replace("−", "-") || NaN))
    for (const [field, number] of [[place.x, x], [place.y, y]]) {
      field.setAttribute("aria-invalid", String(!Number.isFinite(number)))
    }
    if (Number.isFinite(x) && Number.isFinite(y)) ask({ do: "predict", x, y })
  })

  const fillAnswers = ({ choices, chosen, right, revealed }) => {
    if (answers.children.length !== choices.length || shown === null) {
      answers.replaceChildren(...choices.map((_, index) => button("", { do: "choose", index })))
    }
    choices.forEach((choice, index) => {
      const one = answers.children[index]
      one.textContent = `${index + 1}) ${choice}`
      one.setAttribute("aria-pressed", String(index === chosen))
      one.classList.toggle("right", index === right)
      one.disabled = revealed
    })
  }
  const fill = () => {
    const content = model.content
    panel.hidden = content === null
    document.documentElement.toggleAttribute("data-lesson", content !== null)
    if (content === null) {
      shown = null
      return
    }
    const scene = `${content.lesson} ${content.number}`
    counter.textContent = `${content.lesson} · ${content.number} / ${content.count}`
    if (title.textContent !== content.title) title.textContent = content.title
    if (text.textContent !== content.text) text.textContent = content.text
    question.hidden = content.prompt === ""
    prompt.textContent = content.prompt
    fillAnswers(content)
    typed.hidden = hint.hidden = !content.places || content.revealed
    typed.querySelector(".undo").disabled = content.own === 0
    if (tally.textContent !== answered(content)) tally.textContent = answered(content)
    verdict.textContent = content.verdict
    reveal.textContent = content.reveal
    show.hidden = !content.asks || content.revealed
    back.disabled = content.number === 1
    next.disabled = content.number === content.count
    next.classList.toggle("main", show.hidden)
    if (shown !== scene) {
      shown = scene
      stop(model)
      body.scrollTop = 0
      for (const field of Object.values(place)) field.value = ""
    } else if (content.revealed && !revealed) {
      reveal.scrollIntoView({ block: "nearest" }) // a long scene has it below the panel's edge
    }
    revealed = content.revealed
    if (content.plays !== plays && !calm.matches) play(model)
    plays = content.plays
  }
  const pressed = (event) => {
    if (model.content === null) return
    const step = stepOf(event, model.content.choices.length)
    if (step === null) return
    event.preventDefault()
    event.stopImmediatePropagation()
    ask(step)
  }
  globalThis.addEventListener("keydown", pressed, { capture: true })
  model.on("remove", () => globalThis.removeEventListener("keydown", pressed, { capture: true }))
  model.on("content", fill)
  fill()
  return panel
}
