/** Sends the text of a file to the session, or of one that is too large its size alone. */
export async function send(channel, file, maxSize) {
  let text = file.size > maxSize ? "" : await file.text()
  // what is no text takes more room in a message than on the disk, and more than a message may hold
  const size = Math.max(file.size, new Blob([JSON.stringify(text)]).size / 2)
  if (size > maxSize) text = ""
  channel.opened = { name: file.name, size: Math.ceil(size), text, number: performance.now() }
}
