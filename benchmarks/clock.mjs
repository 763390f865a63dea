// A paint ends with `restore` on a canvas; a task put off from there runs once the browser has shown that paint.
// The event's own time stamp is taken, which is before the page's handlers run.
const clock = { frames: [], moved: 0, painted: 0, paints: 0, hooked: new WeakSet() }

const entries = (object) => object instanceof Map ? [...object] : Object.entries(object)
const models = () => Bokeh.documents.flatMap((document) => [...document.all_models])
const isChannel = (model) => "frame" in model.properties && "taken" in model.properties
const now = () => performance.now()

function watchPaints() {
  const { restore } = CanvasRenderingContext2D.prototype
  let awaited = false
  CanvasRenderingContext2D.prototype.restore = function () {
    if (!awaited) {
      awaited = true
      setTimeout(() => {
        awaited = false
        clock.painted = now()
        clock.paints += 1
      })
    }
    return restore.call(this)
  }
  for (const kind of ["pointermove", "mousemove", "keydown"]) {
    addEventListener(kind, (event) => {
      if (event.isTrusted) clock.moved = event.timeStamp
    }, true)
  }
}

clock.hook = () => {
  for (const model of models()) {
    if (!isChannel(model) || clock.hooked.has(model)) continue
    clock.hooked.add(model)
    model.connect(model.properties.frame.change, () => {
      const { number, images } = Object.fromEntries(entries(model.frame))
      const pixels = Math.max(0, ...images.map(([, , image]) => image.length))
      const times = { moved: clock.moved, arrived: now(), painted: null, shown: null }
      const frame = { channel: model.id, number, pixels, ...times }
      clock.frames.push(frame)
      requestAnimationFrame(() =>
        setTimeout(() => {
          frame.shown = now()
        })
      )
    })
  }
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
          frame.painted = clock.painted > frame.arrived ? clock.painted : null
          resolve(frame)
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
  clock.frames = []
  return frames
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
    clock.frames.push({ channel: "", number: 0, pixels: 0, ...times })
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
