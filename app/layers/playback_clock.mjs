// The clock's value is the step that is shown; `state` says whether it runs.

const STILL = 500 // ms that a picture stands where the browser asks for reduced motion: it changes, but does not move
const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)")

/** Sets the clock going, or stops it; `speed` and `loop` are asked at each frame. */
export function toggle(clock, state, speed, loop) {
  state.running = !state.running
  if (!state.running) return
  if (clock.value >= clock.end) clock.value = 0
  const start = state.starts += 1
  let position = clock.value, shown = position, before = performance.now(), since = before
  const advance = (now) => {
    if (!state.running || state.starts !== start) return
    if (shown !== clock.value) position = shown = clock.value // a visitor has moved it
    position += stepsIn(now - before, clock.end, state.seconds) * speed()
    before = now
    const ended = position >= clock.end
    if (ended) position = loop() ? 0 : clock.end
    if (ended || !calm?.matches || now - since >= STILL) {
      clock.value = shown = Math.round(position)
      since = now
    }
    if (ended && !loop()) state.running = false
    if (state.running) requestAnimationFrame(advance)
  }
  requestAnimationFrame(advance)
}

/** Stops the clock and moves it by so many steps. */
export function move(clock, state, by) {
  state.running = false
  clock.value = Math.min(Math.max(clock.value + by, 0), clock.end)
}

/** How many steps pass in so many milliseconds where all pass in `seconds`. */
export const stepsIn = (milliseconds, steps, seconds) => Math.max(milliseconds, 0) / 1000 * steps / seconds
