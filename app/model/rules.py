"""The rules that the app offers: the paper's and any other, but for the wider family of Python and the command line."""

from optimizers import OPTIMIZERS as CATALOGUE
from optimizers.rules import FAMILY, Rule

OPTIMIZERS: dict[str, type[Rule]] = {key: rule for key, rule in CATALOGUE.items() if rule not in FAMILY}
