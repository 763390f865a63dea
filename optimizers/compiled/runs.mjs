// The runs of one rule. A program holds a copy of this for each rule, with the names of its hyperparameters for _VALUES,
// the same in the order of its step for ORDERED, the state of run i for STATE, and what keeps the new one for KEEP:
// an engine puts a function into a loop only where the loop calls no other. Step by step, and all runs in each, because
// a processor works at several runs at a time, and must wait for the numbers of one.

export const runs = (step, begin) => ({
  begin,
  run(xs, ys, _VALUES, steps, kept = begin(xs.length)) {
    const n = xs.length, positions = new Float64Array((steps + 1) * 2 * n)
    positions.set(xs)
    positions.set(ys, n)
    for (let at = 0, next = 2 * n; next < positions.length; at = next, next += 2 * n) {
      for (let i = 0; i < n; i++) {
        const after = step(positions[at + i], positions[at + n + i], STATE(kept, i), ORDERED)
        positions[next + i] = after[0]
        positions[next + n + i] = after[1]
        KEEP(kept, after, i)
      }
    }
    return positions
  },
  ends(xs, ys, _VALUES, steps, kept = begin(xs.length)) {
    const n = xs.length, positions = new Float64Array(4 * n)
    positions.set(xs, 2 * n)
    positions.set(ys, 3 * n)
    positions.copyWithin(0, 2 * n)
    for (let k = 0; k < steps; k++) {
      positions.copyWithin(0, 2 * n)
      for (let i = 0; i < n; i++) {
        const after = step(positions[2 * n + i], positions[3 * n + i], STATE(kept, i), ORDERED)
        positions[2 * n + i] = after[0]
        positions[3 * n + i] = after[1]
        KEEP(kept, after, i)
      }
    }
    return positions
  },
})
