import { columns } from "../../browser/columns.mjs"
import { numbersAt } from "../../layers/step_numbers.mjs"
import { paragraphs, signed } from "../../widgets/step_equations.mjs"
import { lossesAlong, sliceDrawing, sliceShown } from "../../widgets/step_slice.mjs"
import { stageControls } from "../../widgets/step_stages.mjs"

/** The equations of the step that is shown and the loss along its δ, of one rule at a time. */
export function card(root, { setup, sources, clock, arrow, program }, state) {
  const section = root.querySelector(".anatomy"), choice = section.querySelector("select")
  const lines = section.querySelector(".lines"), slice = section.querySelector(".along")
  lines.before(stageControls(arrow).group)
  const update = () => {
    section.hidden = !state.anatomy
    if (!state.anatomy) return
    const present = setup.rules.filter(({ id, place }) => {
      return state.rules.includes(id) && numbersAt(clock.value, sources[`anatomy ${place}`], setup.names) !== null
    })
    const wanted = present.find(({ id }) => id === choice.value) ?? present.at(-1)
    choice.replaceChildren(
      ...present.map(({ id, short }) => new Option(short, id, false, id === wanted?.id)),
    )
    if (wanted === undefined) {
      lines.innerHTML = slice.innerHTML = ""
      return
    }
    const source = sources[`anatomy ${wanted.place}`], step = clock.value
    const [numbers, following] = [step, step + 1].map((at) => numbersAt(at, source, setup.names))
    const { rho, learning_rate: [rate] } = columns(sources.hyperparameters)
    const radius = rho[setup.places.indexOf(wanted.place)]
    slice.style.setProperty("--colour", wanted.colour)
    slice.innerHTML = sliceShown(arrow)
      ? sliceDrawing(setup.times, lossesAlong(setup.times, numbers, program.value), numbers, signed)
      : ""
    lines.innerHTML = paragraphs(wanted, step, numbers, following, radius, rate, arrow)
  }
  choice.addEventListener("change", update)
  const { scale, least, stage } = arrow.properties
  for (const { change } of [clock.properties.value, sources.playback.properties.data, scale, least, stage]) {
    change.connect(update)
  }
  update()
}
