import { quantiles } from "./loss_columns.mjs"

/** The hyperparameters of a rule as its runs take them, α first; the rules that share ρ get the state's. */
export const values = (rule, { learning_rate, rho }) => [
  learning_rate,
  ...rule.values.map((value, k) => rule.shares_rho && k === rule.rho ? rho : value),
]

/**
 * The runs of a rule from starts, by a program: their positions, where they end, and the curves of their loss.
 *
 * @param kept the state before the first step, and from then on after the last one
 */
export function ran(rule, [xs, ys], state, curve, program, kept = program.rules[rule.key].begin(xs.length)) {
  const n = xs.length, positions = program.rules[rule.key].run(xs, ys, ...values(rule, state), state.steps, kept)
  const final = positions.subarray(2 * n * state.steps)
  const heights = quantiles(positions, n, curve, program)
  return { rule, n, positions, x: final.subarray(0, n), y: final.subarray(n), heights }
}
