"""Progress of work that has several parts."""

from optimizers.maps.tiles import Progress


def in_parts(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """Reports of one of several equal parts of the work, as reports of the whole."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, parts * total)
