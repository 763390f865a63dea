"""Base optimizers: what makes a step of a rule's direction, one a file."""

from optimizers.bases.base import Base
from optimizers.bases.plain import Plain

PLAIN = Plain()
BASES: dict[str, type[Base]] = {base.key: base for base in (Plain,)}

__all__ = ["BASES", "PLAIN", "Base", "Plain"]
