import { counts, motions, outcomes } from "./outcomes.mjs"
import { ran, values } from "../../layers/page_runs.mjs"
import { byRun } from "../../layers/run_columns.mjs"
import { starts } from "../../layers/starts.mjs"

/** Every n-th number. */
const thinned = (numbers, every) => every === 1 ? numbers : numbers.filter((_, k) => k % every === 0)

/** The chosen rules' runs from every so-manyth start, and the counts of their outcomes and motions. */
export function compute(state, every, { setup, program }) {
  const [xs, ys] = starts(state, setup.unit).map((numbers) => thinned(numbers, every)), n = xs.length
  const rules = setup.rules.filter(({ id }) => state.rules.includes(id))
  return rules.map((rule) => {
    const given = values(rule, state), made = program.rules[rule.key]
    const kept = made.begin(n), one = ran(rule, [xs, ys], state, setup.curve, program, kept), { positions, x, y } = one
    const ends = new Float64Array(4 * n)
    ends.set(positions.subarray(2 * n * Math.max(state.steps - 1, 0)).subarray(0, 2 * n))
    ends.set(positions.subarray(2 * n * state.steps), 2 * n)
    return {
      ...one,
      outcomes: counts(outcomes(x, y, setup.outcomes, program), setup.outcomes.kinds),
      motions: counts(motions(made, given, ends, kept, setup.motions, program), setup.motions.kinds),
      drawn: byRun(positions, n),
    }
  })
}
