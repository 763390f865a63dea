import { record } from "../browser/columns.mjs"

// Changes of one gesture replace one entry of the history.
export default ({ address, gesture }) => {
  const { query, hash } = record(address.shown)
  if (location.search === query && location.hash === hash) return
  const now = performance.now()
  const same = gesture.changed_at !== null && now - gesture.changed_at < gesture.pause
  gesture.changed_at = now
  history[same ? "replaceState" : "pushState"](null, "", location.pathname + query + hash)
}
