import { send } from "./send_file.mjs"

export default ({ desk, max_size }) => {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json" })
  input.addEventListener("change", () => send(desk, input.files[0], max_size))
  input.click()
}
