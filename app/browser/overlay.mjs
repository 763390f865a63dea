/** How far the frame of the axes is from each side of the canvas, as a path that clips to it. */
export const inset = ({ width, height }, { left, right, top, bottom }) =>
  `inset(${top}px ${width - right}px ${height - bottom}px ${left}px)`

// Bokeh clips other levels to the frame of the axes; this one only so.
export default ({ figure }) => {
  const { canvas_view, frame } = Bokeh.index.find_one(figure)
  canvas_view.overlays.el.style.clipPath = inset(canvas_view.bbox, frame.bbox)
}
