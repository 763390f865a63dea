// Shows what the session asks for: the zoom, or the whole domain.
const {left, right, bottom, top, zoom} = view.data instanceof Map ? Object.fromEntries(view.data) : view.data
if (left.length === 0) return
view.at = zoom[0] ?? [left[0], right[0], bottom[0], top[0]]
x_range.setv({start: view.at[0], end: view.at[1]})
y_range.setv({start: view.at[2], end: view.at[3]})
