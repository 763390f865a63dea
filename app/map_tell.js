// Tells the session where a visitor has gone. All that changes until the next frame is told at once.
if (seen.telling) return
seen.telling = true
requestAnimationFrame(() => {
    seen.telling = false
    const ends = [x_range.start, x_range.end, y_range.start, y_range.end]
    if (view.at?.every((end, k) => end === ends[k])) return
    view.at = ends
    seen.data = {box: [ends], number: [performance.now()]}
})
