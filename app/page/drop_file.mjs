import { send } from "./send_file.mjs"

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files") && !event.defaultPrevented

export default ({ channel, max_size }) => {
  globalThis.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault()
  })
  globalThis.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return
    event.preventDefault()
    send(channel, event.dataTransfer.files[0], max_size)
  })
}
