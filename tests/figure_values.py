"""Other values of a figure's controls, for tests that change each choice of the state."""

from typing import Any


def with_other_radii(values: dict[str, Any]) -> dict[str, Any]:
    """The same with other perturbation radii."""
    rho = values["rho"]
    return values | {"rho": tuple(one / 2 + 0.1 for one in rho) if isinstance(rho, tuple) else rho / 2 + 0.1}
