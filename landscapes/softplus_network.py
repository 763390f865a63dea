"""A network of two weights with a softplus between them: one minimum in a bent valley."""

from landscapes.elementary import exp, log1p
from landscapes.landscape import Landscape
from landscapes.stationary import isolated
from landscapes.two_weights import mean_squared_error

INPUTS = (-2.0, -1.0, 1.0)


def softplus(z):
    """ln(1 + eᶻ), infinite where eᶻ is: from z = 710 on."""
    return log1p(exp(z))


def derivatives(z):
    """softplus z, σ and σ (1 - σ) with the logistic function σ = 1 / (1 + e⁻ᶻ)."""
    slope = 1.0 / (1.0 + exp(-z))
    return softplus(z), slope, slope * (1.0 - slope)


TARGETS = tuple(float(softplus(x)) for x in INPUTS)  # of the teacher, whose weights are 1

softplus_network = Landscape(
    *mean_squared_error(softplus, derivatives, INPUTS, TARGETS),
    key="softplus-network",
    name="Softplus network",
    formula=r"\tfrac13 \sum_u (\theta_2\, s(\theta_1 u) - s(u))^2,\quad s(z) = \ln(1 + e^z),\; u \in \{-2, -1, 1\}",
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-2.0, 0.5),
    learning_rate=0.05,
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(isolated("minimum", (1.0, 1.0)),),
    about="A network of two weights that learns softplus from three points: one minimum, at (1, 1), in a bent valley.",
    lesson="SAM and Monge SAM come within 0.1 of the minimum from almost three quarters of the starts, GD from about "
    "half.",
    reference="Dugas, Bengio, Bélisle, Nadeau and Garcia (2001), NIPS 13: softplus",
)
