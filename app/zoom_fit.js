// At first, for a new landscape and on reset, the home view is fitted, or the part that is asked for. To a new size, the
// same part is fitted again; what a visitor has gone to is such a part, so that it stays what the session was told.
const width = figure.inner_width, height = figure.inner_height
if (!(width > 0 && height > 0)) return
const same = view.fitted && Math.abs(view.fitted[0] - width) < 4 && Math.abs(view.fitted[1] - height) < 4
const asked = view.data !== view.taken  // by the session; what else refits always is a reset
if (same && !always && !asked) return
const {x_range, y_range} = figure
const columns = view.data instanceof Map ? Object.fromEntries(view.data) : view.data
const ends = () => [x_range.start, x_range.end, y_range.start, y_range.end]
if (asked) view.zoom = columns.zoom?.[0]
else if (always) view.zoom = null
else if (view.at && ends().some((end, k) => end !== view.at[k])) view.zoom = ends()
view.taken = view.data
const [left, right, bottom, top] = view.zoom ?? ["left", "right", "bottom", "top"].map((end) => columns[end][0])
const unit = Math.max((right - left) / width, (top - bottom) / height)
const x = (left + right) / 2, y = (bottom + top) / 2
view.fitted = [width, height]
x_range.setv({start: x - unit * width / 2, end: x + unit * width / 2})
y_range.setv({start: y - unit * height / 2, end: y + unit * height / 2})
view.at = ends()
