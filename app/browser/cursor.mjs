const MARGIN = 6 // px from the edges of the frame

/** Whether the readout stands at the left of the frame's foot: where it would be under the pointer at the right. */
export const isAtTheLeft = ([x, y], { left, right, top, bottom }) => x > (left + right) / 2 && y > (top + bottom) / 2

export default ({ figure, cursor, css }) => {
  const view = Bokeh.index.find_one(figure), canvas = view.canvas_view, area = canvas.events_el
  if (area.dataset.readsOut) return
  area.dataset.readsOut = "yes"
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  canvas.shadow_el.adoptedStyleSheets.push(sheet)
  const readout = Object.assign(document.createElement("div"), { className: "readout" })
  readout.setAttribute("aria-hidden", "true")
  area.append(readout)

  let number = 0, wanted = null, pending = false
  const ask = () => {
    if (wanted === null || pending) return
    pending = true
    number += 1
    cursor.asked = [...wanted, number]
    wanted = null
  }
  const hide = () => {
    wanted = null
    readout.textContent = ""
    readout.hidden = true
  }
  cursor.properties.answered.change.connect(() => {
    pending = false
    if (!readout.hidden) readout.textContent = cursor.answered[0]
    ask()
  })
  area.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return
    const edge = area.getBoundingClientRect(), { frame } = view
    const [sx, sy] = [event.clientX - edge.left, event.clientY - edge.top]
    const { left, right, top, bottom } = frame.bbox
    if (!(left <= sx && sx <= right && top <= sy && sy <= bottom)) return hide()
    const isLeft = isAtTheLeft([sx, sy], frame.bbox)
    Object.assign(readout.style, {
      left: isLeft ? `${left + MARGIN}px` : "",
      right: isLeft ? "" : `${area.offsetWidth - right + MARGIN}px`,
      bottom: `${area.offsetHeight - bottom + MARGIN}px`,
      maxWidth: `${right - left - 2 * MARGIN}px`,
    })
    readout.hidden = false
    wanted = [frame.x_scale.invert(sx), frame.y_scale.invert(sy)]
    ask()
  })
  area.addEventListener("pointerleave", hide)
}
