import { columns } from "../browser/columns.mjs"

const [LYING, SHADOW, PLUMB] = [0, 1, 2]
const SURFACE = 0.6 // opacity, so that what lies below is seen
const TURN = Math.PI / 36 // radians that an arrow key turns the surface
const ZOOM = 1.1
const STEEPEST = 0.05 // radians from straight above or below
const FIRST = { x: -1.1, y: -1.35, z: 0.85 } // where it is seen from, in units of the box
const CENTRE = { x: 0, y: 0, z: -0.12 }

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

/** Numbers with null in the place of what is none. */
const gapped = (numbers) => Array.from(numbers, (value) => Number.isFinite(value) ? value : null)

/** A colour with an opacity. */
const faded = (hex, alpha) => hex + Math.round(255 * alpha).toString(16).padStart(2, "0")

/** The traces of plotly.js for the columns of the sources. */
export function traces(sources, colours) {
  const surface = columns(sources["surface"]), paths = columns(sources["surface paths"])
  const discs = columns(sources["surface discs"]), points = columns(sources["surface points"])
  const { colours: [heat] } = columns(sources["surface theme"])
  const quiet = { hoverinfo: "skip", showlegend: false }
  const line = (x, y, z, more) => ({ type: "scatter3d", mode: "lines", x, y, z, ...quiet, ...more })
  const [x, y, z, shade, i, j, k] = ["x", "y", "z", "shade", "i", "j", "k"].map((name) => Array.from(surface[name][0]))
  const found = [{
    type: "mesh3d", // a surface of plotly.js would be refined and searched at each change, for twice the time
    x,
    y,
    z,
    i,
    j,
    k,
    intensity: shade,
    colorscale: heat.map((colour, at) => [at / (heat.length - 1), colour]),
    cmin: 0,
    cmax: 1,
    opacity: SURFACE,
    showscale: false,
    lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05 },
    ...quiet,
  }]
  discs.rule.forEach((code, at) => {
    const rim = ["xs", "ys", "zs"].map((name) => gapped(discs[name][at]))
    const kind = discs.kind[at], colour = colours[code]
    if (kind === LYING) {
      const middle = (values) => values.slice(1).reduce((sum, value) => sum + value, 0) / (values.length - 1)
      const [px, py, pz] = rim.map((values) => [...values, middle(values)])
      const fan = rim[0].slice(1).map((_, index) => index)
      found.push({
        type: "mesh3d",
        x: px,
        y: py,
        z: pz,
        i: fan,
        j: fan.map((index) => index + 1),
        k: fan.map(() => rim[0].length),
        color: colour,
        opacity: 0.45,
        ...quiet,
      })
    }
    const width = { [LYING]: 5, [SHADOW]: 3, [PLUMB]: 2 }[kind]
    found.push(line(...rim, { line: { color: kind === LYING ? colour : faded(colour, 0.8), width } }))
  })
  paths.rule.forEach((code, at) => {
    const path = ["xs", "ys", "zs"].map((name) => gapped(paths[name][at]))
    found.push(line(...path, { line: { color: colours[code], width: 6 } }))
  })
  found.push({
    type: "scatter3d",
    mode: "markers",
    x: gapped(points.x),
    y: gapped(points.y),
    z: gapped(points.z),
    marker: { size: 6, color: points.rule.map((code) => colours[code]), line: { color: "#000000", width: 1 } },
    ...quiet,
  })
  return found
}

/** The layout of plotly.js; the camera is the visitor's. */
export function layout(sources, eye) {
  const { box: [[left, right, bottom, top]], high: [high], floor: [floor] } = columns(sources["surface"])
  const { ink: [ink], paper: [paper] } = columns(sources["surface theme"])
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
  const sources = Object.fromEntries(model.sources.map((name) => [name, models.find((one) => one.name === name)]))
  const plot = document.createElement("div")
  plot.className = "surface"
  plot.tabIndex = 0
  plot.setAttribute("role", "application")
  plot.setAttribute("aria-label", model.label)
  plot.drawn = 0
  let pending = false, Plotly = null

  const draw = async () => {
    pending = false
    if (!plot.isConnected || plot.clientWidth === 0) return
    const eye = plot._fullLayout?.scene?._scene?.getCamera().eye ?? FIRST
    await Plotly.react(plot, traces(sources, model.colours), layout(sources, eye), {
      displayModeBar: false,
      plotGlPixelRatio: 1, // twice as fine takes twice the time without a graphics processor
      responsive: true,
    })
    plot.drawn += 1
  }
  // several sources change with one frame
  const request = () => {
    if (pending || Plotly === null) return
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
    Plotly.relayout(plot, { "scene.camera.eye": turned(scene.getCamera().eye, ...turn) })
  })
  for (const source of Object.values(sources)) source.properties.data.change.connect(request)
  new ResizeObserver(request).observe(plot)
  loaded(model.library).then((found) => {
    Plotly = found
    request()
  })
  return plot
}
