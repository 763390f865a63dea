"""The rules that the app offers; the wider family serves Python and the command line."""

from optimizers.rules import FAMILY, Rule
from optimizers.rules import OPTIMIZERS as ALL

OPTIMIZERS: dict[str, type[Rule]] = {key: rule for key, rule in ALL.items() if rule not in FAMILY}
