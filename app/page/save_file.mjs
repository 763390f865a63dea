import { record } from "../browser/columns.mjs"

/** Has the browser save a file that the session made. */
export default ({ channel }) => {
  const { name, content } = record(channel.saved)
  const link = Object.assign(document.createElement("a"), {
    download: name,
    href: URL.createObjectURL(new Blob([content])),
  })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // by then it is saved
}
