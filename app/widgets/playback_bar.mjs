import { move, toggle } from "../layers/playback_clock.mjs"

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M6 5h2v14H6zM18 5v14l-9-7z",
  forward: "M16 5h2v14h-2zM6 5l9 7-9 7z",
  anatomy: "M10 3a7 7 0 1 0 4.2 12.6L20 21l1.4-1.4-5.4-5.8A7 7 0 0 0 10 3zm0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
  surface: "M3 17c4-14 6 2 9-5s4-7 9-7v3c-4 0-4 1-6 6-3 8-6-5-9 5H3z",
  panels: "M3 4h8v7H3zM13 4h8v7h-8zM3 13h8v7H3zM13 13h8v7h-8z",
  pin: "M8 3h8v2h-1v6l3 3v2h-5v6h-2v-6H6v-2l3-3V5H8z",
  loop: "M7 7h10v3l4-4-4-4v3H5v6h2zM17 17H7v-3l-4 4 4 4v-3h12v-6h-2z",
}

const icon = (name) =>
  `<svg viewBox="0 0 24 24" class="icon" aria-hidden="true">
    <path fill="currentColor" d="${ICONS[name]}"/></svg>`

function element(tag, attributes, content = "") {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.innerHTML = content
  return made
}

/** A button with a word, in a narrow bar with a sign in its place. */
function named(sign, label, title) {
  return element("button", { class: "word", "aria-label": label, title }, `${icon(sign)}<span>${label}</span>`)
}

export function render({ model }) {
  const models = [...model.document.all_models]
  const clock = models.find(({ name, type }) => name === "step" && type === "Slider")
  const state = models.find(({ name }) => name === "playback state")
  const bar = element("div", { role: "group", "aria-label": "Playback", class: "bar" })
  const play = element("button", { "aria-label": "Play" }, icon("play"))
  const back = element("button", { "aria-label": "Step back", title: "Step back (←)" }, icon("back"))
  const forward = element("button", { "aria-label": "Step forward", title: "Step forward (→)" }, icon("forward"))
  const slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Step" })
  const number = element("output", { "aria-live": "off" })
  const speeds = model.speeds.map((value) => `<option value="${value}">${value}×</option>`).join("")
  const speed = element("select", { class: "aside", "aria-label": "Speed", title: "Speed" }, speeds)
  speed.value = "1"
  const loop = element(
    "button",
    { class: "aside", "aria-label": "Loop", title: "Loop", "aria-pressed": "false" },
    icon("loop"),
  )
  const anatomy = named("anatomy", "Anatomy", "Break down the current step")
  const surface = named("surface", "Surface", "Show the loss in space, beside the plane")
  const panels = named("panels", "Panels", "One panel per rule")
  const pin = named("pin", "Pin as A", "Keep this run visible as A, for comparison")
  bar.append(play, back, forward, slider, number, speed, loop, anatomy, surface, panels, pin)

  let debounce
  const whole = () => model.anatomy ? 0 : clock.end // where the clock is while no step is asked for
  const step = () => clock.value === whole() ? null : clock.value
  const tell = () => {
    const { running } = state
    if ((play.getAttribute("aria-label") === "Pause") !== running) {
      play.setAttribute("aria-label", running ? "Pause" : "Play")
      play.innerHTML = icon(running ? "pause" : "play")
    }
    play.title = `${running ? "Pause" : "Play"} (space)${model.every > 1 ? `: one start in ${model.every}` : ""}`
    const wanted = running || clock.value < clock.end
    if (model.wanted !== wanted) model.wanted = wanted
    clearTimeout(debounce)
    debounce = setTimeout(() => {
      if (!state.running && model.step !== step()) model.step = step()
    }, model.debounce)
  }
  const update = () => {
    slider.max = clock.end
    slider.value = clock.value
    number.textContent = `${clock.value} / ${clock.end}`
    tell()
  }
  const goToStep = () => {
    if (model.step === step()) return
    state.running = false
    clock.value = Math.min(model.step ?? whole(), clock.end)
    tell()
  }
  const switchAnatomy = () => { // the end has no step that follows
    const [from, to] = model.anatomy ? [clock.end, 0] : [0, clock.end]
    if (clock.value === from) move(clock, state, to - from)
    tell()
  }
  const updatePressed = () => {
    anatomy.setAttribute("aria-pressed", model.anatomy)
    surface.setAttribute("aria-pressed", model.surface)
    panels.setAttribute("aria-pressed", model.panels)
    pin.setAttribute("aria-pressed", model.pinned)
    anatomy.hidden =
      surface.hidden =
      panels.hidden =
      pin.hidden =
        model.simple
    const label = model.pinned ? "Unpin A" : "Pin as A"
    pin.setAttribute("aria-label", label)
    pin.querySelector("span").textContent = label
  }
  const startOrStop = () =>
    toggle(clock, state, () => Number(speed.value), () => loop.getAttribute("aria-pressed") === "true")

  play.addEventListener("click", startOrStop)
  back.addEventListener("click", () => move(clock, state, -1))
  forward.addEventListener("click", () => move(clock, state, 1))
  slider.addEventListener("input", () => move(clock, state, Number(slider.value) - clock.value))
  loop.addEventListener("click", () => {
    loop.setAttribute("aria-pressed", loop.getAttribute("aria-pressed") !== "true")
  })
  anatomy.addEventListener("click", () => {
    model.anatomy = !model.anatomy
  })
  surface.addEventListener("click", () => {
    model.surface = !model.surface
  })
  panels.addEventListener("click", () => {
    model.panels = !model.panels
  })
  pin.addEventListener("click", () => {
    model.pinned = !model.pinned
  })
  bar.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === speed) return
    if (event.key === "ArrowLeft") move(clock, state, -1)
    else if (event.key === "ArrowRight") move(clock, state, 1)
    else if (event.key === " " && event.target === slider) startOrStop() // on a button, space presses it
    else return
    event.preventDefault()
  })
  for (const property of ["value", "end"]) clock.properties[property].change.connect(update)
  clock.properties.end.change.connect(() => {
    if (!state.running) goToStep() // a later step is there only now
  })
  state.properties.running.change.connect(tell)
  model.on(["anatomy", "surface", "panels", "pinned", "simple"], updatePressed)
  model.on("anatomy", switchAnatomy)
  model.on("every", tell)
  model.on("step", goToStep)
  update()
  goToStep()
  updatePressed()
  return bar
}
