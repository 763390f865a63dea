import { columns } from "../browser/columns.mjs"
import { numbersAt } from "../layers/step_numbers.mjs"
import { reason } from "./step_reason.mjs"

/** A number in few digits. */
export function signed(value) {
  if (!Number.isFinite(value)) return "not finite"
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toFixed(3)
  return text.replaceAll("-", "−")
}

const pair = (x, y) => `<span class="pair">(${signed(x)}, ${signed(y)})</span>`

/** The equations of a rule's step, as HTML, one a line. */
export function equations(rule, step, numbers, rho, rate) {
  const { x, y, gx, gy, vx, vy, dx, dy, hx, hy, nx, ny, sx, sy } = numbers
  const g = "<i>g</i>", v = "<i>v</i>", there = "∇ℓ(θ + δ)"
  const texts = [
    `θ = ${pair(x, y)} at step ${step}`,
    `${g} = ∇ℓ(θ) = ${pair(gx, gy)}, ‖${g}‖ = ${signed(Math.hypot(gx, gy))}`,
  ]
  const alpha = Number(rate.toPrecision(4))
  if (rule.metric === null) {
    texts.push(
      "This rule is given by its direction <i>d</i>: no ellipse is drawn.",
      `farthest point at which it takes a gradient: θ + δ = ${pair(x + dx, y + dy)}, δ = ${pair(dx, dy)}`,
      `${there} = ${pair(hx, hy)}`,
      `direction <i>d</i> = ${pair(sx, sy)}`,
      rule.course
        ? `θ′ = ${pair(nx, ny)}, by ${rule.course}`
        : `θ′ = θ − α <i>d</i> = θ − ${alpha} ${pair(sx, sy)} = ${pair(nx, ny)}`,
    )
    return texts
  }
  if (rule.perturbs) {
    const root = signed(Math.sqrt(gx * vx + gy * vy))
    texts.push(
      rule.metric === "" ? `${v} = ${g}` : `${v} = ${rule.metric}${g} = ${pair(vx, vy)}`,
      `δ = ρ ${v} ∕ √(${g}ᵀ${v}) = ${Number(rho.toPrecision(4))} ${v} ∕ ${root} = ${pair(dx, dy)}`,
      `${there} = ${pair(hx, hy)}`,
    )
  }
  if (rule.course) texts.push(`θ′ = ${pair(nx, ny)}, by ${rule.course}`)
  else texts.push(`θ′ = θ − α ${rule.perturbs ? there : g} = θ − ${alpha} ${pair(hx, hy)} = ${pair(nx, ny)}`)
  return texts
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

/** The paragraphs of the card, as HTML: why the step goes where it goes, its equations, and the arrow's scale. */
export function paragraphs(rule, step, numbers, following, rho, rate, arrow) {
  const why = reason(rule, numbers, following), caption = legend(rule, numbers, arrow)
  return [
    ...(why === "" ? [] : [`<p class="reason">${why}</p>`]),
    ...equations(rule, step, numbers, rho, rate).map((text) => `<p>${text}</p>`),
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
  let chosen = null

  const card = document.createElement("section")
  card.setAttribute("aria-label", "Anatomy of one step")
  const choices = document.createElement("div")
  choices.setAttribute("role", "radiogroup")
  choices.setAttribute("aria-label", "Rule whose step is shown")
  const lines = document.createElement("div")
  lines.className = "lines"
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
  card.append(choices, lines)

  const update = () => {
    // an added rule may have numbers before the change of the rules is announced
    if (model.rules.some(({ place }) => !(place in buttons))) addButtons()
    const present = model.rules.filter(({ place }) => numbers(place) !== null)
    for (const { place } of model.rules) buttons[place].label.hidden = !present.some((rule) => rule.place === place)
    const rule = present.find(({ place }) => place === chosen) ?? present[present.length - 1]
    if (rule === undefined) {
      lines.innerHTML = ""
      return
    }
    buttons[rule.place].input.checked = true
    const { rho, learning_rate: [rate] } = columns(hyperparameters)
    const { place } = rule, radius = rho[model.places.indexOf(place)]
    lines.innerHTML = paragraphs(rule, clock.value, numbers(place), numbers(place, 1), radius, rate, arrow)
  }
  const { value } = clock.properties, { data } = playback.properties, { scale, least } = arrow.properties
  for (const property of [value, data, scale, least]) property.change.connect(update)
  model.on("rules", () => {
    addButtons()
    update()
  })
  addButtons()
  update()
  return card
}
