/** Reports the visible part to the session. Changes until the next frame are reported together. */
export default ({ moves, reported, x_range, y_range }) => {
  if (reported.pending) return
  reported.pending = true
  requestAnimationFrame(() => {
    reported.pending = false
    const ends = [x_range.start, x_range.end, y_range.start, y_range.end]
    if (ends.every((end, k) => end === reported.ends[k])) return
    reported.ends = ends
    moves.data = { box: [ends], number: [performance.now()] }
  })
}
