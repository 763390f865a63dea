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
