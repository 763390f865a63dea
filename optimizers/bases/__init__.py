"""Base optimizers: what makes a step of a rule's direction, one a file."""

from optimizers.bases.adam import Adam
from optimizers.bases.base import Base
from optimizers.bases.heavy_ball import HeavyBall
from optimizers.bases.nesterov import Nesterov
from optimizers.bases.plain import Plain
from optimizers.bases.rmsprop import RMSProp

PLAIN = Plain()
BASES: dict[str, type[Base]] = {base.key: base for base in (Plain, HeavyBall, Nesterov, Adam, RMSProp)}

__all__ = ["BASES", "PLAIN", "Adam", "Base", "HeavyBall", "Nesterov", "Plain", "RMSProp"]
