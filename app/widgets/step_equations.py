"""The card beside the picture: a rule's equation, filled in with the numbers of the step that is shown."""

import re
from dataclasses import fields
from typing import ClassVar

import param
from panel.custom import JSComponent

from app.layers.step_anatomy import NUMBERS
from app.theme import colour, short
from optimizers import OPTIMIZERS

ESM = """
const signed = (value) => {
    if (!Number.isFinite(value)) return "not finite"
    const size = Math.abs(value)
    const text = size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toFixed(3)
    return text.replaceAll("-", "−")
}
const pair = (x, y) => `<span class="pair">(${signed(x)}, ${signed(y)})</span>`

export function render({model}) {
    const models = [...model.document.all_models]
    const named = (name) => models.find((other) => other.name === name)
    const clock = models.find(({name, type}) => name === "step" && type === "Slider")
    const playback = named("playback"), hyperparameters = named("hyperparameters")
    const parts = Object.fromEntries(model.rules.map(({key}) => [key, named(`anatomy ${key}`)]))
    let chosen = null

    const card = document.createElement("section")
    card.setAttribute("aria-label", "Anatomy of one step")
    const choices = document.createElement("div")
    choices.setAttribute("role", "radiogroup")
    choices.setAttribute("aria-label", "Rule whose step is shown")
    const lines = document.createElement("div")
    lines.className = "lines"
    const buttons = {}
    for (const {key, name, colour} of model.rules) {
        const label = document.createElement("label")
        label.innerHTML = `<input type="radio" name="anatomy"><span></span>`
        label.querySelector("span").textContent = name
        label.style.setProperty("--colour", colour)
        const input = label.querySelector("input")
        input.addEventListener("change", () => { chosen = key; shown() })
        buttons[key] = {label, input}
        choices.append(label)
    }
    card.append(choices, lines)

    const shown = () => {
        const step = clock.value
        const here = model.rules.filter(({key}) => numbers(parts[key], step) !== null)
        for (const {key} of model.rules) buttons[key].label.hidden = !here.some((rule) => rule.key === key)
        const rule = here.find(({key}) => key === chosen) ?? here[here.length - 1]
        if (rule === undefined) {
            lines.innerHTML = ""
            return
        }
        buttons[rule.key].input.checked = true
        const {x, y, gx, gy, vx, vy, dx, dy, hx, hy, nx, ny} = numbers(parts[rule.key], step)
        const {rho: [rho], learning_rate: [rate]} = columns(hyperparameters)
        const g = "<i>g</i>", v = "<i>v</i>", there = "∇ℓ(θ + δ)"
        const texts = [
            `θ = ${pair(x, y)} at step ${step}`,
            `${g} = ∇ℓ(θ) = ${pair(gx, gy)}, ‖${g}‖ = ${signed(Math.hypot(gx, gy))}`,
        ]
        if (rule.perturbs) texts.push(
            rule.metric === "" ? `${v} = ${g}` : `${v} = ${rule.metric}${g} = ${pair(vx, vy)}`,
            `δ = ρ ${v} ∕ √(${g}ᵀ${v}) = ${Number(rho.toPrecision(4))} ${v} ∕ ${signed(Math.sqrt(gx * vx + gy * vy))}`
                + ` = ${pair(dx, dy)}`,
            `${there} = ${pair(hx, hy)}`,
        )
        texts.push(`θ′ = θ − α ${rule.perturbs ? there : g} = θ − ${Number(rate.toPrecision(4))}`
            + ` ${pair(hx, hy)} = ${pair(nx, ny)}`)
        const paragraphs = texts.map((text) => `<p>${text}</p>`)
        const scale = Number((clock.arrow ?? 0.1).toPrecision(1))
        if (rule.perturbs) paragraphs.push(`<p class="legend">Arrow: −${scale} ${there}</p>`)
        lines.innerHTML = paragraphs.join("")
    }
    clock.properties.value.change.connect(shown)
    playback.properties.data.change.connect(shown)
    shown()
    return card
}
"""

CSS = """
section { color: var(--mui-palette-text-primary, #17202b); font: 15px/1.35 Roboto, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
[role="radiogroup"] { display: flex; flex-wrap: wrap; gap: 2px 12px; margin: 4px 0 2px; font-weight: 600; }
label { white-space: nowrap; cursor: pointer; }
label[hidden] { display: none; }
section input[type="radio"] { appearance: auto; width: 15px !important; height: 15px !important; min-height: 0;
  margin: 0 5px 0 0; vertical-align: -2px; accent-color: var(--colour); }
span { border-bottom: 3px solid var(--colour); }
p { margin: 1px 0; padding-left: 14px; text-indent: -14px; }
p span { border: 0; }
.pair { white-space: nowrap; }
.legend { opacity: 0.8; font-size: 14px; }
:focus-visible { outline: 3px solid #e8590c; outline-offset: 1px; }
"""


def inverse(metric: str) -> str:
    """G⁻¹ as HTML, of a metric in LaTeX; empty for the identity.

    Example:
        >>> inverse(r"I + g g^\\top")
        '(I + <i>g</i><i>g</i>ᵀ)<sup>−1</sup>'
    """
    if metric == "I":
        return ""
    power = re.fullmatch(r"(.*)\^\{-(\d)\}", metric)
    text = power[1] if power else metric
    for latex, html in LATEX:
        text = text.replace(latex, html)
    text = re.sub(r"(?<![a-z<])g(?![a-z>])\s?", "<i>g</i>", text)
    if power:
        return f"{text}<sup>{power[2]}</sup>"
    return f"{text}<sup>−1</sup>" if text.startswith("diag") else f"({text})<sup>−1</sup>"


LATEX = (
    (r"\mathrm{diag}", "diag"),
    (r"^\top", "ᵀ"),
    (r"\eta", "η"),
    (r"\theta", "θ"),
    ("_i^2", "ᵢ²"),
    ("_i", "ᵢ"),
)


class Card(JSComponent):
    """The card. It reads the clock and what `app.layers.step_anatomy` sent, which it finds in the page."""

    rules = param.List(
        default=[
            {
                "key": key,
                "name": short(key),
                "colour": colour(key),
                "metric": inverse(form.metric),
                "perturbs": any(item.name == "rho" for item in fields(form)),
            }
            for key, form in OPTIMIZERS.items()
        ],
        constant=True,
    )

    _esm = NUMBERS + ESM
    _stylesheets: ClassVar[list[str]] = [CSS]
