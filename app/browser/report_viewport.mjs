import { ends, isMoved } from "./viewport.mjs"

export default ({ figure, fit, visible, debounce }) => {
  clearTimeout(fit.timer)
  fit.timer = setTimeout(() => {
    visible.zoom = isMoved(figure, fit) ? ends(figure) : fit.zoom
  }, debounce)
}
