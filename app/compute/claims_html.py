"""The claims with the numbers measured for them, and the notes, as HTML."""

import re
from collections.abc import Sequence
from html import escape
from itertools import product, takewhile
from pathlib import Path

from app.theme import stylesheet
from figures.record import Claim, Measurement

CSS = stylesheet(Path(__file__).with_suffix(".css"))


def number(value: float) -> str:
    """A measured number, to three or four digits."""
    return f"{value:.3g}" if abs(value) < 0.1 else f"{value:.4g}"


def measured(one: Measurement) -> str:
    """A number, its interval and what the paper's parameters are known to give."""
    details = []
    if one.interval:
        details.append("95 %: {:.2f} to {:.2f}".format(*one.interval))
    if one.expected is not None:
        details.append(f"expected {number(one.expected)}")
    return f"<b>{number(one.value)}</b>" + (f" ({'; '.join(details)})" if details else "")


def numbers_html(measurements: Sequence[Measurement]) -> str:
    """The measurements, with the words that all their names share said once; a table where they are one."""
    shared, rests = _shared_words([one.name for one in measurements])
    items = [measured(one) for one in measurements]
    body = _table(rests, items) or " · ".join(
        f"{escape(rest)} {item}".strip() for rest, item in zip(rests, items, strict=True)
    )
    return f"{escape(shared[:1].upper() + shared[1:])}: {body}" if shared else body


def _shared_words(names: Sequence[str]) -> tuple[str, list[str]]:
    """The phrases, set off by commas or colons, that all names begin or end with, and what is left of each name."""
    rests = [re.split("[,:] ", name) for name in names]
    if len(rests) < 2:
        return ", ".join(rests[0]) if rests else "", [""] * len(rests)
    before = _common_start(rests)
    rests = [rest[len(before) :] for rest in rests]
    after = _common_start([rest[::-1] for rest in rests])[::-1]
    return ", ".join([*before, *after]), [", ".join(rest[: len(rest) - len(after)]) for rest in rests]


def _common_start(lists: Sequence[Sequence[str]]) -> list[str]:
    alike = takewhile(lambda words: len(set(words)) == 1, zip(*lists, strict=False))
    return [words[0] for words in alike]


def _table(names: Sequence[str], items: Sequence[str]) -> str:
    """A table with a row for each rule and a column for each value, where every name is "rule, value"; or nothing."""
    parts = [tuple(name.split(", ")) for name in names]
    rows = list(dict.fromkeys(part[0] for part in parts))
    columns = list(dict.fromkeys(part[-1] for part in parts))
    cells = dict(zip(parts, items, strict=True))
    if len(columns) < 3 or set(cells) != set(product(rows, columns)):
        return ""
    head = "".join(f"<th scope='col'>{escape(column)}</th>" for column in columns)
    body = "".join(
        f"<tr><th scope='row'>{escape(row)}</th>{''.join(f'<td>{cells[row, column]}</td>' for column in columns)}</tr>"
        for row in rows
    )
    return f"<table><tr><td></td>{head}</tr>{body}</table>"


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
    return f"<h2>Caption</h2><p>{escape(caption)}</p><h2>Notes</h2><ul>{items}</ul>"
