const DRAWABLE = 1e30 // what is farther cannot be drawn

const isDrawable = (x, y) => Math.abs(x) < DRAWABLE && Math.abs(y) < DRAWABLE

/** The positions of a rule's runs as they are drawn and played: axis, run, step. */
export function byRun(positions, n) {
  const length = positions.length / (2 * n), drawn = new Float32Array(positions.length)
  for (let run = 0; run < n; run++) {
    for (let step = 0; step < length; step++) {
      const x = positions[2 * n * step + run], y = positions[2 * n * step + n + run]
      const fine = isDrawable(x, y)
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

/** The paths of one rule, thinned to cells as `app.compute.path_thinning` thins them, by its formulas. */
export function thinnedPaths(positions, n, cell, { cell_at, is_new, is_near }) {
  const length = positions.length / (2 * n), keep = new Uint8Array(length), found = { xs: [], ys: [] }
  for (let run = 0; run < n; run++) {
    let lastX = NaN, lastY = NaN, earlierX = NaN, earlierY = NaN
    keep.fill(0)
    for (let step = 0; step < length; step++) {
      const at = 2 * n * step + run
      const x = cell_at(positions[at], cell), y = cell_at(positions[at + n], cell)
      if (is_new(x, y, lastX, lastY, earlierX, earlierY)) {
        keep[step] = 1
        if (step > 0) keep[step - 1] = 1
      }
      earlierX = lastX
      earlierY = lastY
      lastX = x
      lastY = y
    }
    keep[length - 1] = 1
    const number = keep.reduce((sum, kept) => sum + kept, 0)
    const xs = new Float32Array(number), ys = new Float32Array(number)
    for (let step = 0, at = 0; step < length; step++) {
      if (keep[step] === 0) continue
      const x = positions[2 * n * step + run], y = positions[2 * n * step + n + run], near = is_near(x, y, cell)
      xs[at] = near ? x : NaN
      ys[at] = near ? y : NaN
      at += 1
    }
    found.xs.push(xs)
    found.ys.push(ys)
  }
  return found
}

/** Columns of the points of several rules, those that can be drawn, as they are drawn. */
export function points(groups) {
  const columns = { x: [], y: [], rule: [] }
  for (const { code, xs, ys } of groups) {
    xs.forEach((x, k) => {
      if (!isDrawable(x, ys[k])) return
      columns.x.push(Math.fround(x))
      columns.y.push(Math.fround(ys[k]))
      columns.rule.push(code)
    })
  }
  return columns
}

/** Columns of what there is to label: every end that can be drawn, with the name of its rule or without. */
export function tags(groups) {
  const columns = { x: [], y: [], text: [] }
  for (const { text, xs, ys } of groups) {
    xs.forEach((x, k) => {
      if (!isDrawable(x, ys[k])) return
      columns.x.push(x)
      columns.y.push(ys[k])
      columns.text.push(text)
    })
  }
  return columns
}

/** Several arrays of float32 end to end. */
export function joined(arrays) {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    whole.set(array, at)
    at += array.length
  }
  return whole
}
