import { valueAt } from "../../widgets/number_slider.mjs"

const positionOf = (value, { log, low }) => log ? Math.log10(Math.max(value, low)) : value

/**
 * Has the form show the state and change it.
 *
 * @param changed is called with the name of what was changed
 * @returns shows the state
 */
export function controls(root, setup, state, changed) {
  const form = root.querySelector("form.live"), message = root.querySelector(".refusal")
  const show = () => {
    for (const input of form.querySelectorAll("input[type=number]")) {
      if (input !== document.activeElement || input.value === "") input.value = Number(state[input.name].toPrecision(4))
    }
    for (const slider of form.querySelectorAll("input[type=range]")) {
      slider.value = positionOf(state[slider.dataset.of], setup.sliders[slider.dataset.of])
    }
    for (const box of form.querySelectorAll("[name=rule][type=checkbox]")) box.checked = state.rules.includes(box.value)
    for (const select of form.querySelectorAll("[name=mode]")) select.value = state.mode
    for (const box of form.querySelectorAll("[name=anatomy]")) box.checked = state.anatomy
    for (const part of form.querySelectorAll("[data-mode]")) {
      part.hidden = !part.dataset.mode.split(" ").includes(state.mode)
    }
  }
  const change = (input) => {
    const { name, type, value } = input
    if (type === "range") {
      state[input.dataset.of] = valueAt(Number(value), setup.sliders[input.dataset.of])
    } else if (name === "rule") {
      const boxes = [...form.querySelectorAll("[name=rule]")], { place } = setup.rules.find(({ id }) => id === value)
      for (const { id } of setup.rules.filter((rule) => rule.place === place && rule.id !== value)) { // of one colour
        boxes.find((box) => box.value === id).checked = false
      }
      state.rules = boxes.filter(({ checked }) => checked).map((box) => box.value)
    } else if (type === "checkbox") {
      state[name] = input.checked
    } else if (type === "number") {
      const { low, high, whole, refusal } = setup.limits[name], number = Number(value)
      const fine = value !== "" && number >= low && number <= high && (!whole || Number.isInteger(number))
      input.toggleAttribute("aria-invalid", !fine)
      message.textContent = fine ? "" : refusal
      if (!fine) return
      state[name] = number
    } else {
      state[name] = value
    }
    show()
    changed(name)
  }
  form.addEventListener("input", ({ target }) => change(target))
  form.addEventListener("submit", (event) => event.preventDefault())
  show()
  return show
}
