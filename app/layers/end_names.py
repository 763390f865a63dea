"""Where a rule's name stands beside the end of its path; a page without a server gets this as JavaScript."""

MAX_STACK = 3  # lines of names below an end


def end_names(ends, view):
    """The columns of the labels of single runs, stacked where ends lie close together.

    Of a stack's names those are left out that would stand far from their ends.

    Args:
        ends: a rule's name, and x and y of its end, of each.
        view: left, right, bottom and top of what is visible.
    """
    height = (view[3] - view[2]) / 22
    width = (view[1] - view[0]) / 6
    placed: list[tuple] = []
    columns: dict[str, list] = {"x": [], "y": [], "text": [], "x_offset": [], "text_align": []}
    for name, x, y in ends:
        if not (view[0] <= x <= view[1] and view[2] <= y <= view[3]):
            continue
        level = y
        while len([1 for at, other in placed if abs(level - other) < height and abs(x - at) < width]):
            level -= height
        if y - level > MAX_STACK * height:
            continue
        placed.append((x, level))
        left = x > view[0] + 0.85 * (view[1] - view[0])
        columns["x"].append(x)
        columns["y"].append(level)
        columns["text"].append(name)
        columns["x_offset"].append(-14 if left else 14)
        columns["text_align"].append("right" if left else "left")
    return columns
