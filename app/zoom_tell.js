// Tells the session what a visitor has gone to, once that rests.
clearTimeout(seen.resting)
seen.resting = setTimeout(() => {
    const {x_range: {start: left, end: right}, y_range: {start: bottom, end: top}} = figure
    const ends = [left, right, bottom, top]
    seen.zoom = view.at?.some((end, k) => end !== ends[k]) ? ends : view.zoom ?? null
}, rested)
