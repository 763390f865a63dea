// The sizes of type that a figure's models may have, and the borders round a frame that were measured for them.
const SIZES = [
  "text_font_size",
  "label_text_font_size",
  "title_text_font_size",
  "axis_label_text_font_size",
  "major_label_text_font_size",
]
const BORDERS = ["min_border_left", "min_border_bottom"]
const USUAL = 16 // px of the page's type, for which the figures were made

/** A size in px, so many times as large; what is of another unit stays. */
export function scaled(size, factor) {
  if (typeof size === "number") return Math.round(size * factor)
  return /^[\d.]+px$/.test(size) ? `${Number((parseFloat(size) * factor).toFixed(2))}px` : size
}

/** How many times its usual size the page's type is. */
export const typeFactor = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL

/**
 * Has the type of all figures grow with the page's, those that are added later too; returns what is called when the
 * page's has changed.
 */
export function followTypeSize(model) {
  const made = new WeakMap() // of each model, the sizes that it was made with
  let factor = 1, waiting = false
  const sizesOf = (one) => {
    const sizes = {}
    for (const name of one.type === "Figure" && one.name !== null ? [...SIZES, ...BORDERS] : SIZES) {
      const size = one.properties[name] && one[name]
      if (size) sizes[name] = size
    }
    return sizes
  }
  const apply = (one) => {
    if (!made.has(one)) made.set(one, sizesOf(one))
    const sizes = Object.entries(made.get(one)).map(([name, size]) => {
      const value = typeof size === "object" ? { ...size, value: scaled(size.value, factor) } : scaled(size, factor)
      return [name, value]
    })
    if (sizes.length > 0) one.setv(Object.fromEntries(sizes), { sync: false })
  }
  const changed = () => {
    waiting = false
    const before = factor
    factor = typeFactor()
    if (factor !== 1 || before !== 1) { for (const one of model.all_models) apply(one) }
  }
  model.on_change((event) => {
    if (waiting || factor === 1 || !["children", "objects"].includes(event.attr)) return
    waiting = true
    requestAnimationFrame(changed)
  })
  globalThis.addEventListener("resize", changed)
  changed()
  return changed
}
