import { record } from "../browser/columns.mjs"

const PRINTED = "printed-lesson"

/** Prints a page that the session made, in the place of this one, once its pictures are there. */
export default async ({ channel }) => {
  const { html, style } = record(channel.printed)
  const frame = Object.assign(document.createElement("div"), { className: PRINTED })
  frame.attachShadow({ mode: "open" }).innerHTML = html
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(style)
  frame.shadowRoot.adoptedStyleSheets = [sheet]
  document.body.append(frame)
  await Promise.all([...frame.shadowRoot.querySelectorAll("img")].map((image) => image.decode()))
  globalThis.addEventListener("afterprint", () => frame.remove(), { once: true })
  globalThis.print()
}
