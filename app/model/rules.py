"""The rules that the app offers; the wider family serves Python and the command line."""

from optimizers.rules import OFFERED, Rule

OPTIMIZERS: dict[str, type[Rule]] = {rule.key: rule for rule in OFFERED}
