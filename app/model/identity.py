"""What values are compared by, where they hold arrays or are made anew each time."""

from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Identified(Protocol):
    """What has an identity: whatever decides it, and nothing else. Equal identities mean equal things."""

    @property
    def identity(self) -> Any: ...


def identity(value: Any) -> Any:
    """A value's own identity, those of its parts where it is a list or a tuple, or the value itself."""
    if isinstance(value, Identified):
        return value.identity
    return tuple(map(identity, value)) if isinstance(value, list | tuple) else value
