// All that changes until the next frame is told at once: both ends of both axes, and what a new size makes of them.
export default ({ seen, x_range, y_range }) => {
  requestAnimationFrame(() => {
    const box = [x_range.start, x_range.end, y_range.start, y_range.end]
    seen.data = { box } // the same box again is no change
  })
}
