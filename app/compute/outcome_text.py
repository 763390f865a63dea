"""The words and the table of outcomes, from counts alone.

A page without a server gets these functions as JavaScript (`app.browser.view_code`), which is why they are written in
plain loops over lists and texts.
"""

from collections.abc import Sequence
from math import nan
from typing import NamedTuple

from app.compute.outcome_words import MOTION_HEADS, MOTION_PHRASES, OUTCOME_HEADS, OUTCOME_PHRASES
from optimizers.outcomes import MOTIONS, OUTCOMES
from optimizers.percentages import decimal_text, percents, rounded

FEW_COLUMNS = 7  # more need a smaller font, as one less does beside long names
SHORT_NAME = 8  # letters
SADDLE = OUTCOMES.index("saddle")
END_HEADS = ("θ₁, θ₂", "ℓ", "λ<sub>max</sub>")  # of a single run

CONSTANTS = {
    "OUTCOMES": OUTCOMES,
    "MOTIONS": MOTIONS,
    "OUTCOME_PHRASES": OUTCOME_PHRASES,
    "OUTCOME_HEADS": OUTCOME_HEADS,
    "MOTION_PHRASES": MOTION_PHRASES,
    "MOTION_HEADS": MOTION_HEADS,
    "FEW_COLUMNS": FEW_COLUMNS,
    "SHORT_NAME": SHORT_NAME,
    "SADDLE": SADDLE,
    "END_HEADS": END_HEADS,
}


class Summary(NamedTuple):
    """What words and table say of a rule's runs.

    Attributes:
        name, short: of the rule, in sentences and in tight places.
        head: the row's first cell, as HTML.
        kind: class of the row; empty for most.
        number: of runs.
        outcomes, motions: runs by code.
        x, y, loss, sharpness: where a single run ends, and ℓ and λ_max there.
        detail: more about a single run's outcome, as HTML; empty where there is none.
        motion: of a single run, in words.
    """

    name: str
    short: str
    head: str
    kind: str
    number: int
    outcomes: Sequence[int]
    motions: Sequence[int]
    x: float = nan
    y: float = nan
    loss: float = nan
    sharpness: float = nan
    detail: str = ""
    motion: str = ""


def outcomes_sentence(after, rows):
    """The outcomes of rules after so many steps, as a sentence."""
    if rows[0].number == 1:
        return f"{after}: " + "; ".join([f"{row.name} {single_words(row)}" for row in rows]) + "."
    after = f"{after} from {rows[0].number} starts"
    parts = [f"{row.name} {most_words(row)}" for row in rows if most_words(row)]
    if len([row for row in rows if row.outcomes[SADDLE]]) == 0:
        return f"{after}: {'; '.join(parts)}."
    caught = ", ".join([f"{row.name} {percents(row.outcomes, 0)[SADDLE]}%" for row in rows])
    others = f"Of the others most: {'; '.join(parts)}." if parts else ""
    return f"{after}, at a saddle: {caught}. {others}"


def many_steps(steps):
    """A number of steps, with thin spaces between thousands."""
    digits = str(steps)
    grouped = ""
    for index, digit in enumerate(digits):
        grouped += ("\u202f" if index and (len(digits) - index) % 3 == 0 else "") + digit
    return grouped + (" step" if steps == 1 else " steps")


def single_words(row):
    """The outcome of a single run."""
    place = OUTCOMES[most_of(row.outcomes)]
    if place == "diverged":
        return "diverged"
    where = OUTCOME_PHRASES[place]
    if row.detail:
        where = f"{where} ({row.detail})"
    return f"is {where}, {row.motion}"


def most_words(row):
    """The most frequent outcome but the saddle, with its share of all; empty where all are at a saddle."""
    counts = [0 if code == SADDLE else count for code, count in enumerate(row.outcomes)]
    best = most_of(counts)
    place = OUTCOMES[best]
    words = "diverged" if place == "diverged" else OUTCOME_PHRASES[place]
    return f"{percents(row.outcomes, 0)[best]}% {words}" if counts[best] else ""


def most_of(counts):
    """The first of the largest counts, as an index."""
    best = 0
    for index, count in enumerate(counts):
        if count > counts[best]:
            best = index
    return best


