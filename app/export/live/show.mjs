import { axis, lossColumns } from "../../layers/loss_columns.mjs"
import { marginalColumns } from "../../layers/marginal_columns.mjs"
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

/** The runs, for what draws these parts; none where a lesson hides one of them. */
const seen = (runs, { hidden }, ...parts) => parts.some((part) => hidden.includes(part)) ? [] : runs

/** Evenly chosen values of which there are not too many for a density. */
const chosen = (values, most) => {
  const every = Math.ceil(values.length / most)
  return every > 1 ? values.filter((_, k) => k % every === 0) : values
}

/** Feeds the plots with runs; the playback's columns last, which have the others drawn. */
export function show(runs, state, { setup, sources, figures, dissect, program, weights }) {
  const put = (name, data) => {
    sources[name].data = data
  }
  const group = ({ rule: { code, dash } }) => ({ code, dash })
  const few = runs.every(({ n }) => n <= setup.few), first = runs[0], one = state.mode === "one"
  const ended = seen(runs, state, "ends"), curves = seen(runs, state, "curve")
  const played = seen(runs, state, "paths", "ends")
  const at = (place) => played.find(({ rule }) => rule.place === place)
  vary(weights, !few)
  put(
    "paths",
    lines(
      seen(runs, state, "paths").map((run) => {
        const made = { ...group(run), ...paths(run.drawn, run.n) }
        return few ? made : { ...made, dash: "" }
      }),
    ),
  )
  put("ends", points(ended.map((run) => ({ ...group(run), xs: run.x, ys: run.y }))))
  const from = first === undefined
    ? [[], []]
    : [first.positions.subarray(0, first.n), first.positions.subarray(first.n, 2 * first.n)]
  put("starts", { x: Float32Array.from(from[0]), y: Float32Array.from(from[1]) })
  put("tags", tags(ended.map(({ rule, x, y }) => ({ text: one ? rule.short : "", xs: x, ys: y }))))
  const { x_range, y_range } = figures.plane
  const spread = seen(runs, state, "marginals")
  for (const [axis, { start, end }] of [x_range, y_range].entries()) {
    const along = spread.map((run) => ({ ...group(run), values: chosen(axis === 0 ? run.x : run.y, setup.most) }))
    const begun = { code: setup.starts_code, dash: "", values: chosen(from[axis], setup.most) }
    put(`marginal ${axis}`, marginalColumns(one ? along : [begun, ...along], [start, end], setup.abscissas, program))
  }
  const { bands, losses } = lossColumns(curves.map((run) => ({ ...group(run), n: run.n, heights: run.heights })))
  put("bands", bands)
  put("losses", losses)
  figures.loss.x_range.end = state.steps
  const ends = axis(curves.flatMap(({ heights: [, ...heights] }) => heights), setup.curve.rim)
  if (ends !== null) figures.loss.y_range.setv({ start: ends[0], end: ends[1] })
  for (const place of setup.places) {
    const run = state.anatomy ? at(place) : undefined
    put(`anatomy ${place}`, { numbers: run === undefined ? [] : dissected(run, state, dissect, setup.quantities) })
  }
  put("broken down", { whole: [state.anatomy], shown: [state.anatomy] })
  put("hyperparameters", {
    rho: setup.places.map((place) => {
      const rule = runs.find((run) => run.rule.place === place)?.rule
      return rule === undefined || rule.rho < 0 ? NaN : values(rule, state)[rule.rho + 1]
    }),
    learning_rate: setup.places.map(() => state.learning_rate),
  })
  put("played", { positions: joined(played.map(({ drawn }) => drawn)) })
  const numbers = (place) => state.anatomy && !few ? 0 : at(place)?.n ?? 0
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
  return {
    table: state.hidden.includes("table") ? "" : words.table_of(rows),
    sentence: state.hidden.includes("summary") ? "" : sentence,
  }
}
