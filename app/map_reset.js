// Shows the whole domain again, and tells the session so.
const {left, right, bottom, top} = view.data instanceof Map ? Object.fromEntries(view.data) : view.data
view.at = [left[0], right[0], bottom[0], top[0]]
x_range.setv({start: view.at[0], end: view.at[1]})
y_range.setv({start: view.at[2], end: view.at[3]})
seen.data = {box: [null], number: [performance.now()]}
