import { columns } from "../browser/columns.mjs"
import { numbersAt } from "../layers/step_numbers.mjs"
import { reason } from "./step_reason.mjs"
import { sliceDrawing, sliceShown } from "./step_slice.mjs"
import { stageControls, STAGES } from "./step_stages.mjs"

/** A number in few digits. */
export function signed(value) {
  if (!Number.isFinite(value)) return "not finite"
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toFixed(3)
  return text.replaceAll("-", "−")
}

const pair = (x, y) => `<span class="pair">(${signed(x)}, ${signed(y)})</span>`

/** The equations of a rule's step, as HTML, one a line, each after the stage that it belongs to. */
export function equations(rule, step, numbers, rho, rate) {
  const { x, y, gx, gy, vx, vy, dx, dy, hx, hy, nx, ny, sx, sy } = numbers
  const g = "<i>g</i>", v = "<i>v</i>", there = "∇ℓ(θ + δ)"
  const lines = [
    [1, `θ = ${pair(x, y)} at step ${step}`],
    [2, `${g} = ∇ℓ(θ) = ${pair(gx, gy)}, ‖${g}‖ = ${signed(Math.hypot(gx, gy))}`],
  ]
  const alpha = Number(rate.toPrecision(4))
  if (rule.metric === null) {
    lines.push(
      [2, "This rule is given by its direction <i>d</i>: no ellipse is drawn."],
      [3, `farthest point at which it takes a gradient: θ + δ = ${pair(x + dx, y + dy)}, δ = ${pair(dx, dy)}`],
      [4, `${there} = ${pair(hx, hy)}`],
      [5, `direction <i>d</i> = ${pair(sx, sy)}`],
    )
  } else if (rule.perturbs) {
    const root = signed(Math.sqrt(gx * vx + gy * vy))
    lines.push(
      [3, rule.metric === "" ? `${v} = ${g}` : `${v} = ${rule.metric}${g} = ${pair(vx, vy)}`],
      [3, `δ = ρ ${v} ∕ √(${g}ᵀ${v}) = ${Number(rho.toPrecision(4))} ${v} ∕ ${root} = ${pair(dx, dy)}`],
      [4, `${there} = ${pair(hx, hy)}`],
    )
  }
  const [name, along] = rule.metric === null ? ["<i>d</i>", pair(sx, sy)] : [rule.perturbs ? there : g, pair(hx, hy)]
  const to = pair(nx, ny)
  lines.push([6, rule.course ? `θ′ = ${to}, by ${rule.course}` : `θ′ = θ − α ${name} = θ − ${alpha} ${along} = ${to}`])
  return lines
}

/**
 * What the arrow of a rule's step is, `scale` times the gradient; nothing for a rule that draws none.
 *
 * @param least length that arrows are drawn with
 */
export function legend(rule, { hx, hy }, { scale, least }) {
  if (!rule.perturbs) return ""
  const length = scale * Math.hypot(hx, hy), what = `Arrow: −${Number(scale.toPrecision(1))} ∇ℓ(θ + δ)`
  return length > 0 && length < least ? `${what}, drawn longer than its length ${signed(length)}` : what
}

/** The card, as HTML, up to the arrow's stage: why the step goes where it goes, its equations, the arrow's scale. */
export function paragraphs(rule, step, numbers, following, rho, rate, arrow) {
  const stage = arrow.stage === 0 ? STAGES.length - 1 : arrow.stage
  const why = stage < STAGES.length - 1 ? "" : reason(rule, numbers, following)
  const caption = stage < 4 ? "" : legend(rule, numbers, arrow)
  return [
    ...(why === "" ? [] : [`<p class="reason">${why}</p>`]),
    ...equations(rule, step, numbers, rho, rate).filter(([from]) => from <= stage).map(([, text]) => `<p>${text}</p>`),
    ...(caption === "" ? [] : [`<p class="legend">${caption}</p>`]),
  ].join("")
}

export function render({ model }) {
  const models = [...model.document.all_models]
  const named = (name) => models.find((other) => other.name === name)
  const clock = models.find(({ name, type }) => name === "step" && type === "Slider")
  const playback = named("playback"), hyperparameters = named("hyperparameters"), arrow = named("arrow")
  const parts = Object.fromEntries(model.places.map((place) => [place, named(`anatomy ${place}`)]))
  const numbers = (place, ahead = 0) => numbersAt(clock.value + ahead, parts[place], model.quantities)
  const slices = Object.fromEntries(model.places.map((place) => [place, named(`slice ${place}`)]))
  const losses = (place) => {
    const found = numbersAt(clock.value, slices[place], model.times)
    return found && model.times.map((time) => found[time])
  }
  let chosen = null

  const card = document.createElement("section")
  card.setAttribute("aria-label", "Anatomy of one step")
  const choices = document.createElement("div")
  choices.setAttribute("role", "radiogroup")
  choices.setAttribute("aria-label", "Rule whose step is shown")
  const lines = document.createElement("div")
  lines.className = "lines"
  const slice = document.createElement("div")
  let buttons = {}
  const addButtons = () => {
    buttons = {}
    choices.replaceChildren()
    for (const { place, name, colour } of model.rules) {
      const label = document.createElement("label")
      label.innerHTML = `<input type="radio" name="anatomy"><span></span>`
      label.querySelector("span").textContent = name
      label.style.setProperty("--colour", colour)
      const input = label.querySelector("input")
      input.addEventListener("change", () => {
        chosen = place
        update()
      })
      buttons[place] = { label, input }
      choices.append(label)
    }
  }
  arrow.stage = model.stage
  model.on("stage", () => arrow.stage = model.stage)
  arrow.properties.stage.change.connect(() => model.stage = arrow.stage)
  const { group, stop } = stageControls(arrow)
  model.on("remove", stop)
  card.append(choices, group, slice, lines)

  const update = () => {
    // an added rule may have numbers before the change of the rules is announced
    if (model.rules.some(({ place }) => !(place in buttons))) addButtons()
    const present = model.rules.filter(({ place }) => numbers(place) !== null)
    for (const { place } of model.rules) buttons[place].label.hidden = !present.some((rule) => rule.place === place)
    const rule = present.find(({ place }) => place === chosen) ?? present[present.length - 1]
    if (rule === undefined) {
      lines.innerHTML = slice.innerHTML = ""
      return
    }
    buttons[rule.place].input.checked = true
    const { rho, learning_rate: [rate] } = columns(hyperparameters)
    const { place } = rule, radius = rho[model.places.indexOf(place)]
    lines.innerHTML = paragraphs(rule, clock.value, numbers(place), numbers(place, 1), radius, rate, arrow)
    slice.style.setProperty("--colour", rule.colour)
    slice.innerHTML = sliceShown(arrow) ? sliceDrawing(model.times, losses(place), numbers(place), signed) : ""
  }
  const { value } = clock.properties, { data } = playback.properties, { scale, least, stage } = arrow.properties
  for (const property of [value, data, scale, least, stage]) property.change.connect(update)
  model.on("rules", () => {
    addButtons()
    update()
  })
  addButtons()
  update()
  return card
}
