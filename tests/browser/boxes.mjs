/**
 * What is wrong with the boxes on the screen, in sentences: cut off, out of reach, covered, or too small to be touched.
 * `touch` is how high and wide a control must be at least, in px.
 */
export default (touch) => {
  const SLACK = 2.5 // px
  const BLOCKS = "button, select, input[type=range], .MuiFormControl-root, .MuiFormControlLabel-root, .bk-Figure"
  const TEXTS = "p, li, h1, h2, h3, h6, td, th, dt, summary"
  const TOUCHED = "button, select, input[type=range], .MuiFormControlLabel-root, .MuiInputBase-root, .MuiSlider-root"
  const parent = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host
  const style = (element) => getComputedStyle(element)
  const isSeen = (element, { width, height }) =>
    width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true })
  const isForReaders = (element) =>
    // of the screen alone, as `.unseen`: it takes no room
    style(element).clipPath.startsWith("inset(50%") ||
    (style(element).overflow !== "visible" && element.offsetWidth <= 1)
  const name = (element) => {
    const text = (element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\s+/g, " ")
    return `${element.tagName.toLowerCase()}.${String(element.className).split(" ")[0]} “${text.slice(0, 40)}”`
  }

  const found = [], faults = []
  const walk = (element, inside) => {
    if (isForReaders(element)) return
    const box = element.getBoundingClientRect()
    const isBlock = element.matches(`${BLOCKS}, ${TEXTS}`)
    if (isBlock && inside === null && isSeen(element, box)) found.push({ element, box })
    if (touch && element.matches(TOUCHED) && isSeen(element, box) && Math.min(box.width, box.height) < touch - 0.5) {
      faults.push(`${name(element)} is ${box.width.toFixed(0)} x ${box.height.toFixed(0)} px, too small for a finger`)
    }
    const children = [...element.shadowRoot?.children ?? [], ...element.children]
    for (const child of children) walk(child, inside ?? (isBlock ? element : null))
  }
  walk(document.body, null)

  const shown = []
  for (const { element, box } of found) {
    const within = { left: box.left, top: box.top, right: box.right, bottom: box.bottom }
    const onPage = { ...within } // as the inner scrollers show it
    for (let outer = parent(element); outer; outer = parent(outer)) {
      const rule = style(outer)
      if (outer.matches(".view")) Object.assign(onPage, within)
      if (rule.display === "contents" || (rule.overflowX === "visible" && rule.overflowY === "visible")) continue
      const edge = outer.getBoundingClientRect()
      for (
        const [low, high, along, scroll] of [["left", "right", "X", "scrollLeft"], ["top", "bottom", "Y", "scrollTop"]]
      ) {
        const flow = rule[`overflow${along}`]
        if (flow === "auto" || flow === "scroll") {
          if (within[low] + outer[scroll] < edge[low] - SLACK) faults.push(`${name(element)} is out of reach, ${low}`)
          for (const side of [low, high]) within[side] = Math.min(Math.max(within[side], edge[low]), edge[high])
        } else if (flow !== "visible" && (within[low] < edge[low] - SLACK || within[high] > edge[high] + SLACK)) {
          faults.push(`${name(element)} is cut off by ${name(outer).slice(0, 30)}, ${along}`)
        }
      }
    }
    if (within.right > innerWidth + SLACK || within.bottom > innerHeight + SLACK || within.left < -SLACK) {
      faults.push(`${name(element)} reaches beyond the window`)
    }
    if (
      element.matches(TEXTS) && element.scrollWidth > element.clientWidth + SLACK &&
      style(element).overflowX !== "visible"
    ) {
      faults.push(`${name(element)} is cut in its line`)
    }
    shown.push({ element, box: onPage })
  }
  for (const [n, one] of shown.entries()) {
    for (const other of shown.slice(n + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top)
      if (across > 2 * SLACK && down > 2 * SLACK) faults.push(`${name(one.element)} overlaps ${name(other.element)}`)
    }
  }
  for (const model of Bokeh.documents[0].all_models) {
    const view = model.type === "Figure" ? Bokeh.index.find_one(model) : null
    if (!view || !shown.some(({ element }) => element === view.el)) continue
    const { width, height } = view.frame.bbox
    if (model.name === "plane" && Math.min(width, height) < 150) faults.push(`the plane is ${width} x ${height} px`)
  }
  return faults
}
