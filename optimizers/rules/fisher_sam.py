"""Fisher SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import sqrt
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class FisherSAM(Rule):
    """Fisher SAM, diagonal: G = diag(1 + η gᵢ²) (Eq. 5 and below it). Kim et al. (2022), arXiv:2206.04920.

    The paper leaves η open; η = 1, the diagonal of the Monge metric, is the value that gives its Figure 5.
    """

    rho: ArrayLike = radius()
    eta: ArrayLike = hyperparameter(
        1.0,
        high=100.0,
        symbol="η",
        label="Weight η",
        about="Weight of the squared gradient in the metric; 0 is SAM.",
    )
    key, name, metric = "fisher-sam", "Fisher SAM", r"\mathrm{diag}(1 + \eta g_i^2)"
    purpose = "Each parameter's reach shrinks with its own squared gradient."

    @staticmethod
    def ascent(x, y, gx, gy, eta):
        return gx / (1.0 + eta * gx * gx), gy / (1.0 + eta * gy * gy)

    @staticmethod
    def inverse_root(x, y, gx, gy, eta):
        return 1.0 / sqrt(1.0 + eta * gx * gx), 0.0, 1.0 / sqrt(1.0 + eta * gy * gy)
