import { columns } from "../browser/columns.mjs"
import { ellipse, hasSet } from "../layers/step_anatomy.mjs"
import { numbersAt, setsAt } from "../layers/step_numbers.mjs"

const SURFACE = 0.6 // opacity, so that what lies below is seen
const TURN = Math.PI / 36 // radians that an arrow key turns the surface
const ZOOM = 1.1
const STEEPEST = 0.05 // radians from straight above or below
const FIRST = { x: -1.1, y: -1.35, z: 0.85 } // where it is seen from, in units of the box
const CENTRE = { x: 0, y: 0, z: -0.12 }
const AXES = ["xs", "ys", "zs"]
const RIM = 3 // every how many points of a rim one is drawn
const PIXEL = 1 / 400 // of the box, within which points of a path are one

/** A place on the sphere round the centre, turned by angles about the vertical and up, at `zoom` times the distance. */
export function turned({ x, y, z }, about, up, zoom = 1) {
  const distance = Math.hypot(x, y, z)
  const height = Math.min(Math.max(Math.acos(z / distance) - up, STEEPEST), Math.PI - STEEPEST)
  const angle = Math.atan2(y, x) + about, far = distance * zoom
  return {
    x: far * Math.sin(height) * Math.cos(angle),
    y: far * Math.sin(height) * Math.sin(angle),
    z: far * Math.cos(height),
  }
}

/**
 * The set in which a rule looks at a step, as rims [x, y, z]: on the tangent plane and as a shadow on the floor, or on
 * the floor alone.
 *
 * @param part numbers of the step
 * @param loss at its point
 * @param tangent whether it lies on the tangent plane z = ℓ + g·δ, where it is a disc for the metric I + ggᵀ
 */
export function disc(part, loss, tangent, floor) {
  const { x, y, gx, gy, xx, xy, yy } = part
  const rim = ellipse([x, y], [xx, xy, yy])
  const lying = rim.map(([px, py]) => [px, py, loss + gx * (px - x) + gy * (py - y)])
  const shadow = rim.map(([px, py]) => [px, py, floor])
  return tangent ? { lying, shadow } : { lying: shadow, shadow: null }
}

/** Numbers with null in the place of what is none. */
const gapped = (numbers) => Array.from(numbers, (value) => Number.isFinite(value) ? value : null)

/** A colour with an opacity. */
const faded = (hex, alpha) => hex + Math.round(255 * alpha).toString(16).padStart(2, "0")

const quiet = { hoverinfo: "skip", showlegend: false }

const line = ([x, y, z], color, width) => ({
  type: "scatter3d",
  mode: "lines",
  x,
  y,
  z,
  line: { color, width },
  ...quiet,
}) // deno-fmt-ignore

/** Points [x, y, z] as three arrays of coordinates. */
const transposed = (points) => [0, 1, 2].map((axis) => gapped(points.map((point) => point[axis])))

/** The mesh of the loss. */
function mesh(surface, { colours: [heat] }) {
  const [x, y, z, intensity, i, j, k] = ["x", "y", "z", "shade", "i", "j", "k"].map((name) =>
    Array.from(surface[name][0])
  )
  return {
    type: "mesh3d", // a surface of plotly.js would be refined and searched at each change, for twice the time
    x,
    y,
    z,
    i,
    j,
    k,
    intensity,
    colorscale: heat.map((colour, at) => [at / (heat.length - 1), colour]),
    cmin: 0,
    cmax: 1,
    opacity: SURFACE,
    showscale: false,
    lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05 },
    ...quiet,
  }
}

/**
 * A path without the points that fall into the cell of the one before or, as on a 2-cycle, of the one before that: each
 * stretch of a wide line takes as long however short it is.
 */
export function thinned([x, y, z], cells) {
  const at = (n) => [x, y, z].map((one, axis) => Math.round(one[n] / cells[axis])).join(" ")
  const all = Array.from(x, (_, n) => n), cell = all.map(at)
  const kept = all.filter((n) => n === 0 || (cell[n] !== cell[n - 1] && cell[n] !== cell[n - 2]))
  return [x, y, z].map((one) => gapped(kept.map((n) => one[n])))
}

