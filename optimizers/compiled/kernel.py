"""The text of a kernel: a block of starts stays in the first-level cache through all its steps."""

from optimizers.compiled.source import ATOMS, Text
from optimizers.step import RADIUS, RATE, Step

BLOCK = 256
VECTOR = 16  # a block is filled up to a multiple of this, so that no element is left to a scalar loop

_DEFINED = ", ".join(f"{name}" for name in ATOMS if name != "where")

_HEADER = f'''"""A kernel of SAMscape's, written by its optimizers/compiled and compiled by Numba."""

from base64 import b64decode

from numba import float64, int64, njit, types
from numpy import empty, frombuffer, {_DEFINED}
from numpy import float64 as number
from numpy import int64 as bits

jit = njit(error_model="numpy", forceinline=True)


@jit
def where(condition, yes, no):
    return yes if condition else no


@jit
def power_of_two(k):
    return bits(number(k + (1.5 * 2.0**52 + 1023.0)).view(bits) << 52).view(number)


@jit
def exponent(x):
    return bits((number(x).view(bits) >> 52) + 0x4330000000000000).view(number) - (2.0**52 + 1023.0)


@jit
def mantissa(x):
    return bits((number(x).view(bits) & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(number)


@jit
def low_word(x):
    return bits((number(x).view(bits) & 0xFFFFFFFF) | 0x4330000000000000).view(number) - 2.0**52


@jit
def high_word(x):
    return bits(((number(x).view(bits) >> 32) & 0xFFFFFFFF) | 0x4330000000000000).view(number) - 2.0**52


@jit
def exclusive_or(a, b):
    both = number(a + 2.0**52).view(bits) ^ number(b + 2.0**52).view(bits)
    return bits(both | 0x4330000000000000).view(number) - 2.0**52


def table(text):
    return frombuffer(b64decode(text), "<f8")


@jit
def entry(numbers, index):
    return numbers[bits(index)]
'''

# No fastmath and no contraction: every operation rounds as NumPy's does. One array holds the whole block, so that LLVM
# sees the distance between its rows and needs no check at run time whether they overlap.
_KERNEL = """
row = types.Array(float64, 1, "C", readonly=True)


@njit(
    [types.void({types}, int64, float64[:, ::1], float64[:, ::1], float64[:, :, ::1], int64, int64)],
    nogil=True,
    cache=True,
    error_model="numpy",
)
def kernel({arguments}, steps, final, previous, positions, first, last):
    block = empty({rows} * {block})
    for start in range(first, last, {block}):
        count = min({block}, last - start)
        padded = (count + {vector} - 1) // {vector} * {vector}
        for i in range(padded):
            source = start + min(i, count - 1)
{fill}
        for index in range(steps + 1):
            if positions.size:
                for i in range(count):
                    positions[index, 0, start + i] = block[i]
                for i in range(count):
                    positions[index, 1, start + i] = block[i + {block}]
{states}            if index == max(steps - 1, 0):
                for i in range(count):
                    previous[0, start + i] = block[i]
                    previous[1, start + i] = block[i + {block}]
            if index == steps:
                break
{factors}            for i in range(padded):
                {after} = step({values})
        for i in range(count):
{final}
"""

# the state is kept beside the positions where there is room for it
_STATES = """            if positions.shape[1] > 2:
                for row in range(2, {state}):
                    for i in range(count):
                        positions[index, row, start + i] = block[i + row * {block}]
"""


def kernel_text(text: Text, step: Step) -> str:
    """The module that defines `kernel(x, y, *state, *hyperparameters, steps, final, previous, positions, first, last)`.

    It steps the runs `first` to `last`; x, y, each component of the state and each hyperparameter have the shape (n,),
    or (1,) where one number serves all. A scheduled step has factors, shape (steps, 2), after the hyperparameters. It
    writes final (2 + state, n), previous (2, n) and, unless it is empty, positions (steps + 1, 2, n) or, with the
    state, (steps + 1, 2 + state, n).

    Args:
        text: the definitions of the step's functions, in their order.
        step: what is made of them.
    """
    kept = 2 + step.state
    rows = kept + step.hyperparameters
    names = ["x", "y", *(f"s{index}" for index in range(step.state))]
    names += [f"h{index}" for index in range(step.hyperparameters)]
    fill = [
        f"            block[i + {row * BLOCK}] = {name}[source if {name}.size > 1 else 0]"
        for row, name in enumerate(names)
    ]
    cells = ["block[i]", *(f"block[i + {row * BLOCK}]" for row in range(1, rows))]
    scheduled = step.scheduled
    kernel = _KERNEL.format(
        types=", ".join(["row"] * rows + ["float64[:, ::1]"] * scheduled),
        arguments=", ".join(names + ["factors"] * scheduled),
        rows=rows,
        block=BLOCK,
        vector=VECTOR,
        fill="\n".join(fill),
        states=_STATES.format(state=kept, block=BLOCK) if step.state else "",
        factors=f"            {RATE}, {RADIUS} = factors[index, 0], factors[index, 1]\n" if scheduled else "",
        after=", ".join(cells[:kept]),
        values=", ".join(cells + [RATE, RADIUS] * scheduled),
        final="\n".join(f"            final[{row}, start + i] = {cells[row]}" for row in range(kept)),
    )
    return f"{_HEADER}\n\n{text.body}\n\n{step.text(*text.names)}\n{kernel}"
