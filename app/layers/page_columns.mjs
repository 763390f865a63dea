import { axis, lossColumns } from "./loss_columns.mjs"
import { marginalColumns } from "./marginal_columns.mjs"
import { ran } from "./page_runs.mjs"
import { byRun, joined, lines, points, tags, thinnedPaths } from "./run_columns.mjs"
import { starts } from "./starts.mjs"

/** How many ends left the view by each edge, and how many are not finite. */
function offView(runs, view, { edges }, { edge_at }) {
  const counts = Object.fromEntries(edges.map((edge) => [edge, 0]))
  for (const { x, y } of runs) {
    x.forEach((at, k) => {
      const edge = edge_at(at, y[k], ...view)
      if (edge > 0) counts[edges[edge - 1]] += 1
    })
  }
  return counts
}

/**
 * The columns of all that a page draws of the runs that a question asks for, by the name of their source, and the ends
 * of the loss's axis.
 *
 * @param unit a cloud's places in the unit square
 * @param page program and view code
 * @param isPlayed whether positions to play are wanted
 */
export function pageColumns(question, unit, { program, edge_columns }, isPlayed) {
  const { mode, few, view, cell, curve } = question
  const from = starts(question, unit), [xs, ys] = from, n = xs.length
  const runs = question.rules.map((rule) => ran(rule, from, question, curve, program))
  const group = ({ rule: { code, dash } }) => ({ code, dash })
  const along = (axis) => {
    const ends = runs.map((run) => ({ ...group(run), values: axis === 0 ? run.x : run.y }))
    const all = mode === "one" ? ends : [{ code: question.starts_code, dash: "", values: from[axis] }, ...ends]
    return marginalColumns(all, view.slice(2 * axis, 2 * axis + 2), question.abscissas, program)
  }
  const begun = points([{ code: question.starts_code, xs, ys }])
  const one = mode === "one"
  const handle = [one ? question.x : question.centre_x, one ? question.y : question.centre_y]
  const columns = {
    paths: lines(runs.map((run) => ({
      ...group(run),
      dash: few ? run.rule.dash : "",
      ...thinnedPaths(run.positions, n, cell, program),
    }))),
    starts: { x: begun.x, y: begun.y },
    "start handle": { x: [handle[0]], y: [handle[1]], half: [one ? 0 : question.half_width], free: [!one] },
    ends: points(runs.map((run) => ({ ...group(run), xs: run.x, ys: run.y }))),
    tags: tags(runs.map(({ rule, x, y }) => ({ text: one ? rule.short : "", xs: x, ys: y }))),
    edges: edge_columns(offView(runs, view, question, program), view),
    "marginal 0": along(0),
    "marginal 1": along(1),
    ...lossColumns(runs.map((run) => ({ ...group(run), n, heights: run.heights }))),
  }
  if (isPlayed) columns.played = { positions: joined(runs.map(({ positions }) => byRun(positions, n))) }
  const heights = [...runs.flatMap(({ heights: [, ...curves] }) => curves), question.pinned_heights]
  return { columns, ends: axis(heights, curve.rim) }
}
