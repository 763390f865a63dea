/** The sizes of all type on the screen, in px: of what is written in the page and in the figures. */
export default () => {
  const sizes = []
  const walk = (element) => {
    const { width, height } = element.getBoundingClientRect()
    const isSeen = width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true })
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim())
    if (isSeen && texts.length > 0 && !["STYLE", "SCRIPT", "OPTION"].includes(element.tagName)) {
      sizes.push([parseFloat(getComputedStyle(element).fontSize), texts[0].textContent.trim().slice(0, 40)])
    }
    for (const child of [...element.shadowRoot?.children ?? [], ...element.children]) walk(child)
  }
  walk(document.body)
  for (const model of Bokeh.documents[0].all_models) {
    if (model.type !== "Figure" || !Bokeh.index.find_one(model)?.el.checkVisibility()) continue
    const parts = [model.title, ...model.below, ...model.left, ...model.renderers.map(({ glyph }) => glyph)]
    for (const part of parts.filter((part) => part && part.visible !== false)) {
      for (const name of ["text_font_size", "axis_label_text_font_size", "major_label_text_font_size"]) {
        const size = part.properties[name] && part[name]
        if (size) sizes.push([parseFloat(size.value ?? size), `${part.type} of ${model.name}: ${name}`])
      }
    }
  }
  return sizes
}
