"""The words that score predictions, from numbers and texts alone.

A page without a server gets these functions as JavaScript (`app.browser.view_code`), which is why they are written in
plain loops over lists and texts.
"""


def points_words(name, end, own, others, within):
    """How far places that were predicted are from the end of a rule's run, which is None where it has none."""
    if end is None:
        return f"{name} has no end that could be shown."
    said = []
    if len(own):
        said.append(distance_words(own, end, within, "your prediction"))
    if len(others):
        said.append(f"The class: {distance_words(others, end, within, 'one prediction')}")
    said.append(f"{name} ends at ({place_text(end[0])}, {place_text(end[1])}).")
    return " ".join(said)


def distance_words(points, end, within, one):
    """The distance of one place, named so, or how many of several are right, and their median distance."""
    distances = sorted([((x - end[0]) ** 2 + (y - end[1]) ** 2) ** 0.5 for x, y in points])
    right = len([1 for distance in distances if distance <= within])
    number = len(distances)
    if number == 1:
        return f"{'Right' if right else 'Not there'}: {one} is {distances[0]:.2f} from the end."
    median = (distances[(number - 1) // 2] + distances[number // 2]) / 2
    near = f"{right} of {number} predictions are within {within:g} of the end"
    return f"{near}; their median distance is {median:.2f}."


def place_text(value):
    """A coordinate in two digits."""
    text = f"{value:.2f}".replace("-", "−")
    return "0.00" if text == "−0.00" else text


def choice_words(right, chosen):
    """Whether a choice was right, and which one is; both as texts, the choice None where there was none."""
    if chosen is None:
        return f"The answer is “{right}”."
    return f"Right: “{right}”." if chosen == right else f"Not so: the answer is “{right}”."


FUNCTIONS = (points_words, distance_words, place_text, choice_words)
