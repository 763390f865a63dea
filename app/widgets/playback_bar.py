"""The bar under the plane: playback by hand and keyboard, and what can be laid over the picture."""

from typing import ClassVar

import param
from panel.custom import JSComponent

from app.layers.playback import RUN, SPEEDS

RESTED = 300  # milliseconds without a move after which the session is told the step

BAR = """
const ICONS = {
    play: "M8 5v14l11-7z",
    pause: "M6 5h4v14H6zM14 5h4v14h-4z",
    back: "M6 5h2v14H6zM18 5v14l-9-7z",
    forth: "M16 5h2v14h-2zM6 5l9 7-9 7z",
    loop: "M7 7h10v3l4-4-4-4v3H5v6h2zM17 17H7v-3l-4 4 4 4v-3h12v-6h-2z",
}
const icon = (name) => `<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
    <path fill="currentColor" d="${ICONS[name]}"/></svg>`

const made = (tag, attributes, content = "") => {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.innerHTML = content
    return element
}

export function render({model}) {
    const clock = [...model.document.all_models].find(({name, type}) => name === "step" && type === "Slider")
    const bar = made("div", {role: "group", "aria-label": "Playback", class: "bar"})
    const play = made("button", {"aria-label": "Play"}, icon("play"))
    const back = made("button", {"aria-label": "Step back", title: "Step back (←)"}, icon("back"))
    const forth = made("button", {"aria-label": "Step forth", title: "Step forth (→)"}, icon("forth"))
    const slider = made("input", {type: "range", min: 0, step: 1, "aria-label": "Step"})
    const number = made("output", {"aria-live": "off"})
    const speeds = SPEEDS.map((value) => `<option value="${value}">${value}×</option>`).join("")
    const speed = made("select", {"aria-label": "Speed", title: "Speed"}, speeds)
    speed.value = "1"
    const loop = made("button", {"aria-label": "Loop", title: "Loop", "aria-pressed": "false"}, icon("loop"))
    const anatomy = made("button", {class: "word", title: "Take the step that is shown apart"}, "Anatomy")
    const pin = made("button", {class: "word", title: "Keep this run on the picture, to compare with others"})
    bar.append(play, back, forth, slider, number, speed, loop, anatomy, pin)

    let resting
    const whole = () => model.anatomy ? 0 : clock.end  // where the clock is while no step is asked for
    const step = () => clock.value === whole() ? null : clock.value
    const told = () => {
        const running = Boolean(clock.running)
        if ((play.getAttribute("aria-label") === "Pause") !== running) {
            play.setAttribute("aria-label", running ? "Pause" : "Play")
            play.innerHTML = icon(running ? "pause" : "play")
        }
        play.title = `${running ? "Pause" : "Play"} (space)${model.every > 1 ? `: every ${model.every}th start` : ""}`
        const wanted = running || clock.value < clock.end
        if (model.wanted !== wanted) model.wanted = wanted
        clearTimeout(resting)
        resting = setTimeout(() => { if (!clock.running && model.step !== step()) model.step = step() }, RESTED)
    }
    const shown = () => {
        slider.max = clock.end
        slider.value = clock.value
        number.textContent = `${clock.value} / ${clock.end}`
        told()
    }
    const asked = () => {
        if (model.step === step()) return
        clock.running = false
        clock.value = Math.min(model.step ?? whole(), clock.end)
        told()
    }
    const dissect = () => {  // the end has no step that follows
        const [from, to] = model.anatomy ? [clock.end, 0] : [0, clock.end]
        if (clock.value === from) move(clock, to - from, told)
        else told()
    }
    const pressed = () => {
        anatomy.setAttribute("aria-pressed", model.anatomy)
        pin.setAttribute("aria-pressed", model.pinned)
        pin.textContent = model.pinned ? "Unpin A" : "Pin as A"
    }
    const start_or_stop = () =>
        toggle(clock, () => Number(speed.value), () => loop.getAttribute("aria-pressed") === "true", told)

    play.addEventListener("click", start_or_stop)
    back.addEventListener("click", () => move(clock, -1, told))
    forth.addEventListener("click", () => move(clock, 1, told))
    slider.addEventListener("input", () => move(clock, Number(slider.value) - clock.value, told))
    loop.addEventListener("click", () =>
        loop.setAttribute("aria-pressed", loop.getAttribute("aria-pressed") !== "true"))
    anatomy.addEventListener("click", () => { model.anatomy = !model.anatomy })
    pin.addEventListener("click", () => { model.pinned = !model.pinned })
    bar.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target === speed) return
        if (event.key === "ArrowLeft") move(clock, -1, told)
        else if (event.key === "ArrowRight") move(clock, 1, told)
        else if (event.key === " " && event.target === slider) start_or_stop()  // on a button, space presses it
        else return
        event.preventDefault()
    })
    // A figure is sized anew when a neighbour asks for it, which a text that grows while another vanishes forgets.
    const curve = [...model.document.all_models].find(({name, type}) => name === "loss" && type === "Figure")
    const follow = () => {
        const view = Bokeh.index.find_one(curve)
        if (!view) return requestAnimationFrame(follow)
        let [width, height] = [view.el.offsetWidth, view.el.offsetHeight]
        new ResizeObserver(() => {
            if (view.el.offsetWidth === width && view.el.offsetHeight === height) return
            [width, height] = [view.el.offsetWidth, view.el.offsetHeight]
            view.invalidate_layout()
        }).observe(view.el)
    }
    if (curve) follow()
    for (const property of ["value", "end"]) clock.properties[property].change.connect(shown)
    clock.properties.end.change.connect(() => { if (!clock.running) asked() })  // a later step is there only now
    model.on(["anatomy", "pinned"], pressed)
    model.on("anatomy", dissect)
    model.on("every", told)
    model.on("step", asked)
    shown()
    asked()
    pressed()
    return bar
}
"""

