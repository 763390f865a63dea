import { move, toggle } from "../../layers/playback_clock.mjs"

/** The buttons that control the clock. */
export function player(root, { clock, playback }) {
  const find = (name) => root.querySelector(`.player [name="${name}"]`)
  const [play, back, forward, step, speed, loop] = ["play", "back", "forward", "step", "speed", "loop"].map(find)
  const number = root.querySelector(".player output")
  const update = () => {
    step.max = clock.end
    step.value = clock.value
    number.textContent = `step ${clock.value} of ${clock.end}`
    play.textContent = playback.running ? "Pause" : "Play"
  }
  play.addEventListener("click", () => toggle(clock, playback, () => Number(speed.value), () => loop.checked))
  back.addEventListener("click", () => move(clock, playback, -1))
  forward.addEventListener("click", () => move(clock, playback, 1))
  step.addEventListener("input", () => move(clock, playback, Number(step.value) - clock.value))
  for (const { change } of [clock.properties.value, clock.properties.end, playback.properties.running]) {
    change.connect(update)
  }
  update()
}
