import { ends, isMoved } from "./viewport.mjs"

export default ({ figure, fit, seen, debounce }) => {
  clearTimeout(fit.timer)
  fit.timer = setTimeout(() => {
    seen.zoom = isMoved(figure, fit) ? ends(figure) : fit.zoom
  }, debounce)
}
