const SIDES = ["left", "right", "top", "bottom"]
const isBeside = (side) => side === "left" || side === "right"

/**
 * Borders round a frame of the given shape (width over height) in a figure: what room is left over is on both sides.
 * `needed` are the least borders by side, in pixels.
 */
export function borders(needed, [outerWidth, outerHeight], shape) {
  const room = [outerWidth - needed.left - needed.right, outerHeight - needed.top - needed.bottom]
  const width = Math.min(room[0], room[1] * shape)
  const [beside, above] = [Math.max(room[0] - width, 0) / 2, Math.max(room[1] - width / shape, 0) / 2]
  return Object.fromEntries(SIDES.map((side) => [side, needed[side] + (isBeside(side) ? beside : above)]))
}

/** Keeps the frame in the shape of what it shows. */
export default ({ figure, least }) => {
  if (figure.properties.outer_width.is_unset) return // it is not yet laid out
  const { outer_width, outer_height, x_range, y_range } = figure
  const layout = Bokeh.index.find_one(figure)?.layout
  if (!figure.visible || !layout?.left_panel || !(outer_width > 0 && outer_height > 0)) return
  const needed = Object.fromEntries(SIDES.map((side) => {
    const { width, height } = layout[`${side}_panel`].measure({ width: Infinity, height: Infinity })
    return [side, Math.max(least[side], isBeside(side) ? width : height)]
  }))
  const shape = (x_range.end - x_range.start) / (y_range.end - y_range.start)
  const found = Object.entries(borders(needed, [outer_width, outer_height], shape))
  if (found.some(([side, border]) => Math.abs(border - (figure[`min_border_${side}`] ?? 0)) >= 0.5)) {
    const names = found.map(([side, border]) => [`min_border_${side}`, border])
    figure.setv(Object.fromEntries(names), { sync: false })
  }
}
