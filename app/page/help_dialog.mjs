import { isTyped } from "../browser/typed.mjs"

// The key "?" asks for help, except where it is typed.
export default ({ channel }) => {
  globalThis.addEventListener("keydown", (event) => {
    if (event.key !== "?" || isTyped(event)) return
    event.preventDefault()
    channel.presses += 1
  })
}
