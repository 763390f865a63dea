import { isAhead, memory } from "../browser/ahead.mjs"

/** Keeps the loss's axis that goes with what the page has computed while frames of the session answer older questions. */
export default ({ ahead, axis }) => {
  const known = memory(ahead)
  if (isAhead(known) && known.ends) axis.setv({ start: known.ends[0], end: known.ends[1] })
}
