"""`python -m optimizers.compiled`: compiles the kernels of the whole catalogue ahead."""

import sys
import time

from landscapes import LANDSCAPES
from optimizers.compiled.pairs import compile_all, pair
from optimizers.rules import OPTIMIZERS


def main() -> None:
    began = time.perf_counter()
    count = compile_all(pair(rule, landscape) for landscape in LANDSCAPES.values() for rule in OPTIMIZERS.values())
    if count:
        print(f"{count} kernels compiled in {time.perf_counter() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
