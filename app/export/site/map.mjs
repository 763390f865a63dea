import { controls } from "../live/controls.mjs"
import { linked } from "../live/linked.mjs"

const COARSE = 5, STRIP = 8 // times coarser at first; rows of a piece of work
const WORKERS = 2
const REST = 200 // ms without a change, after which the fine map is computed

/** The pieces of work of a map with so many pixels along each axis. */
function pieces(question, rows) {
  const columns = rows, found = []
  for (let from = 0; from < rows; from += STRIP) {
    found.push({ ...question, columns, rows, from, to: Math.min(from + STRIP, rows) })
  }
  return found
}

export default ({ setup, worker, words }) => {
  const root = document.querySelector("main"), canvas = root.querySelector("canvas")
  const picture = canvas.getContext("2d"), table = root.querySelector(".counts"), status = root.querySelector(".status")
  const colours = setup.map.colours.map((text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)))
  const address = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }))
  const state = { ...setup.state, rule: setup.map.rule, resolution: setup.map.resolution }
  Object.assign(state, linked(setup))
  let asked = 0, queue = [], all = null, rest

  const paint = ({ columns, rows, from, to, outcomes }) => {
    const image = picture.createImageData(columns, to - from)
    outcomes.forEach((code, k) => {
      const row = to - from - 1 - Math.floor(k / columns), at = 4 * (row * columns + k % columns)
      image.data.set([...colours[code], 255], at)
    })
    picture.putImageData(image, 0, rows - to)
  }
  const count = () => {
    const shares = words.percents(all.counts, 1)
    const rowsOf = all.counts.map((number, code) =>
      number === 0
        ? ""
        : `<tr><th scope="row"><span class="swatch" style="background:${setup.map.colours[code]}"></span>` +
          `${setup.map.names[code]}</th><td>${number}</td><td>${
            shares[code].replace("<", "&lt;").replace(">", "&gt;")
          } %</td></tr>`
    )
    table.innerHTML = rowsOf.join("")
    const done = all.done === all.wanted
    status.textContent = done
      ? `${all.columns} × ${all.rows} starts, computed in ${WORKERS} workers`
      : `Computing … ${Math.round(100 * all.done / all.wanted)} %`
    root.dataset.done = done ? `${all.columns}×${all.rows}` : ""
  }
  const take = ({ data }) => {
    if (data.asked !== asked) return
    paint(data)
    for (const code of data.outcomes) all.counts[code] += 1
    all.done += data.to - data.from
    count()
    if (all.done === all.wanted && all.then !== null) all.then()
  }
  const workers = Array.from({ length: WORKERS }, () => {
    const one = new Worker(address)
    one.addEventListener("message", (event) => {
      take(event)
      give(one)
    })
    return one
  })
  const idle = new Set(workers)
  const give = (one) => {
    const work = queue.shift()
    if (work === undefined) idle.add(one)
    else {
      idle.delete(one)
      one.postMessage(work)
    }
  }
  const ask = (resolution, then) => {
    asked += 1
    const rule = setup.rules.find(({ id }) => id === state.rule)
    const values = [state.learning_rate, ...rule.values.map((value, k) => k === rule.rho ? state.rho : value)]
    const question = { asked, key: rule.key, values, steps: state.steps, window: setup.map.window }
    queue = pieces(question, resolution)
    const { columns, rows } = queue[0]
    canvas.width = columns
    canvas.height = rows
    all = { columns, rows, counts: colours.map(() => 0), done: 0, wanted: rows, then }
    for (const one of [...idle]) give(one)
  }
  const changed = () => {
    clearTimeout(rest)
    const fine = Number(state.resolution)
    ask(Math.ceil(fine / COARSE), () => {
      rest = setTimeout(() => ask(fine, null), REST)
    })
    const rule = setup.rules.find(({ id }) => id === state.rule)
    const rho = rule.rho < 0 ? "" : ` --rho ${state.rho}`
    root.querySelector(".command").textContent =
      `${setup.map.command} --optimizer ${rule.key}${rho} --learning-rate ${state.learning_rate} --steps ${state.steps}` +
      ` --resolution ${fine}`
  }
  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const [left, right, bottom, top] = setup.map.window
    const x = left + (right - left) * offsetX / canvas.clientWidth
    const y = top - (top - bottom) * offsetY / canvas.clientHeight
    const { rho, learning_rate, steps } = state
    const start = { mode: "one", x: Number(x.toPrecision(6)), y: Number(y.toPrecision(6)), rho, learning_rate, steps }
    location.href = `${setup.map.explore}#${encodeURIComponent(JSON.stringify(start))}`
  })
  controls(root, setup, state, changed)
  changed()
  root.dataset.live = "ready"
}
