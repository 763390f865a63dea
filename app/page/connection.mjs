import { record } from "../browser/columns.mjs"

// The page is live while the server answers, silent when it has not for a while, and lost once the socket is closed.
const ANSWER_WITHIN = 5000 // to a request
const FIRST_PAUSE = 500, LONGEST_PAUSE = 8000 // between two attempts to reach it
const STEADY = 30000 // after which a page that came back is taken to stay
// What survives the page that is loaded anew: the theme, which stands in no link, and the pause, or a page that is
// always cut off would be loaded again and again.
const DARK = "samscape-dark", PAUSE = "samscape-pause"

const GONE = "The server is gone. What you see is from before, and cannot be changed."
const SILENT = "The server does not answer. What you see is from before, and cannot be changed."
const SHUT =
  "The server was started anew and asks for its new link. Open that in another tab; this page then comes back."
const FULL = "The server is there, but the room is full. This page comes back when someone has left."

export default ({ line, style, waits }) => {
  const { document: model } = line
  const { ask_after, silent_after, lost_after } = record(waits)
  let condition = "live"
  let asking, silence, attempt, ticking, answered_at
  let first_pause = Number(sessionStorage.getItem(PAUSE) ?? FIRST_PAUSE)
  let pause = first_pause
  sessionStorage.removeItem(PAUSE)
  setTimeout(() => {
    first_pause = FIRST_PAUSE
  }, STEADY)
  let leaving = false

  const page = () => model.roots().find((root) => root.data?.dark_theme !== undefined)?.data
  const remembered = sessionStorage.getItem(DARK)
  sessionStorage.removeItem(DARK)
  if (remembered !== null && page() && page().dark_theme !== (remembered === "1")) {
    page().dark_theme = remembered === "1"
  }

  // What stands in the way while the page is not live.
  const veil = Object.assign(document.createElement("div"), { className: "connection-veil" })
  const banner = Object.assign(document.createElement("div"), { className: "connection-banner" })
  const words = document.createElement("p")
  const wait = document.createElement("span")
  const again = Object.assign(document.createElement("button"), { type: "button", textContent: "Try now" })
  words.setAttribute("role", "alert")
  wait.setAttribute("aria-hidden", "true")
  banner.append(words, wait, again)
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }))
  again.addEventListener("click", () => {
    pause = FIRST_PAUSE
    reach()
  })

  const tell = (sentence) => {
    if (words.textContent !== sentence) words.textContent = sentence
  }

  // Marks everything as stale; what is put into the page meanwhile, such as the rest of an opening dialog, too.
  const disable = () => {
    for (const part of document.body.children) {
      if (part !== banner && part !== veil) part.inert = true
    }
  }
  const watcher = new MutationObserver(disable)

  const stale = (sentence) => {
    if (!banner.isConnected) {
      document.body.append(veil, banner)
      disable()
      watcher.observe(document.body, { childList: true })
      document.documentElement.dataset.connection = condition
    }
    tell(sentence)
  }

  const live = () => {
    condition = "live"
    delete document.documentElement.dataset.connection
    watcher.disconnect()
    clearTimeout(attempt)
    clearInterval(ticking)
    for (const part of document.body.children) part.inert = false
    veil.remove()
    banner.remove()
    words.textContent = ""
  }

  // Loads the page anew, with what it shows in its address.
  const come_back = () => {
    leaving = true
    if (page()) sessionStorage.setItem(DARK, page().dark_theme ? "1" : "0")
    sessionStorage.setItem(PAUSE, Math.min(2 * first_pause, LONGEST_PAUSE))
    history.replaceState(null, "", location.pathname + line.link)
    location.reload()
  }

  const later = () => {
    clearTimeout(attempt)
    clearInterval(ticking)
    const milliseconds = pause * (1 + Math.random() / 4) // or a whole room would come back in the same moment
    pause = Math.min(2 * pause, LONGEST_PAUSE)
    const due = performance.now() + milliseconds
    const tick = () => {
      wait.textContent = `Trying in ${Math.max(0, Math.ceil((due - performance.now()) / 1000))} s`
    }
    tick()
    ticking = setInterval(tick, 1000)
    attempt = setTimeout(reach, milliseconds)
  }

  let reaching = false
  const reach = async () => {
    if (reaching || leaving || condition === "live") return
    reaching = true
    clearTimeout(attempt)
    clearInterval(ticking)
    wait.textContent = "Trying …"
    let status = 0
    try {
      status = (await fetch("ready", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN) })).status
    } catch { /* it is not there */ }
    reaching = false
    if (condition === "live") return
    if (condition === "silent") {
      if (status === 0) answered_at = undefined
      else if (performance.now() - (answered_at ??= performance.now()) > lost_after) lost()
      if (condition === "silent") later()
    } else if (status === 204) come_back()
    else {
      tell(status === 403 ? SHUT : status === 503 ? FULL : GONE)
      later()
    }
  }

  const lost = () => {
    condition = "lost"
    clearTimeout(asking)
    clearTimeout(silence)
    stale(GONE)
    pause = first_pause
    later()
  }

  const ask = () => {
    asking = undefined
    if (condition !== "live" || line.asked !== line.answered) return
    silence = setTimeout(() => {
      if (condition !== "live" || line.asked === line.answered) return
      condition = "silent"
      answered_at = undefined
      stale(SILENT)
      later()
    }, silent_after)
    line.asked += 1
  }

  line.properties.answered.change.connect(() => {
    if (line.asked !== line.answered) return
    clearTimeout(silence)
    if (condition === "silent") live()
  })
  model.on_change((event) => {
    if (event.sync && event.model !== line && condition === "live") asking ??= setTimeout(ask, ask_after)
  })
  model.on_event("connection_lost", () => {
    if (condition !== "lost") lost()
  })
  const now = () => {
    if (condition === "live") ask()
    else {
      pause = FIRST_PAUSE
      reach()
    }
  }
  globalThis.addEventListener("online", now)
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) now()
  })
}
