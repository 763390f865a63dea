import { columns } from "../browser/columns.mjs"
import { frameSize } from "../browser/viewport.mjs"

const TOGETHER = 10 // px, within which ends count as one place
const NAMED = 3 // names that are written at one place; of more ends their number is
const MANY = 5 // runs without names that are counted
const MOST = 8 // counts on a plane
const GAP = 4, PADDING = 4 // px between a star and its label, and round the text
const TURNS = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [1, 1], [-1, -1], [-1, 1]]

/** Ends in px, those together that lie on each other. */
export function grouped(ends) {
  const groups = []
  for (const { x, y, text } of ends) {
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < TOGETHER)
    if (near) near.texts.push(text)
    else groups.push({ x, y, texts: [text] })
  }
  return groups
}

/** What is written at a place: the names of its ends, or how many they are; empty where that need not be said. */
export function said({ texts }) {
  const names = texts.filter((text) => text !== "")
  if (names.length === 0) return texts.length < MANY ? "" : `${texts.length} here`
  return names.length > NAMED ? `${names.length} here` : names.join(", ")
}

const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/**
 * Where labels stand, in px: beside their stars where there is room, else further off, inside the frame and not on each
 * other; one that fits nowhere is left out. `x`, `y` is the label's middle; `from`, `to` are a line's ends, or null.
 *
 * @param places x, y, text and width of each
 * @param star half the size of a star
 */
export function placed(places, { width, height }, star, lineHeight) {
  const taken = places.map(({ x, y }) => ({
    left: x - star,
    right: x + star,
    top: y - star,
    bottom: y + star,
  }))
  const found = []
  for (const { x, y, text, width: wide } of places) {
    const half = [wide / 2 + PADDING, lineHeight / 2 + PADDING]
    const candidates = [0, 1, 2, 3, 4].flatMap((ring) =>
      TURNS.map(([right, down]) => [
        x + right * (half[0] + star + GAP + ring * lineHeight),
        y + down * (half[1] + star * (right === 0 ? 1 : 0.5) + GAP + ring * lineHeight),
      ])
    )
    for (const [at_x, at_y] of candidates) {
      const box = { left: at_x - half[0], right: at_x + half[0], top: at_y - half[1], bottom: at_y + half[1] }
      if (box.left < 0 || box.right > width || box.top < 0 || box.bottom > height) continue
      if (taken.some((other) => overlaps(box, other))) continue
      taken.push(box)
      const to = [Math.min(Math.max(x, box.left), box.right), Math.min(Math.max(y, box.top), box.bottom)]
      const isFar = Math.hypot(to[0] - x, to[1] - y) > star + 2 * GAP
      found.push({ x: at_x, y: at_y, text, line: isFar ? { from: [x, y], to } : null })
      break
    }
  }
  return found
}

function textWidth(text, font) {
  const context = document.createElement("canvas").getContext("2d")
  context.font = font
  return context.measureText(text).width
}

function place({ figure, ends, stars, labels, leaders, glyph }) {
  const { x_range, y_range } = figure, [width, height] = frameSize(figure)
  const { x: xs, y: ys, text: texts } = columns(ends)
  const toPixels = (x, y) => ({
    x: (x - x_range.start) / (x_range.end - x_range.start) * width,
    y: (y_range.end - y) / (y_range.end - y_range.start) * height,
  })
  const toPlane = (x, y) => [
    x_range.start + x / width * (x_range.end - x_range.start),
    y_range.end - y / height * (y_range.end - y_range.start),
  ]
  const seen = [...xs].map((x, k) => ({ ...toPixels(x, ys[k]), text: texts[k] }))
    .filter(({ x, y }) => 0 <= x && x <= width && 0 <= y && y <= height)
  const size = parseFloat(glyph.text_font_size.value), font = `bold ${size}px ${glyph.text_font.value}`
  const places = grouped(seen)
    .map((group) => ({ ...group, text: said(group), count: group.texts.length }))
    .filter(({ text }) => text !== "")
    .toSorted((a, b) => b.count - a.count)
    .slice(0, Math.max(MOST, new Set(texts).size))
    .map((one) => ({ ...one, width: textWidth(one.text, font) }))
  const found = placed(places, { width, height }, stars.size.value / 2, size * 1.2)
  const at = found.map(({ x, y }) => toPlane(x, y)), lines = found.flatMap(({ line }) => line ?? [])
  labels.data = { x: at.map(([x]) => x), y: at.map(([, y]) => y), text: found.map(({ text }) => text) }
  leaders.data = {
    xs: lines.map(({ from, to }) => [toPlane(...from)[0], toPlane(...to)[0]]),
    ys: lines.map(({ from, to }) => [toPlane(...from)[1], toPlane(...to)[1]]),
  }
}

// What changes at once is placed together, before Bokeh paints it: labels that come with a frame of their own are painted
// two frames later.
export default ({ placing, ...models }) => {
  if (placing.pending || frameSize(models.figure).includes(0)) return
  placing.pending = true
  queueMicrotask(() => {
    placing.pending = false
    place(models)
  })
}
