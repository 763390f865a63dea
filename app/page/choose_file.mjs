import { send } from "./send_file.mjs"

export default ({ channel, max_size }) => {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json" })
  input.addEventListener("change", () => send(channel, input.files[0], max_size))
  input.click()
}
