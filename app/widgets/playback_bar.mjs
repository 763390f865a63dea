import { move, toggle } from "../layers/playback_clock.mjs"

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M6 5h2v14H6zM18 5v14l-9-7z",
  forward: "M16 5h2v14h-2zM6 5l9 7-9 7z",
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
  const anatomy = element("button", { class: "word", title: "Break down the current step" }, "Anatomy")
  const surface = element("button", { class: "word", title: "Show the loss in space, beside the plane" }, "Surface")
  const pin = element("button", { class: "word", title: "Keep this run visible as A, for comparison" })
  bar.append(play, back, forward, slider, number, speed, loop, anatomy, surface, pin)

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
    pin.setAttribute("aria-pressed", model.pinned)
    anatomy.hidden = surface.hidden = pin.hidden = model.simple
    pin.textContent = model.pinned ? "Unpin A" : "Pin as A"
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
  model.on(["anatomy", "surface", "pinned", "simple"], updatePressed)
  model.on("anatomy", switchAnatomy)
  model.on("every", tell)
  model.on("step", goToStep)
  update()
  goToStep()
  updatePressed()
  return bar
}
