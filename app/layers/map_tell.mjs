/** Tells the session where a visitor has gone. All that changes until the next frame is told at once. */
export default ({ seen, told, x_range, y_range }) => {
  if (told.pending) return
  told.pending = true
  requestAnimationFrame(() => {
    told.pending = false
    const ends = [x_range.start, x_range.end, y_range.start, y_range.end]
    if (ends.every((end, k) => end === told.ends[k])) return
    told.ends = ends
    seen.data = { box: [ends], number: [performance.now()] }
  })
}
