/** Width and height of a figure's frame in px, 0 while the figure has not been laid out. */
export function frameSize(figure) {
  const { inner_width: width, inner_height: height } = figure.properties
  return width.is_unset || height.is_unset ? [0, 0] : [figure.inner_width, figure.inner_height]
}

/** The box about a centre whose sides are so many pixels of a unit each. */
const about = ([x, y], unit, [width, height]) => [
  x - unit * width / 2,
  x + unit * width / 2,
  y - unit * height / 2,
  y + unit * height / 2,
]

const centre = ([left, right, bottom, top]) => [(left + right) / 2, (bottom + top) / 2]

/** The smallest box that holds this one and has one scale along both axes of a figure of this size in pixels. */
export function fitted(box, size) {
  const [left, right, bottom, top] = box, [width, height] = size
  return about(centre(box), Math.max((right - left) / width, (top - bottom) / height), size)
}

/** The ends of both axes of a figure. */
export const ends = ({ x_range, y_range }) => [x_range.start, x_range.end, y_range.start, y_range.end]

/** Whether a visitor has panned or zoomed since the figure was fitted. */
export const isMoved = (figure, fit) => fit.ends.length > 0 && ends(figure).some((end, k) => end !== fit.ends[k])