CSS = """
:host { --line: color-mix(in srgb, var(--mui-palette-text-primary, #17202b) 30%, transparent); }
.bar { display: flex; align-items: center; gap: 3px; height: 36px; width: 100%;
  color: var(--mui-palette-text-primary, #17202b); font: 15px Roboto, "DejaVu Sans", sans-serif; }
.bar button, .bar select { font: inherit; color: inherit; background: transparent; border: 1px solid transparent;
  border-radius: 5px; height: 32px; padding: 0 4px; cursor: pointer; display: inline-flex; align-items: center;
  white-space: nowrap; flex: none; }
.bar select { padding: 0 1px; border-color: var(--line); }
.bar option { color: #17202b; background: #fff; }
.bar .word { padding: 0 9px; margin-left: 3px; border-color: var(--line); }
.bar button:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
.bar button[aria-pressed="true"] { background: var(--mui-palette-primary-main, #1c5d8f); border-color: transparent;
  color: var(--mui-palette-primary-contrastText, #fff); }
.bar input { flex: 1 1 40px; min-width: 40px; height: 32px; margin: 0 4px;
  accent-color: var(--mui-palette-primary-main, #1c5d8f); cursor: pointer; }
.bar output { min-width: 76px; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
  padding-right: 5px; }
:focus-visible { outline: 3px solid #e8590c; outline-offset: 1px; }
"""


class Player(JSComponent):
    """The bar. It moves the clock of `app.layers.playback`, found in the page, and tells the session little."""

    wanted = param.Boolean(default=False, doc="whether a visitor plays, or looks at a step before the last")
    anatomy = param.Boolean(default=False, doc="whether the step that is shown is taken apart")
    pinned = param.Boolean(default=False, doc="whether a run is kept as A")
    step = param.Integer(
        default=None, doc="shown once the clock rests; None for the whole, or the first one taken apart"
    )
    every = param.Integer(default=1, doc="every how many starts one is played")

    _esm = f"const SPEEDS = {list(SPEEDS)}, RESTED = {RESTED}\n{RUN}\n{BAR}"
    _stylesheets: ClassVar[list[str]] = [CSS]