def table_of(rows):
    """The HTML table of outcomes: place and motion of single runs, or the shares of both of many."""
    if len([row for row in rows if row.number != 1]) == 0:
        return table_of_single(rows)
    return table_of_many(rows)


def table_of_single(rows):
    """A row for each rule's only run."""
    texts = []
    for row in rows:
        place = OUTCOMES[most_of(row.outcomes)]
        ends = ["", "", ""]
        motion = ""
        if place != "diverged":
            ends = [f"{signed_text(row.x)}, {signed_text(row.y)}", short_number(row.loss), short_number(row.sharpness)]
            motion = row.motion.replace("on a ", "")
        motion = ", ".join([part for part in [row.detail, motion] if part])
        where = "flat min." if place == "flat minimum" else place
        numbers = "".join([f"<td class='number end'>{text}</td>" for text in ends])
        texts.append(f"<tr{row.kind}>{row.head}<td>{where} <small>{motion}</small></td>{numbers}</tr>")
    head = "".join([f"<th scope='col'>{title}</th>" for title in ["rule", "outcome"]])
    head += "".join([f"<th scope='col' class='number end'>{title}</th>" for title in END_HEADS])
    return table_page(f"<tr>{head}</tr>", texts, "")


def table_of_many(rows):
    """The shares of each rule's runs, for every outcome and motion that occurs."""
    places = occurring([row.outcomes for row in rows])
    motions = occurring([row.motions for row in rows])
    texts = []
    for row in rows:
        shares = share_texts(row.outcomes, places)
        motion_shares = share_texts(row.motions, motions)
        texts.append(f"<tr{row.kind}>{row.head}{table_cells('td', shares, motion_shares)}</tr>")
    place_heads = []
    for code in places:
        place_heads.append(OUTCOME_HEADS[OUTCOMES[code]] if OUTCOMES[code] in OUTCOME_HEADS else OUTCOMES[code])
    motion_heads = [MOTION_HEADS[MOTIONS[code]] for code in motions]
    groups = f"<tr><td></td><th scope='colgroup' colspan='{len(places)}' class='group'>outcome</th>"
    groups += f"<th scope='colgroup' colspan='{len(motions)}' class='group motion'>motion</th></tr>"
    long = 1 if len([row for row in rows if len(row.short) > SHORT_NAME]) else 0
    many = " many" if len(places) + len(motions) + long > FEW_COLUMNS else ""
    heads = table_cells("th", place_heads, motion_heads)
    return table_page(f"{groups}<tr><th scope='col'>% of runs</th>{heads}</tr>", texts, many)


def occurring(counts):
    """The codes that occur among these counts by code."""
    return [code for code in range(len(counts[0])) if len([1 for one in counts if one[code] > 0])]


def share_texts(counts, codes):
    """Shares in cells, in percent."""
    texts = percents(counts, 0)
    return [texts[code] if counts[code] else "·" for code in codes]


def table_cells(tag, shares, motion_shares):
    """Cells of outcomes, and of motions with a line before the first."""
    scope = " scope='col'" if tag == "th" else ""
    cells = [f"<{tag}{scope} class='number'>{text}</{tag}>" for text in shares]
    for index, text in enumerate(motion_shares):
        kind = "number" if index else "number motion"
        cells.append(f"<{tag}{scope} class='{kind}'>{text}</{tag}>")
    return "".join(cells)


def table_page(head, rows, kind):
    """The table round its rows."""
    caption = "<caption>Final position and motion</caption>"
    return f"<table class='outcomes{kind}'>{caption}<thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def signed_text(value):
    """A coordinate in a cell."""
    text = f"{value:.3f}" if abs(value) < 1000 else f"{value:.1e}"
    return text.replace("-", "−")


def short_number(number):
    """A number in three digits."""
    text = f"{number:.3g}" if number - number == 0 else "–"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


FUNCTIONS = (
    outcomes_sentence, many_steps, single_words, most_words, most_of, rounded, percents, decimal_text, table_of,
    table_of_single, table_of_many, occurring, share_texts, table_cells, table_page, signed_text, short_number,
)  # fmt: skip
