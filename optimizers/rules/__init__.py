"""The rules: GD, SAM and its relatives, one method a file.

A rule is its direction (`rule`); those of the Monge SAM paper, which have a metric, share one formula of it
(`perturbation`). What makes the step of a direction is a base optimizer (`optimizers.bases`).
"""

from optimizers.rules.asam import ASAM
from optimizers.rules.fisher_sam import FisherSAM
from optimizers.rules.gd import GD
from optimizers.rules.monge_sam import MongeSAM
from optimizers.rules.perturbation import TINY, perturbation
from optimizers.rules.rule import Rule
from optimizers.rules.sam import SAM

PAPER = (GD, SAM, MongeSAM, FisherSAM, ASAM)
OPTIMIZERS: dict[str, type[Rule]] = {rule.key: rule for rule in PAPER}

__all__ = ["ASAM", "GD", "OPTIMIZERS", "PAPER", "SAM", "TINY", "FisherSAM", "MongeSAM", "Rule", "perturbation"]
