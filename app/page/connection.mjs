import { record } from "../browser/columns.mjs"

// The page is live while the server answers, silent after a timeout, and lost once the socket is closed.
const READY_TIMEOUT = 5000 // to a request
const FIRST_PAUSE = 500, MAX_PAUSE = 8000 // between two attempts to reconnect
const STABLE_AFTER = 30000 // after which a reconnected page counts as stable
// Kept across the reload, or a page that always loses its connection would be reloaded in a loop.
const PAUSE = "samscape-pause"

const DISCONNECTED = "The connection to the server is lost. The page shows its last state and cannot be changed."
const UNRESPONSIVE = "The server does not respond. The page shows its last state and cannot be changed."
const NEW_LINK =
  "The server was restarted and requires its new link. Open that in another tab; this page then reconnects."
const FULL = "The server is full. This page reconnects when someone has left."

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
  }, STABLE_AFTER)
  let leaving = false

  // Covers the page while it is not live.
  const overlay = Object.assign(document.createElement("div"), { className: "connection-overlay" })
  const banner = Object.assign(document.createElement("div"), { className: "connection-banner" })
  const words = document.createElement("p")
  const wait = document.createElement("span")
  const retry = Object.assign(document.createElement("button"), { type: "button", textContent: "Retry now" })
  words.setAttribute("role", "alert")
  wait.setAttribute("aria-hidden", "true")
  banner.append(words, wait, retry)
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }))
  retry.addEventListener("click", () => {
    pause = FIRST_PAUSE
    try_to_reconnect()
  })

  const show = (sentence) => {
    if (words.textContent !== sentence) words.textContent = sentence
  }

  // Disables everything; what is added to the page meanwhile, such as the rest of an opening dialog, too.
  const disable = () => {
    for (const part of document.body.children) {
      if (part !== banner && part !== overlay) part.inert = true
    }
  }
  const watcher = new MutationObserver(disable)

  const freeze = (sentence) => {
    if (!banner.isConnected) {
      document.body.append(overlay, banner)
      disable()
      watcher.observe(document.body, { childList: true })
      document.documentElement.dataset.connection = condition
    }
    show(sentence)
  }

  const live = () => {
    condition = "live"
    delete document.documentElement.dataset.connection
    watcher.disconnect()
    clearTimeout(attempt)
    clearInterval(ticking)
    for (const part of document.body.children) part.inert = false
    overlay.remove()
    banner.remove()
    words.textContent = ""
  }

  // Reloads the page, with what it shows in its address.
  const reload = () => {
    leaving = true
    sessionStorage.setItem(PAUSE, Math.min(2 * first_pause, MAX_PAUSE))
    history.replaceState(null, "", location.pathname + line.link)
    location.reload()
  }

  const schedule_attempt = () => {
    clearTimeout(attempt)
    clearInterval(ticking)
    const milliseconds = pause * (1 + Math.random() / 4) // jitter, or all pages would reconnect at the same moment
    pause = Math.min(2 * pause, MAX_PAUSE)
    const due = performance.now() + milliseconds
    const tick = () => {
      wait.textContent = `Retrying in ${Math.max(0, Math.ceil((due - performance.now()) / 1000))} s`
    }
    tick()
    ticking = setInterval(tick, 1000)
    attempt = setTimeout(try_to_reconnect, milliseconds)
  }

  let reaching = false
  const try_to_reconnect = async () => {
    if (reaching || leaving || condition === "live") return
    reaching = true
    clearTimeout(attempt)
    clearInterval(ticking)
    wait.textContent = "Reconnecting …"
    let status = 0
    try {
      status = (await fetch("ready", { cache: "no-store", signal: AbortSignal.timeout(READY_TIMEOUT) })).status
    } catch { /* unreachable */ }
    reaching = false
    if (condition === "live") return
    if (condition === "silent") {
      if (status === 0) answered_at = undefined
      else if (performance.now() - (answered_at ??= performance.now()) > lost_after) lost()
      if (condition === "silent") schedule_attempt()
    } else if (status === 204) reload()
    else {
      show(status === 403 ? NEW_LINK : status === 503 ? FULL : DISCONNECTED)
      schedule_attempt()
    }
  }

  const lost = () => {
    condition = "lost"
    clearTimeout(asking)
    clearTimeout(silence)
    freeze(DISCONNECTED)
    pause = first_pause
    schedule_attempt()
  }

  const ask = () => {
    asking = undefined
    if (condition !== "live" || line.asked !== line.answered) return
    silence = setTimeout(() => {
      if (condition !== "live" || line.asked === line.answered) return
      condition = "silent"
      answered_at = undefined
      freeze(UNRESPONSIVE)
      schedule_attempt()
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
      try_to_reconnect()
    }
  }
  globalThis.addEventListener("online", now)
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) now()
  })
}
