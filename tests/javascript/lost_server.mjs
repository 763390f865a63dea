// A page without a browser, whose server is lost, silent, full or restarted: time passes as fast as it can.
let now = 0
let timers = []
const later = (handle, wait, every) => {
  const timer = { handle, due: now + wait, every }
  timers.push(timer)
  return timer
}
const forget = (timer) => timers = timers.filter((one) => one !== timer)
Object.assign(globalThis, {
  performance: { now: () => now },
  setTimeout: (handle, wait) => later(handle, wait, 0),
  setInterval: (handle, wait) => later(handle, wait, wait),
  clearTimeout: forget,
  clearInterval: forget,
  sessionStorage: { getItem: () => null, setItem() {}, removeItem() {} },
  AbortSignal: { timeout: () => null },
  MutationObserver: class {
    observe() {}
    disconnect() {}
  },
  addEventListener() {},
  location: { pathname: "/", reload: () => page.reloads.push(now) },
  history: { replaceState: (_state, _title, address) => page.address = address },
  fetch: () => page.status === 0 ? Promise.reject(new Error("unreachable")) : Promise.resolve({ status: page.status }),
})

const page = { status: 0, answers: true, reloads: [], address: "" }

const element = () => {
  const made = { children: [], dataset: {}, textContent: "", inert: false, isConnected: false }
  made.append = (...parts) => {
    for (const part of parts) Object.assign(part, { isConnected: true, remove: () => take(made, part) })
    made.children.push(...parts)
  }
  made.setAttribute = () => {}
  made.addEventListener = (_name, handle) => made.click = handle
  return made
}
const take = (parent, part) => {
  parent.children = parent.children.filter((one) => one !== part)
  part.isConnected = false
}
const content = element()
globalThis.document = {
  createElement: element,
  head: element(),
  body: element(),
  documentElement: element(),
  addEventListener() {},
}
document.body.append(content)

let lost, changed, answered
const line = {
  asked: 0,
  answered: 0,
  link: "?v=1&rho=0.3",
  document: { roots: () => [], on_change: (handle) => changed = handle, on_event: (_name, handle) => lost = handle },
  properties: { answered: { change: { connect: (handle) => answered = handle } } },
}

/** Begins to watch the page's connection. */
export const begin = (watch, waits) => watch({ line, style: "", waits })

/** What happens: the socket is closed, a visitor changes something, or a button of the banner is pressed. */
export const happens = {
  lost: () => lost(),
  changed: () => changed({ sync: true, model: {} }),
  retry: () => document.body.children.at(-1).children.at(-1).click(),
}

/** What the server does from now on: the status of its answers to "ready", 0 for none, and whether it answers. */
export const server = (status, answers) => Object.assign(page, { status, answers })

/** Does what is due next, unless it is later than a time; returns whether there was something. */
export const tick = (until) => {
  if (page.answers && line.asked !== line.answered) {
    line.answered = line.asked
    answered()
  }
  const [next] = timers.filter(({ due }) => due <= until).sort((one, other) => one.due - other.due)
  if (!next) {
    now = until
    return false
  }
  now = next.due
  if (next.every) next.due += next.every
  else forget(next)
  next.handle()
  return true
}

/** What the page shows now, and since when it was loaded anew. */
export const seen = () => {
  const banner = document.body.children.find(({ children }) => children.length === 3)
  const [words, wait, retry] = banner?.children.map((part) => part.textContent) ?? []
  return { now, words, wait, retry, inert: content.inert, reloads: page.reloads, address: page.address }
}
