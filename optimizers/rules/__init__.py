"""The rules: GD, SAM and its relatives, one method a file.

A rule is its direction (`rule`); those of the Monge SAM paper, which have a metric, share one formula of it
(`perturbation`). What makes the step of a direction is a base optimizer (`optimizers.bases`).

GA-SAM is left out, because no public source was found. F-SAM assumes the noise of minibatches, and with whole gradients
only lags; ESAM is SAM at its defaults; bSAM and m-sharpness need data.
"""

from optimizers.rules.asam import ASAM
from optimizers.rules.cr_sam import CRSAM
from optimizers.rules.det_sam import DetSAM
from optimizers.rules.fisher_sam import FisherSAM
from optimizers.rules.frob_sam import FrobSAM
from optimizers.rules.gd import GD
from optimizers.rules.gsam import GSAM
from optimizers.rules.llqr_sam import LLQRSAM
from optimizers.rules.looksam import LookSAM
from optimizers.rules.momentum_sam import MomentumSAM
from optimizers.rules.monge_sam import MongeSAM
from optimizers.rules.n_step_sam import NStepSAM
from optimizers.rules.perturbation import TINY, perturbation
from optimizers.rules.random_sam import RandomSAM
from optimizers.rules.riemannian_m_sam import RiemannianMongeSAM
from optimizers.rules.rule import Rule
from optimizers.rules.sam import SAM
from optimizers.rules.trace_sam import TraceSAM
from optimizers.rules.usam import USAM
from optimizers.rules.wsam import WSAM

PAPER = (GD, SAM, MongeSAM, FisherSAM, ASAM)
FAMILY = (
    USAM,
    NStepSAM,
    GSAM,
    WSAM,
    LookSAM,
    MomentumSAM,
    CRSAM,
    RandomSAM,
    FrobSAM,
    TraceSAM,
    DetSAM,
    RiemannianMongeSAM,
    LLQRSAM,
)
OPTIMIZERS: dict[str, type[Rule]] = {rule.key: rule for rule in (*PAPER, *FAMILY)}

__all__ = ["FAMILY", "OPTIMIZERS", "PAPER", "TINY", "Rule", "perturbation"]
__all__ += [rule.__name__ for rule in OPTIMIZERS.values()]
