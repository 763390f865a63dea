import { record } from "../browser/columns.mjs"

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // an address without https has no clipboard, but lets a copy be filled in
    document.addEventListener("copy", (event) => {
      event.clipboardData.setData("text/plain", text)
      event.preventDefault()
    }, { once: true })
    return document.execCommand("copy")
  }
}

export default async ({ channel, what }) => {
  const texts = record(channel.texts)
  const text = what === "link" ? location.origin + location.pathname + texts.link : texts[what]
  channel.copied = { what, text, done: await copy(text), number: performance.now() }
}
