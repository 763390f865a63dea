import { render } from "../../lessons/lesson_panel.mjs"
import { stage } from "../live/stage.mjs"
import { theme } from "../live/theme.mjs"

const NOWHERE = { x: [], y: [] }, NO_LINES = { xs: [], ys: [] }

/** The number of the scene that the address names, from 0. */
function linkedScene({ length }) {
  const number = Number(location.hash.slice(1))
  return Number.isInteger(number) && number >= 1 && number <= length ? number - 1 : 0
}

/** Gives a lesson: the app's panel beside planes that the page computes. */
export default ({ stages, codes, words, lesson: { lesson, scenes }, style }) => {
  const root = document.querySelector("main"), sections = [...root.querySelectorAll(".stage")]
  const stills = [...root.querySelectorAll(".still")], elsewhere = root.querySelector(".elsewhere")
  theme(root, stages.flatMap(({ variants }) => variants))
  const parts = stages.map((picture, k) => stage(sections[k], { ...picture, ...codes[k] }))
  let at = linkedScene(scenes), chosen = null, predicted = [], revealed = false, plays = 0, follow = () => {}

  /** Where the run ends that a scene asks for; null where it leaves the finite numbers. */
  const measured = ({ stage, point }) => {
    const run = parts[stage].runs().find(({ rule }) => rule.key === point.rule)
    return run !== undefined && Number.isFinite(run.x[0]) && Number.isFinite(run.y[0]) ? [run.x[0], run.y[0]] : null
  }
  const verdict = (scene) => {
    const { choices, right, point } = scene
    if (point !== null) return words.points_words(point.name, measured(scene), predicted, [], point.within)
    return right === null ? "" : words.choice_words(choices[right], chosen === null ? null : choices[chosen])
  }
  const content = () => {
    const scene = scenes[at], { title, text, prompt, choices, right, point, asks } = scene
    return {
      lesson,
      number: at + 1,
      count: scenes.length,
      title,
      text,
      prompt,
      choices,
      chosen,
      right: revealed ? right : null,
      places: point !== null,
      predicted: predicted.slice(-1),
      own: predicted.length,
      others: 0,
      asks,
      revealed,
      verdict: revealed ? verdict(scene) : "",
      reveal: revealed ? scene.reveal : "",
      plays,
    }
  }
  const model = {
    content: content(),
    set asked(what) {
      take(what)
    },
    on: (name, follower) => {
      if (name === "content") follow = follower
    },
    get document() {
      const { clock, playback, sources } = stages[scenes[at].stage] ?? {}
      return { all_models: [clock, playback, sources?.playback].filter(Boolean) }
    },
  }
  const tell = () => {
    model.content = content()
    follow()
    root.dataset.scene = String(at + 1)
  }
  /** Draws what was predicted, and how far that is from the end once it is known. */
  const mark = ({ stage }, end = null) => {
    const { predictions, misses } = stages[stage].sources
    predictions.data = { x: predicted.map(([x]) => x), y: predicted.map(([, y]) => y) }
    misses.data = end === null ? NO_LINES : {
      xs: predicted.map(([x]) => [x, end[0]]),
      ys: predicted.map(([, y]) => [y, end[1]]),
    }
  }
  const predict = (x, y) => {
    predicted.push([x, y])
    mark(scenes[at])
    tell()
  }
  const open = (number) => {
    for (const { playback } of stages) playback.running = false
    ;[at, chosen, predicted, revealed] = [number, null, [], false]
    const scene = scenes[at]
    sections.forEach((section, k) => {
      section.hidden = k !== scene.stage
    })
    for (const still of stills) {
      still.hidden = Number(still.dataset.scene) !== at
      still.querySelector(".before").hidden = false
      still.querySelector(".after").hidden = true
    }
    if (scene.stage !== null) {
      const { clock, arrow, sources } = stages[scene.stage]
      sources.predictions.data = NOWHERE
      sources.misses.data = NO_LINES
      parts[scene.stage].set({ ...scene.state, hidden: scene.hide, tapped: scene.point === null ? null : predict })
      arrow.stage = scene.part
      clock.value = scene.step ?? (scene.state.anatomy ? 0 : clock.end)
    }
    elsewhere.textContent = scene.elsewhere
    elsewhere.hidden = scene.elsewhere === ""
    location.replace(`#${at + 1}`)
    if (scene.play && !scene.asks) plays += 1
    tell()
  }
  const reveal = () => {
    const scene = scenes[at]
    revealed = true
    for (const still of stills) {
      still.querySelector(".before").hidden = true
      still.querySelector(".after").hidden = false
    }
    if (scene.stage !== null) parts[scene.stage].set({ hidden: [], tapped: null })
    if (scene.point !== null) mark(scene, measured(scene))
    if (scene.play) plays += 1
    tell()
  }
  const take = (what) => {
    const { asks, choices, stage } = scenes[at], go = (number) => scenes[number] && open(number)
    if (what.do === "back") go(at - 1)
    else if (what.do === "next") go(at + 1)
    else if (what.do === "forward" && (!asks || revealed)) go(at + 1)
    else if (what.do === "forward" || what.do === "reveal") reveal()
    else if (what.do === "choose" && !revealed && what.index < choices.length) {
      chosen = what.index
      tell()
    } else if (what.do === "predict" && !revealed) predict(what.x, what.y)
    else if (what.do === "undo" && predicted.length > 0 && stage !== null) {
      predicted.pop()
      mark(scenes[at])
      tell()
    }
  }
  const shadow = root.querySelector(".panel").attachShadow({ mode: "open" }), sheet = document.createElement("style")
  sheet.textContent = `${style} .close { display: none }`
  shadow.append(sheet, render({ model }))
  open(at)
  root.dataset.live = "ready"
}
