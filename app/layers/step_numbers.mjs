import { columns } from "../browser/columns.mjs"

/** The numbers of one step, by name, of a source that holds those of all steps; null where it holds none. */
export function numbersAt(step, source, names) {
  const all = columns(source).numbers
  const length = all.length / names.length
  return step < length ? Object.fromEntries(names.map((name, i) => [name, all[i * length + step]])) : null
}

/** The step whose sets are shown: the clock's; the first one while whole runs are shown, and no step is broken down. */
export const setsAt = (clock, whole) => !whole && clock.value >= clock.end ? 0 : clock.value
