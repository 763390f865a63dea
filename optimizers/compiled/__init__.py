"""The compiled engine: kernels made from rules and landscapes, cached on disk, never waited for."""

from optimizers.compiled.pairs import Pair, cancel, known, numpy_only, pair, warm

__all__ = ["Pair", "cancel", "known", "numpy_only", "pair", "warm"]
