import { isTyped } from "../browser/typed.mjs"

/** What each stage of a step adds to those before it; at 0 the whole step is drawn at once. */
export const STAGES = [
  "whole step",
  "θ",
  "the set that is searched",
  "the perturbed point θ + δ",
  "the gradient there",
  "carried back to θ",
  "the step to θ′",
]

/** The stage that a key leads to; null for other keys. */
export function stageAfter(key, stage) {
  if (key !== "." && key !== ",") return null
  return (stage + (key === "." ? 1 : STAGES.length - 1)) % STAGES.length
}

/**
 * Buttons and keys that step through the stages of `arrow`, while they are visible.
 *
 * @returns the group of buttons, and what stops listening to keys
 */
export function stageControls(arrow) {
  const group = document.createElement("div"), text = document.createElement("output")
  group.className = "stages"
  group.setAttribute("role", "group")
  group.setAttribute("aria-label", "Stages of the step")
  const button = (key, sign, label) => {
    const made = document.createElement("button")
    made.type = "button"
    made.textContent = sign
    made.title = `${label} (key ${key})`
    made.setAttribute("aria-label", label)
    made.addEventListener("click", () => arrow.stage = stageAfter(key, arrow.stage))
    return made
  }
  group.append(button(",", "‹", "Previous stage"), button(".", "›", "Next stage"), text)
  const write = () => {
    text.textContent = arrow.stage === 0 ? STAGES[0] : `${arrow.stage} of ${STAGES.length - 1}: ${STAGES[arrow.stage]}`
  }
  const pressed = (event) => {
    const stage = stageAfter(event.key, arrow.stage)
    if (stage === null || isTyped(event) || !group.checkVisibility()) return
    event.preventDefault()
    arrow.stage = stage
  }
  arrow.properties.stage.change.connect(write)
  globalThis.addEventListener("keydown", pressed)
  write()
  return { group, stop: () => globalThis.removeEventListener("keydown", pressed) }
}
