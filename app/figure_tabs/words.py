"""The claims with the numbers measured for them, and the notes, as HTML."""

from collections.abc import Sequence
from html import escape
from os.path import commonprefix

from figures.record import Claim, Measurement

CSS = """
:host { font: 15px/1.4 Roboto, 'DejaVu Sans', sans-serif; }
.claims { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 8px; margin: 0; padding: 0;
  list-style: none; }
.claims li { border-left: 5px solid; padding: 1px 0 1px 10px; }
.claims .yes { border-color: #2e8b57; } .claims .no { border-color: #d1495b; }
.claims strong { font-weight: 700; white-space: nowrap; }
.claims .sign { font-size: 18px; }
.numbers { margin-top: 2px; font-size: 14px; opacity: 0.92; }
.numbers b { font-weight: 700; white-space: nowrap; }
h2 { font-size: 16px; margin: 8px 0 4px; }
p, ul { margin: 4px 0; } ul { padding-left: 20px; }
"""


def number(value: float) -> str:
    """A measured number, to three or four digits."""
    if value == int(value) and abs(value) < 1e6 if abs(value) < float("inf") else False:
        return f"{int(value)}"
    return f"{value:.3g}" if abs(value) < 0.1 else f"{value:.4g}"


def measured(one: Measurement) -> str:
    """A number, its interval and what the paper's parameters are known to give."""
    beside = []
    if one.interval:
        beside.append(f"95 %: {number(one.interval[0])} to {number(one.interval[1])}")
    if one.expected is not None:
        beside.append(f"expected {number(one.expected)}")
    return f"<b>{number(one.value)}</b>" + (f" ({'; '.join(beside)})" if beside else "")


def numbers_html(measurements: Sequence[Measurement]) -> str:
    """The measurements, with the words that all their names share said once."""
    names = [one.name.split() for one in measurements]
    before = commonprefix(names) if len(names) > 1 else []
    rests = [name[len(before) :] for name in names]
    after = commonprefix([rest[::-1] for rest in rests])[::-1] if len(names) > 1 else []
    rests = [rest[: len(rest) - len(after)] for rest in rests]
    shared = escape(" ".join([*before, "…" if before and after else "", *after]).strip(" ,:"))
    items = " · ".join(
        f"{escape(' '.join(rest).strip(' ,:'))} {measured(one)}".strip()
        for rest, one in zip(rests, measurements, strict=True)
    )
    return f"{shared[:1].upper() + shared[1:]}: {items}" if shared else items


def claims_html(claims: Sequence[Claim]) -> str:
    """Each claim, whether the numbers measured just now bear it out, and these numbers."""
    return f"<ul class='claims'>{''.join(map(_claim, claims))}</ul>"


def _claim(claim: Claim) -> str:
    kind, sign, verdict = ("yes", "✓", "Holds here") if claim.holds else ("no", "✗", "Does not hold here")
    return (
        f"<li class='{kind}'><strong><span class='sign'>{sign}</span> {verdict}:</strong> {escape(claim.sentence)}"
        f"<div class='numbers'>{numbers_html(claim.measurements)}</div></li>"
    )


def notes_html(caption: str, notes: Sequence[str]) -> str:
    """What is drawn, and what to keep in mind about it."""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<h2>What is drawn</h2><p>{escape(caption)}</p><h2>To keep in mind</h2><ul>{items}</ul>"
