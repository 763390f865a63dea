// Keeps the frame in the shape of what it shows: what room is left over becomes borders on both sides.
const {outer_width, outer_height, x_range, y_range} = figure
const view = Bokeh.index.find_one(figure)
if (!figure.visible || !view?.layout || !(outer_width > 0 && outer_height > 0)) return
const sides = ["left", "right", "top", "bottom"]
const across = (side) => side === "left" || side === "right"
figure.least ??= Object.fromEntries(sides.map((side) =>
    [side, figure[`min_border_${side}`] ?? figure.min_border ?? 0]))
const needed = Object.fromEntries(sides.map((side) => {
    const {width, height} = view.layout[`${side}_panel`].measure({width: Infinity, height: Infinity})
    return [side, Math.max(figure.least[side], across(side) ? width : height)]
}))
const room = [outer_width - needed.left - needed.right, outer_height - needed.top - needed.bottom]
const shape = (x_range.end - x_range.start) / (y_range.end - y_range.start)
const width = Math.min(room[0], room[1] * shape)
const [beside, above] = [Math.max(room[0] - width, 0) / 2, Math.max(room[1] - width / shape, 0) / 2]
const borders = Object.fromEntries(sides.map((side) =>
    [`min_border_${side}`, needed[side] + (across(side) ? beside : above)]))
if (Object.entries(borders).some(([name, border]) => Math.abs(border - (figure[name] ?? 0)) >= 0.5))
    figure.setv(borders, {sync: false})