/** The traces of a set: what fills it, its rim, its shadow and the line from its centre down to the floor. */
function discTraces(rims, [x, y, z], floor, colour) {
  const [lying, shadow] = [rims.lying, rims.shadow].map((rim) => rim && rim.filter((_, at) => at % RIM === 0))
  const fan = lying.slice(1).map((_, index) => index)
  const middle = [0, 1, 2].map((axis) => lying.slice(1).reduce((sum, point) => sum + point[axis], 0) / fan.length)
  const [px, py, pz] = transposed([...lying, middle])
  const found = [
    {
      type: "mesh3d",
      x: px,
      y: py,
      z: pz,
      i: fan,
      j: fan.map((index) => index + 1),
      k: fan.map(() => lying.length),
      color: colour,
      opacity: 0.45,
      ...quiet,
    },
    line(transposed(lying), colour, 5),
    line(transposed([[x, y, z], [x, y, floor]]), faded(colour, 0.8), 2),
  ]
  if (shadow !== null) found.push(line(transposed(shadow), faded(colour, 0.8), 3))
  return found
}

/**
 * What moves over the mesh, as traces of plotly.js: sets, paths, and points where the runs are.
 *
 * @param sources columns by the source's name
 * @param step that the clock shows
 * @param parts numbers of the step whose sets are shown, by a rule's code; null for a rule without any
 * @param colours by a rule's code; the last one is that of the start
 */
export function moving(sources, step, setStep, parts, colours) {
  const { floor: [bottom], lift: [lift], high: [high], box: [[left, right, low, top]] } = sources["surface"]
  const paths = sources["surface paths"]
  const cells = [right - left, top - low, high - bottom].map((extent) => extent * PIXEL)
  const floor = bottom + lift, found = []
  const at = (path, n) => AXES.map((name) => paths[name][path][Math.min(n, paths[name][path].length - 1)])
  paths.rule.forEach((code, path) => {
    const part = parts[code]
    if (part === null || part === undefined || !hasSet(part)) return
    const [, , lifted] = at(path, setStep), loss = lifted - lift, seen = Number.isFinite(lifted)
    if (paths.tangent[path] && !seen) return // its point is above the part that is drawn
    const centre = [part.x, part.y, seen ? loss : floor]
    found.push(...discTraces(disc(part, loss, paths.tangent[path], floor), centre, floor, colours[code]))
  })
  paths.rule.forEach((code, path) => {
    found.push(line(thinned(AXES.map((name) => paths[name][path]), cells), colours[code], 6))
  })
  const heads = paths.rule.map((_, path) => at(path, step))
  const [x, y, z] = transposed(paths.rule.length > 0 ? [at(0, 0), ...heads] : [])
  found.push({
    type: "scatter3d",
    mode: "markers",
    x,
    y,
    z,
    marker: {
      size: 6,
      color: [colours[Object.keys(colours).length - 1], ...paths.rule.map((code) => colours[code])],
      line: { color: "#000000", width: 1 },
    },
    ...quiet,
  })
  return found
}

/** The layout of plotly.js; the camera is the visitor's. */
export function layout({ box: [[left, right, bottom, top]], high: [high], floor: [floor] }, theme, eye) {
  const { ink: [ink], paper: [paper] } = theme
  const axis = (title, range) => ({
    title: { text: title },
    range,
    color: ink,
    gridcolor: ink + "33",
    showspikes: false,
  })
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: paper,
    font: { color: ink, size: 14, family: "Roboto, 'DejaVu Sans', sans-serif" },
    scene: {
      xaxis: axis("θ₁", [left, right]),
      yaxis: axis("θ₂", [bottom, top]),
      zaxis: axis("ℓ", [floor, high]),
      aspectmode: "manual",
      aspectratio: { x: 1, y: (top - bottom) / (right - left), z: 0.7 },
      camera: { eye, center: CENTRE, projection: { type: "perspective" } },
      dragmode: "orbit",
      uirevision: "visitor",
    },
  }
}

/** What a trace is drawn as, apart from where: of traces alike only the places need to be sent to the screen. */
const kind = ({ type, mode, color, marker, line }) => JSON.stringify([type, mode, color, marker, line])

/**
 * Moves what is drawn to the places of these traces, behind the mesh; false where it cannot.
 *
 * Plotly.react and Plotly.restyle go through all traces, axes and texts, and take three times as long as drawing does.
 */
