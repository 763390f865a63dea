import { toggle } from "../layers/playback_clock.mjs"

export default ({ clock, state, speed, loop }) => toggle(clock, state, () => Number(speed.value), () => loop.active)
