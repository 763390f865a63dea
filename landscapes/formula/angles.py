"""Formulas that take the sine of angles beyond those of which the project's functions keep all digits."""

import re
from math import log10

import numpy as np

from landscapes.code.module import execute
from landscapes.vector_math.trigonometric import LARGEST_ANGLE

CIRCULAR = ("sin", "cos", "tan")
DIGITS = 15.65  # of a number of 53 bits
NODES = 31  # along a side of the domain, at which angles are looked at


def largest_angle(source: str, x: np.ndarray, y: np.ndarray) -> float:
    """The largest |a| of which the module of a formula takes sin a, cos a or tan a at points, 0 where it takes none.

    Args:
        source: of the module.
        x, y: the points; where an angle is not finite there, the formula is undefined and it does not count.
    """
    if not re.search(rf"\b({'|'.join(CIRCULAR)})\(", source):
        return 0.0
    names = execute(source, "formula")
    largest = [0.0]

    def noting(function):
        def noted(angle):
            size = np.abs(np.asarray(angle))
            largest.append(float(np.max(size, where=np.isfinite(size), initial=0.0)))
            return function(angle)

        return noted

    with np.errstate(all="ignore"):
        names.update({name: noting(names[name]) for name in CIRCULAR if name in names})
        names["value"](x, y)
    return max(largest)


def angle_note(source: str, domain: tuple[tuple[float, float], tuple[float, float]]) -> str:
    """A sentence where a formula takes the sine of too large an angle in a domain; empty where it does not."""
    x, y = np.meshgrid(*(np.linspace(low, high, NODES) for low, high in domain))
    largest = largest_angle(source, x, y)
    if largest <= LARGEST_ANGLE:
        return ""
    digits = max(round(DIGITS - log10(largest)), 0)
    kept = f"about {digits} digits" if digits else "no digit"
    said = (
        f"In this domain an angle of sin, cos or tan is as large as {largest:.0e}, of which they keep {kept}; up to "
        f"{LARGEST_ANGLE:.0e} they keep all."
    )
    return said.replace("e+0", "e").replace("e+", "e")
