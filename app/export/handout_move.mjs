import { move } from "../layers/playback_clock.mjs"

export default ({ clock, state, by }) => move(clock, state, by)
