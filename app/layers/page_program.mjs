import { memory } from "../browser/ahead.mjs"
import { columns } from "../browser/columns.mjs"
import { pageColumns } from "./page_columns.mjs"
import { isAble } from "./runs_ahead.mjs"

const WARM = 3 // times that runs are computed once nobody waits, so that the first move finds them compiled

/** What a page computes with, of the expressions that the session has sent. */
export const pageOf = (program, words) => {
  const [made, { edge_columns }] = [program, words].map((text) => new Function(`return ${text}`)())
  return { program: made, edge_columns }
}

/** Takes the program that the session has sent, when the page has nothing else to do. */
export default ({ ahead, sources }) => {
  const known = memory(ahead), { program: [text], words: [words], number: [number] } = columns(sources.program)
  const whenIdle = globalThis.requestIdleCallback ?? setTimeout
  const warm = (times) => {
    if (times === 0 || !isAble(known, Infinity)) return
    const began = performance.now(), { x, y } = columns(sources.unit), { set, rest } = known.asked
    pageColumns({ ...rest, ...set }, [x, y], known.page, false)
    known.spent = performance.now() - began
    whenIdle(() => warm(times - 1))
  }
  known.page = null
  if (text === undefined) return
  whenIdle(() => {
    known.page = { number, ...pageOf(text, words) }
    warm(WARM)
  })
}