function moved(plot, traces) {
  const scene = plot._fullLayout?.scene?._scene, drawn = plot._fullData
  if (!scene || drawn?.length !== traces.length + 1) return false
  if (traces.some((trace, at) => kind(trace) !== plot.kinds[at])) return false
  traces.forEach(({ x, y, z }, at) => {
    const trace = drawn[at + 1]
    Object.assign(plot.data[at + 1], { x, y, z })
    Object.assign(trace, { x, y, z, _length: x.length })
    scene.traces[trace.uid].update(trace)
  })
  scene.glplot.update({})
  return true
}

/** Takes all that is drawn from what the pointer finds: finding out what it is over has all drawn a second time. */
function withoutPicking({ glplot }) {
  for (const one of glplot.objects) one.pickSlots = 0
  const last = glplot.objects.at(-1)
  glplot.remove(last) // this makes the list of what can be found again
  glplot.add(last)
}

/** Loads plotly.js once for all pages' plots. */
function loaded(address) {
  globalThis.loading ??= {}
  return globalThis.loading[address] ??= new Promise((resolve, reject) => {
    const element = document.createElement("script")
    element.src = address
    element.onload = () => resolve(globalThis.Plotly)
    element.onerror = () => reject(new Error(`${address} was not loaded`))
    document.head.append(element)
  })
}

export function render({ model }) {
  const models = [...model.document.all_models]
  const named = (name) => models.find((one) => one.name === name)
  const clock = models.find(({ name, type }) => name === "step" && type === "Slider")
  const sources = Object.fromEntries(model.sources.map((name) => [name, named(name)]))
  const numbers = model.places.map((place) => named(`anatomy ${place}`))
  const broken = named("broken down")
  const plot = document.createElement("div")
  plot.className = "surface"
  plot.tabIndex = 0
  plot.setAttribute("role", "application")
  plot.setAttribute("aria-label", model.label)
  plot.title = model.label
  plot.drawn = 0
  let pending = false, Plotly = null, shown = {}

  const draw = async () => {
    if (!plot.isConnected || plot.clientWidth === 0) {
      pending = false
      return
    }
    Plotly ??= await loaded(model.library) // before anything is read: it may change until then
    pending = false
    const found = Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, columns(source)]))
    if (found["surface"].box.length === 0) return
    const { whole: [whole] } = columns(broken), setStep = setsAt(clock, whole)
    const parts = numbers.map((part) => numbersAt(setStep, part, model.quantities))
    const traces = moving(found, clock.value, setStep, parts, model.colours)
    const size = `${plot.clientWidth} ${plot.clientHeight}`
    const now = { surface: sources["surface"].data, theme: sources["surface theme"].data, size }
    const same = Object.keys(now).every((name) => now[name] === shown[name])
    if (!(same && moved(plot, traces))) {
      shown = now
      plot.kinds = traces.map(kind)
      const eye = plot._fullLayout?.scene?._scene?.getCamera().eye ?? FIRST
      const drawn = [mesh(found["surface"], found["surface theme"]), ...traces]
      await Plotly.react(plot, drawn, layout(found["surface"], found["surface theme"], eye), {
        displayModeBar: false,
        plotGlPixelRatio: 1, // twice as fine takes twice the time without a graphics processor
        responsive: true,
      })
      withoutPicking(plot._fullLayout.scene._scene)
    }
    plot.drawn += 1
  }
  // several sources change with one frame
  const request = () => {
    if (pending) return
    pending = true
    requestAnimationFrame(draw)
  }
  const keys = {
    ArrowLeft: [-TURN, 0],
    ArrowRight: [TURN, 0],
    ArrowUp: [0, TURN],
    ArrowDown: [0, -TURN],
    "+": [0, 0, 1 / ZOOM],
    "-": [0, 0, ZOOM],
  }
  plot.addEventListener("keydown", (event) => {
    const scene = plot._fullLayout?.scene?._scene, turn = keys[event.key]
    if (!scene || !turn) return
    event.preventDefault()
    event.stopPropagation() // outside of the surface they step through the run
    Plotly.relayout(plot, { "scene.camera.eye": turned(scene.getCamera().eye, ...turn) })
  })
  for (const source of [...Object.values(sources), ...numbers, broken]) source.properties.data.change.connect(request)
  clock.properties.value.change.connect(request)
  new ResizeObserver(request).observe(plot)
  return plot
}
