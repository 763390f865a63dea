import { memory, show, take } from "../browser/ahead.mjs"
import { columns } from "../browser/columns.mjs"
import { pageColumns } from "./page_columns.mjs"

/** Whether all values are within their limits. */
const isWithin = (values, limits) =>
  Object.entries(values).every(([name, value]) => limits[name][0] <= value && value <= limits[name][1])

/** Whether a page can compute the answer to a question, and bear it. */
export const isAble = ({ asked: { rest }, page, spent }, most) =>
  rest.able && page?.number === rest.program && spent <= most

/** What a hand has set last is shown at once, where the page can compute that. */
export default ({ ahead, sources, axis, most }) => {
  const known = memory(ahead), { values } = ahead.moved
  if (!isAble(known, most)) {
    known.set = {}
    known.spent /= 2 // the page may have been busy with something else; it tries again
    take(ahead, sources, {})
    return
  }
  const { asked: { set, rest } } = known
  if (!isWithin(values, rest.limits)) return
  Object.assign(known.set, values)
  const began = performance.now(), { x, y } = columns(sources.unit)
  const isPlayed = columns(sources.played).positions.length > 0
  const found = pageColumns({ ...rest, ...set, ...known.set }, [x, y], known.page, isPlayed)
  known.spent = performance.now() - began
  show(ahead, sources, found.columns)
  known.ends = found.ends
  if (found.ends !== null) axis.setv({ start: found.ends[0], end: found.ends[1] })
  if (columns(sources.marks).x.length > 0) { // while the clock stands before its end, what it shows follows
    const playback = columns(sources.playback)
    sources.playback.data = { ...playback, number: [playback.number[0] + 0.5] }
  }
}
