"""Percentages that are printed together add up to a hundred."""


def rounded(counts, units):
    """The share of each count in whole units of which all have so many, by largest remainders.

    What is less than half a unit gets none, so that it can be printed as "less than one". Parts of it are those of the
    first where remainders are equal; there are none where nothing is counted.

    Source: Hamilton's method; Balinski and Young (1982), Fair Representation, Yale University Press.

    Example:
        >>> rounded([1, 1, 1], 100)
        [34, 33, 33]
    """
    total = 0
    for count in counts:
        total += count
    parts = [units * count // total if total else 0 for count in counts]
    left = units if total else 0
    for part in parts:
        left -= part
    raised = [2 * units * count < total for count in counts]
    for _ in counts:
        best = -1
        for index, count in enumerate(counts):
            rest = units * count - parts[index] * total
            if not raised[index] and (best < 0 or rest > units * counts[best] - parts[best] * total):
                best = index
        if left >= 1 and best >= 0:
            parts[best] += 1
            raised[best] = True
            left -= 1
    return parts


def percents(counts, decimals):
    """The share of each count in per cent, as a text: those of some are never 0 and those of not all never 100.

    A page without a server gets this as JavaScript (`app.browser.view_code`).

    Example:
        >>> percents([1, 1, 999_998], 1)
        ['<0.1', '<0.1', '>99.9']
    """
    units = 10**decimals
    texts = []
    for index, part in enumerate(rounded(counts, 100 * units)):
        others = len([1 for place, count in enumerate(counts) if count > 0 and place != index])
        few = counts[index] > 0 and part == 0
        almost = part == 100 * units and others > 0
        shown = 1 if few else part - 1 if almost else part
        texts.append(("<" if few else ">" if almost else "") + decimal_text(shown, decimals))
    return texts


def decimal_text(parts, decimals):
    """So many parts of 10 to the power of -decimals, with all decimals."""
    digits = f"{int(parts)}"
    while len(digits) <= decimals:
        digits = "0" + digits
    whole = digits[: len(digits) - decimals]
    return f"{whole}.{digits[len(digits) - decimals :]}" if decimals else whole
