"""`python -m optimizers.compiled`: compiles the kernels of the paper's rules on all landscapes ahead.

Those of the wider family are compiled when they are first wanted.
"""

import subprocess
import sys
import time

from landscapes import LANDSCAPES
from optimizers.compiled import disk
from optimizers.compiled.pairs import compile_all, pair
from optimizers.rules import PAPER


def main() -> int:
    began = time.perf_counter()
    if (reason := disk.refused()) is not None:
        print(f"The kernels were not compiled ahead: {reason}", file=sys.stderr)
        return 1
    try:
        count = compile_all(pair(rule, landscape) for landscape in LANDSCAPES.values() for rule in PAPER)
    except (OSError, subprocess.SubprocessError) as reason:
        print(f"The kernels could not be compiled, so NumPy runs instead: {reason}", file=sys.stderr)
        return 1
    if count:
        print(f"{count} kernels compiled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
