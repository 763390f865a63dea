import { axis, lossColumns } from "../../layers/loss_columns.mjs"
import { values } from "../../layers/page_runs.mjs"
import { joined, lines, paths, points, tags } from "../../layers/run_columns.mjs"
import { vary } from "./theme.mjs"

/** The run whose anatomy is shown: of many, the one that starts nearest to the centre of their square. */
function middle({ positions, n }, { mode, centre_x, centre_y }) {
  if (mode === "one") return 0
  let found = 0, least = Infinity
  for (let k = 0; k < n; k++) {
    const here = Math.hypot(positions[k] - centre_x, positions[n + k] - centre_y)
    if (here < least) [found, least] = [k, here]
  }
  return found
}

/** Every step of one run: θ and what its rule computes there, quantity by quantity. */
export function dissected({ rule, positions, n }, state, dissect, quantities) {
  const length = positions.length / (2 * n), numbers = new Float64Array(quantities * length)
  const given = values(rule, state),
    at = middle({ positions, n }, state),
    { begin, step: dissectStep } = dissect[rule.key]
  let kept = begin
  for (let step = 0; step < length; step++) {
    const x = positions[2 * n * step + at], y = positions[2 * n * step + n + at]
    const found = dissectStep(x, y, kept, ...given)
    ;[x, y, ...found.numbers].forEach((value, k) => {
      numbers[k * length + step] = value
    })
    kept = found.state
  }
  return numbers
}

/** Feeds the plots with runs; the playback's columns last, which have the others drawn. */
export function show(runs, state, { setup, sources, figures, dissect, weights }) {
  const put = (name, data) => {
    sources[name].data = data
  }
  const groups = runs.map(({ rule }) => ({ code: rule.code, dash: rule.dash }))
  const few = runs.every(({ n }) => n <= setup.few), last = runs[0]
  vary(weights, !few)
  put(
    "paths",
    lines(runs.map(({ drawn, n }, k) => ({ ...groups[k], ...paths(drawn, n), dash: few ? groups[k].dash : "" }))),
  )
  put("ends", points(runs.map(({ x, y }, k) => ({ ...groups[k], xs: x, ys: y }))))
  const from = last === undefined
    ? [[], []]
    : [last.positions.subarray(0, last.n), last.positions.subarray(last.n, 2 * last.n)]
  put("starts", { x: Float32Array.from(from[0]), y: Float32Array.from(from[1]) })
  const named = state.mode === "one"
  put("tags", tags(runs.map(({ rule, x, y }) => ({ text: named ? rule.short : "", xs: x, ys: y }))))
  const { bands, losses } = lossColumns(runs.map(({ n, heights }, k) => ({ ...groups[k], n, heights })))
  put("bands", bands)
  put("losses", losses)
  figures.loss.x_range.end = state.steps
  const ends = axis(runs.flatMap(({ heights: [, ...curves] }) => curves), setup.curve.rim)
  if (ends !== null) figures.loss.y_range.setv({ start: ends[0], end: ends[1] })
  for (const place of setup.places) {
    const run = state.anatomy ? runs.find(({ rule }) => rule.place === place) : undefined
    put(`anatomy ${place}`, { numbers: run === undefined ? [] : dissected(run, state, dissect, setup.quantities) })
  }
  put("hyperparameters", {
    rho: setup.places.map((place) => {
      const rule = runs.find((run) => run.rule.place === place)?.rule
      return rule === undefined || rule.rho < 0 ? NaN : values(rule, state)[rule.rho + 1]
    }),
    learning_rate: setup.places.map(() => state.learning_rate),
  })
  put("played", { positions: joined(runs.map(({ drawn }) => drawn)) })
  const numbers = (place) => state.anatomy && !few ? 0 : runs.find(({ rule }) => rule.place === place)?.n ?? 0
  put("playback", {
    steps: [state.steps],
    runs: [setup.places.map(numbers)],
    few: [few],
    alpha: [few ? 1 : setup.many],
    faded: [state.anatomy && few ? 1 : setup.faded],
    number: [state.number],
  })
}

/** The table of outcomes and the sentence, as HTML and as text. */
export function described(runs, state, { setup, words, program }) {
  const rows = runs.map(({ rule, n, x, y, outcomes, motions }) => ({
    name: rule.name,
    short: rule.short,
    head: rule.head,
    kind: "",
    number: n,
    outcomes,
    motions,
    x: x[0],
    y: y[0],
    loss: n === 1 ? program.value(x[0], y[0]) : NaN,
    sharpness: n === 1 ? program.sharpest(x[0], y[0]) : NaN,
    detail: "",
    motion: setup.motions.phrases[words.most_of(motions)],
  }))
  if (rows.length === 0) return { table: "", sentence: setup.none }
  const sentence = words.outcomes_sentence(`After ${words.many_steps(state.steps)}`, rows)
  return { table: words.table_of(rows), sentence }
}
