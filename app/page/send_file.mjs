/** Sends the text of a file to the session, or of one that is too large its size alone. */
export async function send(desk, file, maxSize) {
  const text = file.size > maxSize ? "" : await file.text()
  desk.opened = { name: file.name, size: file.size, text, number: performance.now() }
}
