"""The table that tests are parametrized with: the rules of the paper, which have a metric, on every landscape.

The wider family is in `tests/optimizers/test_family.py`.
"""

import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from optimizers.rules import PAPER

RHO = 0.5


def rule(key: str, rho=RHO):
    """A member of the catalogue at the given ρ; gradient descent has none."""
    form = OPTIMIZERS[key]
    return form() if key == "gd" else form(rho=rho)


METRIC = [form.key for form in PAPER]
every_rule = pytest.mark.parametrize("key", METRIC)
every_perturbing_rule = pytest.mark.parametrize("key", [key for key in METRIC if key != "gd"])
every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
