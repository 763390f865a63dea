import { card } from "./card.mjs"
import { compute } from "./compute.mjs"
import { controls } from "./controls.mjs"
import { linked } from "./linked.mjs"
import { player } from "./player.mjs"
import { described, show } from "./show.mjs"

const MOVING = 30, AFTERWARDS = 1500 // ms that runs may take while something moves, and after that
const REST = 250 // ms without a change
const HELD = 600_000 // positions of one rule that a page keeps

/** Every how many starts one is run, so that it takes no longer than this at so many ms an update. */
function spread({ mode, size, rules, steps }, { unit }, cost, most) {
  const number = mode === "one" ? 1 : mode === "grid" ? size * size : unit[0].length
  const updates = number * steps * Math.max(rules.length, 1)
  return Math.max(1, Math.ceil(updates * cost / most), Math.ceil(number * (steps + 1) / HELD))
}

/**
 * Has a picture computed and drawn as its form, its handle and its buttons say.
 *
 * @param root what it is in
 * @returns its state; `set`, which changes that and draws; and `runs`, which gives those that are drawn; or null where
 *   the page cannot compute
 */
export function stage(root, page) {
  const { setup, sources, touch, clock, figures } = page
  player(root, page)
  if (setup === null) return null
  const state = { ...setup.state, rules: [...setup.state.rules], tapped: null, number: 1000 }
  let cost = 1e-4, waiting = false, rest, runs = []
  Object.assign(state, linked(setup))
  card(root, page, state)

  const place = () => {
    const one = state.mode === "one"
    sources["start handle"].data = {
      x: [one ? state.x : state.centre_x],
      y: [one ? state.y : state.centre_y],
      half: [one ? 0 : state.half_width],
      free: [!one],
    }
  }
  const draw = (most, says = true) => {
    const every = spread(state, setup, cost, most), before = performance.now()
    runs = compute(state, every, page)
    const updates = runs.reduce((sum, { n }) => sum + n, 0) * state.steps
    if (updates > 0) cost = 0.5 * cost + 0.5 * (performance.now() - before) / updates
    state.number += 1
    show(runs, state, page)
    if (!says) return every
    const { table, sentence } = described(runs, state, page)
    root.querySelector(".table").innerHTML = table
    const part = every > 1 && sentence !== "" ? ` One start in ${every} is run.` : ""
    root.querySelector(".sentence").textContent = `${sentence}${part}`
    return every
  }
  const changed = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      clearTimeout(rest)
      if (draw(MOVING) > 1) rest = setTimeout(() => draw(AFTERWARDS), REST)
    })
  }
  const shown = controls(root, setup, state, (name) => {
    if (name === "anatomy") clock.value = state.anatomy ? 0 : clock.end // the end has no step that follows
    place()
    changed()
  })
  touch.properties.place.change.connect(() => {
    const [x, y, half] = touch.place
    Object.assign(state, state.mode === "one" ? { x, y } : { centre_x: x, centre_y: y, half_width: half })
    shown()
    changed()
  })
  figures.plane.on_event("tap", ({ x, y }) => {
    if (state.tapped === null) touch.place = [x, y, state.half_width]
    else state.tapped(x, y)
  })
  for (const range of [figures.plane.x_range, figures.plane.y_range]) range.change.connect(changed) // names
  if (page.draws) draw(AFTERWARDS, false) // what is said of it has been written already
  if (location.hash !== "") {
    place()
    changed()
  }
  const set = (values) => {
    Object.assign(state, values)
    shown()
    place()
    clearTimeout(rest)
    draw(AFTERWARDS)
  }
  return { state, set, runs: () => runs }
}
