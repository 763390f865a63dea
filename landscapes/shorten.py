"""Texts cut to a length."""


def shorten(text: str, length: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer than so many characters.

    Example:
        >>> shorten("θ₁ + θ₂", 4)
        'θ₁ …'
    """
    return text if len(text) <= length else text[: length - 1] + "…"
