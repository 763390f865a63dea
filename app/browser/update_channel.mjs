import { take, unlessBusy } from "./ahead.mjs"
import { record } from "./columns.mjs"

const KINDS = { f4: Float32Array, f8: Float64Array, u1: Uint8Array }

/** The columns of each source that `packed` put into a frame. */
export function unpacked(frame) {
  const columns = JSON.parse(frame.columns)
  for (const [name, column, kind, at, shape] of JSON.parse(frame.table)) {
    const array = (from, length) => new KINDS[kind](frame.numbers, from, length)
    if (typeof shape === "number") columns[name][column] = array(at, shape)
    else {
      let from = at
      columns[name][column] = shape.map((length) => {
        const one = array(from, length)
        from += one.byteLength
        return one
      })
    }
  }
  for (const [name, column, image] of frame.images) columns[name][column] = [image]
  return columns
}

export default ({ channel, sources, ahead }) => {
  const frame = record(channel.frame), { number } = frame
  take(ahead, record(sources), unpacked(frame))
  unlessBusy(ahead, () => {
    channel.taken = number
  })
}
