import { counts, motions, outcomes } from "./outcomes.mjs"
import { quantiles } from "./loss_columns.mjs"
import { byRun } from "./run_columns.mjs"
import { starts } from "./starts.mjs"

/** The hyperparameters of a rule as its runs take them, α first; the rules that share ρ get the state's. */
export const values = (rule, { learning_rate, rho }) => [
  learning_rate,
  ...rule.values.map((value, k) => rule.shares_rho && k === rule.rho ? rho : value),
]

/** Every n-th number. */
const thinned = (numbers, every) => every === 1 ? numbers : numbers.filter((_, k) => k % every === 0)

/** The chosen rules' runs from every so-manyth start, and the counts of their outcomes and motions. */
export function compute(state, every, { setup, program }) {
  const [xs, ys] = starts(state, setup.unit).map((numbers) => thinned(numbers, every)), n = xs.length
  const rules = setup.rules.filter(({ id }) => state.rules.includes(id))
  return rules.map((rule) => {
    const given = values(rule, state), made = program.rules[rule.key]
    const kept = made.begin(n), positions = made.run(xs, ys, ...given, state.steps, kept)
    const final = positions.subarray(2 * n * state.steps),
      before = positions.subarray(2 * n * Math.max(state.steps - 1, 0))
    const ends = new Float64Array(4 * n)
    ends.set(before.subarray(0, 2 * n))
    ends.set(final, 2 * n)
    const [x, y] = [final.subarray(0, n), final.subarray(n)]
    return {
      rule,
      n,
      positions,
      x,
      y,
      outcomes: counts(outcomes(x, y, setup.outcomes, program), setup.outcomes.kinds),
      motions: counts(motions(made, given, ends, kept, setup.motions, program), setup.motions.kinds),
      drawn: byRun(positions, n),
      heights: quantiles(positions, n, setup.curve, program),
    }
  })
}
