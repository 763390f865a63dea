// A paint ends with `restore` on a canvas; a task put off from there runs once the browser has shown that paint.
// The event's own time stamp is taken, which is before the page's handlers run.
const clock = {
  frames: [],
  moved: 0,
  painted: 0,
  paints: 0,
  figures: new Map(),
  views: new WeakMap(),
  hooked: new WeakSet(),
}

const entries = (object) => object instanceof Map ? [...object] : Object.entries(object)
const models = () => Bokeh.documents.flatMap((document) => [...document.all_models])
const isAhead = (model) => model.type.endsWith("Ahead") && model.memory
const isChannel = (model) => "frame" in model.properties && "taken" in model.properties
const now = () => performance.now()

/** The canvases of a figure; none where it is not on the screen. To look for its view at each paint would slow the page. */
function canvases(figure) {
  if (clock.views.get(figure)?.is_destroyed !== false) clock.views.set(figure, Bokeh.index.find_one(figure))
  const view = clock.views.get(figure)
  return view?.is_displayed ? [view.canvas_view.primary.canvas, view.canvas_view.overlays.canvas] : []
}

/** Notes that what a figure shows has changed, for it to be painted. */
function change(figure) {
  if (canvases(figure).length === 0) return
  const known = clock.figures.get(figure) ?? { changed: 0, paints: [] }
  clock.figures.set(figure, known)
  known.changed = now()
}

function watchPaints() {
  const { restore } = CanvasRenderingContext2D.prototype
  const painted = new Set()
  CanvasRenderingContext2D.prototype.restore = function () {
    if (painted.size === 0) {
      const began = now()
      setTimeout(() => {
        clock.painted = now()
        clock.paints += 1
        for (const [figure, { paints }] of clock.figures) {
          if (canvases(figure).some((canvas) => painted.has(canvas))) paints.push({ began, shown: clock.painted })
        }
        painted.clear()
      })
    }
    painted.add(this.canvas)
    return restore.call(this)
  }
  for (const kind of ["pointermove", "mousemove", "keydown"]) {
    addEventListener(kind, (event) => {
      if (event.isTrusted) clock.moved = event.timeStamp
    }, true)
  }
}

function note(frame) {
  clock.frames.push(frame)
  requestAnimationFrame(() =>
    setTimeout(() => {
      frame.shown = now()
    })
  )
}

/** Notes a picture that the page has made by itself, with the figures that it has changed; a task after its scripts. */
function noteOwn(channel, since) {
  const changed = [...clock.figures.values()].filter((known) => known.changed >= since)
  if (changed.length === 0) return
  const arrived = Math.max(...changed.map((known) => known.changed))
  const times = { moved: clock.moved, arrived, painted: null, shown: null }
  clock.frames.push({ channel, number: 0, pixels: 0, own: true, changed, ...times })
}

clock.hook = () => {
  for (const model of models()) {
    if (clock.hooked.has(model)) continue
    clock.hooked.add(model)
    for (const { data_source } of model.renderers ?? []) {
      data_source?.connect(data_source.properties.data.change, () => change(model))
    }
    if (isAhead(model)) {
      model.connect(model.properties.moved.change, () => {
        const since = now(), { port1, port2 } = new MessageChannel()
        port1.onmessage = () => noteOwn(model.id, since)
        port2.postMessage(null)
      })
    }
    if (!isChannel(model)) continue
    model.connect(model.properties.frame.change, () => {
      const { number, images } = Object.fromEntries(entries(model.frame))
      const pixels = Math.max(0, ...images.map(([, , image]) => image.length))
      const times = { moved: clock.moved, arrived: now(), painted: null, shown: null }
      note({ channel: model.id, number, pixels, own: false, ...times })
    })
  }
}

/** When all that the page has changed by itself was first painted, and last before the session's next frame came. */
function paintsOfOwn(frame) {
  const next = clock.frames.find(({ own, arrived }) => !own && arrived > frame.arrived)?.arrived ?? Infinity
  const paints = frame.changed.map(({ paints }) => paints.filter(({ began }) => began >= frame.arrived))
  const first = Math.max(...paints.map(([one]) => one?.shown ?? Infinity))
  const last = Math.max(first, ...paints.flat().filter(({ began }) => began < next).map(({ shown }) => shown))
  return Number.isFinite(first) ? { first, last } : { first: null, last: null }
}

/** From now on the page leaves everything to the session. */
clock.leave = () => {
  for (const model of models().filter(isAhead)) model.memory.page = null
}

// Resolves when a frame that `wanted` holds of has arrived and nothing has been painted for three more frames.
clock.next = (wanted, within) =>
  new Promise((resolve) => {
    const began = now()
    let quiet = 0, paints = -1
    const look = () => {
      const frame = clock.frames.find(wanted)
      if (frame) {
        quiet = clock.paints === paints ? quiet + 1 : 0
        paints = clock.paints
        if (quiet >= 4) {
          frame.painted = frame.own ? paintsOfOwn(frame).last : clock.painted > frame.arrived ? clock.painted : null
          const { changed: _, ...told } = frame
          resolve(told)
          return
        }
      } else if (now() - began > within) {
        resolve(null)
        return
      }
      requestAnimationFrame(look)
    }
    look()
  })

clock.take = () => {
  const { frames } = clock
  for (const frame of frames.filter(({ own }) => own)) frame.shown = paintsOfOwn(frame).first
  clock.frames = []
  for (const known of clock.figures.values()) known.paints = []
  return frames.map(({ changed: _, ...frame }) => frame)
}

clock.pending = () => {
  const waiting = models().filter((model) => isChannel(model) && model.frame)
  return waiting.filter(({ frame, taken }) => Object.fromEntries(entries(frame)).number !== taken).length
}

// The harness's own floor: each move changes one glyph, or nothing at all, and no session is asked.
clock.floor = (name) => {
  const source = name === null ? undefined : models().findLast((model) => model.name === name && model.data)
  clock.alone = (event) => {
    if (!event.isTrusted) return
    const times = { moved: event.timeStamp, arrived: now(), painted: null, shown: null }
    clock.frames.push({ channel: "", number: 0, pixels: 0, own: false, ...times })
    if (source) source.data = { x: [Math.random()], y: [Math.random()] }
    else {
      requestAnimationFrame(() =>
        setTimeout(() => {
          clock.painted = now()
          clock.paints += 1
        })
      )
    }
  }
  addEventListener("mousemove", clock.alone)
}

clock.no_floor = () => removeEventListener("mousemove", clock.alone)

export default () => {
  if (globalThis.clock) return
  watchPaints()
  globalThis.clock = clock
}
