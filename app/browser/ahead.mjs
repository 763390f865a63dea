import { columns } from "./columns.mjs"

const REST = 3000 // ms without a move after the last frame, after which the session's word is shown whatever was set
const MARK = "data-unanswered" // of what ahead.css dims
const RESTS = 100 // ms without a move after which a hand rests
const BUSY = 400 // ms for which the page alone answers a moving hand, between two frames of the session's

/**
 * What lasts as long as the page: `asked`, the question that the session's last frame answers; `set`, by name, what a
 * hand has set since; `own`, the names of the sources whose columns the page has computed from that; `held`, the columns
 * of frames that are not shown yet; `isDim`, `dimmed` and `timer`; and of what computes: `page`, with what, `spent`, the
 * milliseconds that it took last, and `ends`, of the axis that goes with it.
 */
export const memory = (ahead) =>
  ahead.memory ??= {
    asked: { set: {}, rest: {} },
    set: {},
    own: [],
    held: {},
    isDim: false,
    dimmed: { size: 0, views: [] },
    timer: 0,
    page: null,
    spent: 0,
    ends: null,
  }

/** Notes that a hand has set values, by name. */
export function set(ahead, values) {
  ahead.moved = { values, at: performance.now() }
}

/** Whether a hand has set something that the last frame does not answer. */
export const isAhead = ({ asked, set }) => Object.entries(set).some(([name, value]) => asked.set[name] !== value)

/** Whether two columns hold the same. */
export function same(one, other) {
  if (Object.is(one, other)) return true
  if (typeof one !== "object" || typeof other !== "object" || one?.length !== other?.length) return false
  for (let k = 0; k < one.length; k++) {
    if (!same(one[k], other[k])) return false
  }
  return true
}

/** Gives a source columns, unless it has them. */
export function feed(source, given) {
  const held = columns(source)
  if (Object.keys(given).some((name) => !same(held[name], given[name]))) source.data = given
}

/**
 * Takes a frame: the columns that are to be shown now, with those that have waited. While the page shows a newer
 * question, those of what it has computed of it wait.
 */
export function due(known, frame) {
  if ("question" in frame) {
    const asked = JSON.parse(frame.question.text[0])
    if (JSON.stringify(asked.rest) !== JSON.stringify(known.asked.rest)) Object.assign(known, { set: {}, spent: 0 })
    known.asked = asked
  }
  const waits = isAhead(known), shown = {}
  if (!waits) known.set = {}
  Object.assign(known.held, frame)
  for (const [name, given] of Object.entries(known.held)) {
    if (waits && known.own.includes(name)) continue
    shown[name] = given
    delete known.held[name]
  }
  return shown
}

/** Shows a frame, or what has waited of those before. */
export function take(ahead, sources, frame) {
  const known = memory(ahead)
  for (const [name, given] of Object.entries(due(known, frame))) {
    if (known.own.includes(name)) feed(sources[name], given)
    else sources[name].data = given
  }
  clearTimeout(known.timer)
  if (isAhead(known)) {
    known.timer = setTimeout(() => {
      known.set = {}
      take(ahead, sources, {})
    }, REST)
  } else known.own = []
  dim(ahead)
}

/** Shows what the page has computed of what a hand has set. */
export function show(ahead, sources, own) {
  const known = memory(ahead)
  known.own = Object.keys(own)
  for (const [name, given] of Object.entries(own)) feed(sources[name], given)
  clearTimeout(known.timer)
  if (isAhead(known)) dim(ahead)
  else take(ahead, sources, {}) // what is set is what it was
}

/**
 * The milliseconds for which the session had better not answer: while a hand moves what the page draws by itself its
 * frames would delay the page's. None once the hand rests, or at `latest`.
 */
export const pause = (ahead, now, latest) =>
  isAhead(memory(ahead)) ? Math.max(0, Math.min(ahead.moved.at + RESTS, latest) - now) : 0

/** Calls back once the session had better answer. */
export function unlessBusy(ahead, then, latest = performance.now() + BUSY) {
  const left = pause(ahead, performance.now(), latest)
  if (left > 0) setTimeout(() => unlessBusy(ahead, then, latest), left)
  else queueMicrotask(then)
}

/** The views of what has the stylesheet that dims, of a page that gets more models as tabs are opened. */
function dimmed({ document }, known) {
  const models = document.all_models
  if (models.size !== known.dimmed.size) {
    const isDimmed = ({ stylesheets }) => stylesheets?.some((one) => typeof one === "string" && one.includes(MARK))
    const views = [...models].filter(isDimmed).map((model) => Bokeh.index.find_one(model)).filter((view) => view)
    known.dimmed = { size: models.size, views }
  }
  return known.dimmed.views
}

/**
 * Dims what is not of the question shown: each by an attribute of its own, because a property of the page that all
 * inherit would have all of the page styled again before the runs are painted.
 */
function dim(ahead) {
  const known = memory(ahead), waits = isAhead(known)
  if (waits === known.isDim) return
  known.isDim = waits
  for (const { el } of dimmed(ahead, known)) el.toggleAttribute(MARK, waits)
}
