const DRAWABLE = 1e30 // what is farther cannot be drawn

/** The positions of a rule's runs as they are drawn and played: axis, run, step. */
export function byRun(positions, n) {
  const length = positions.length / (2 * n), drawn = new Float32Array(positions.length)
  for (let run = 0; run < n; run++) {
    for (let step = 0; step < length; step++) {
      const x = positions[2 * n * step + run], y = positions[2 * n * step + n + run]
      const fine = Math.abs(x) < DRAWABLE && Math.abs(y) < DRAWABLE
      drawn[run * length + step] = fine ? x : NaN
      drawn[(n + run) * length + step] = fine ? y : NaN
    }
  }
  return drawn
}

/** Columns of lines, of the runs of several rules. */
export function lines(groups) {
  const columns = { xs: [], ys: [], rule: [], dash: [] }
  for (const { code, dash, xs, ys } of groups) {
    columns.xs.push(...xs)
    columns.ys.push(...ys)
    columns.rule.push(...xs.map(() => code))
    columns.dash.push(...xs.map(() => dash))
  }
  return columns
}

/** The paths of one rule, of what `byRun` gave. */
export function paths(drawn, n) {
  const length = drawn.length / (2 * n)
  const path = (_, k) => drawn.subarray(k * length, (k + 1) * length)
  const all = Array.from({ length: 2 * n }, path)
  return { xs: all.slice(0, n), ys: all.slice(n) }
}

/** Columns of the ends of several rules, those that can be drawn. */
export function points(groups) {
  const columns = { x: [], y: [], rule: [] }
  for (const { code, xs, ys } of groups) {
    xs.forEach((x, k) => {
      if (!(Math.abs(x) < DRAWABLE && Math.abs(ys[k]) < DRAWABLE)) return
      columns.x.push(x)
      columns.y.push(ys[k])
      columns.rule.push(code)
    })
  }
  return columns
}
