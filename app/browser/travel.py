"""What travels between the server and its worker: pickled, losses by what they are called or how they were typed.

A loss stays the same object on either side, however often it is sent: what has been found out about it, its stationary
points and its kernels, is found out once, and answers come back with the very object that was asked about.
"""

import pickle
from collections.abc import Callable
from io import BytesIO
from typing import Any

from landscapes import LANDSCAPES, Landscape
from landscapes.stationary import StationarySet
from optimizers.experiment import Formula, formula_of

Name = str | Formula
Found = dict[Name, tuple[StationarySet, ...]]


class CannotTravel(TypeError):
    """What holds functions that another process could not find."""


def packed(content: Any) -> tuple[bytes, dict[Name, Landscape]]:
    """The content as bytes, and the losses in it by name.

    Raises:
        CannotTravel: where something in it cannot be pickled.
    """
    file = BytesIO()
    pickler = _Pickler(file, pickle.HIGHEST_PROTOCOL)
    try:
        pickler.dump(content)
    except (pickle.PicklingError, AttributeError, TypeError) as reason:
        raise CannotTravel(str(reason)) from None
    return file.getvalue(), pickler.losses


def unpacked(content: bytes, loss: Callable[[Name], Landscape]) -> Any:
    """What was packed.

    Args:
        loss: leads from a name to the object that stands for it here.
    """
    return _Unpickler(BytesIO(content), loss).load()


def named(name: Name) -> Landscape:
    """The loss of a name, in a process where no other object stands for it."""
    return LANDSCAPES[name] if isinstance(name, str) else name.loss()


def found_out(losses: dict[Name, Landscape]) -> Found:
    """The stationary sets that had to be sought, as far as they are known here."""
    return {
        name: loss.stationary
        for name, loss in losses.items()
        if loss.known_stationary is None and "stationary" in vars(loss)
    }


def learn(found: Found, losses: dict[Name, Landscape]) -> None:
    """Notes what another process found out."""
    for name, sets in found.items():
        if name in losses:
            vars(losses[name]).setdefault("stationary", sets)


class _Pickler(pickle.Pickler):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.losses: dict[Name, Landscape] = {}

    def persistent_id(self, one: Any) -> Name | None:
        if not isinstance(one, Landscape):
            return None
        name = one.key if LANDSCAPES.get(one.key) is one else formula_of(one)
        if name is None:
            raise CannotTravel(f"the loss {one.name!r} has no name that another process knows")
        self.losses[name] = one
        return name


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, loss: Callable[[Name], Landscape]) -> None:
        super().__init__(file)
        self._loss = loss

    def persistent_load(self, name: Name) -> Landscape:
        return self._loss(name)
