import { columns } from "../../browser/columns.mjs"
import { numbersAt } from "../../layers/step_numbers.mjs"
import { equations, legend } from "../../widgets/step_equations.mjs"

/** The equations of the step that is shown, of one rule at a time. */
export function card(root, { setup, sources, clock, arrow }, state) {
  const section = root.querySelector(".anatomy"), choice = section.querySelector("select")
  const lines = section.querySelector(".lines")
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
      lines.innerHTML = ""
      return
    }
    const numbers = numbersAt(clock.value, sources[`anatomy ${wanted.place}`], setup.names)
    const { rho, learning_rate: [rate] } = columns(sources.hyperparameters)
    const texts = equations(wanted, clock.value, numbers, rho[setup.places.indexOf(wanted.place)], rate)
    const caption = legend(wanted, arrow.scale)
    lines.innerHTML = [...texts, ...(caption === "" ? [] : [caption])].map((text) => `<p>${text}</p>`).join("")
  }
  choice.addEventListener("change", update)
  for (const { change } of [clock.properties.value, sources.playback.properties.data, arrow.properties.scale]) {
    change.connect(update)
  }
  update()
}
