import { columns } from "../browser/columns.mjs"

/** How far the baselines of both names are from the corners, in px: clear of tick labels of the same size of type. */
export const offsets = (size) => ({ dx: [-size, -size / 2 - 2], dy: [0.85 * size + 8, -size / 2] })

/** Puts the names of the axes at the corners of the frame: the lower left one, and the upper left one. */
export default ({ figure: { x_range, y_range }, source, glyph }) => {
  const size = parseFloat(glyph.text_font_size.value ?? glyph.text_font_size)
  const corners = { x: [x_range.start, x_range.start], y: [y_range.start, y_range.end] }
  source.data = { ...columns(source), ...corners, ...offsets(size) }
}
