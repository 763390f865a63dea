export default ({ figure }) => {
  const left = new PointerEvent("pointerout", { isPrimary: true })
  Bokeh.index.find_one(figure).canvas_view.events_el.dispatchEvent(left)
}
