"""The table that tests are parametrized with: every rule on every landscape."""

import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

RHO = 0.5


def rule(key: str, rho=RHO):
    """A member of the catalogue at the given ρ; gradient descent has none."""
    form = OPTIMIZERS[key]
    return form() if key == "gd" else form(rho=rho)


every_rule = pytest.mark.parametrize("key", OPTIMIZERS)
every_perturbing_rule = pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key != "gd"])
every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
