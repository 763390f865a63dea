"""A network of two weights with a tanh between them: minima where it copies its teacher, and a saddle where it is 0."""

from landscapes.elementary import tanh
from landscapes.landscape import Landscape
from landscapes.stationary import isolated
from landscapes.two_weights import mean_squared_error

INPUTS = (1.0, 2.0, 3.0)
TARGETS = tuple(float(tanh(x)) for x in INPUTS)  # of the teacher, whose weights are 1


def derivatives(z):
    """tanh z, 1 - tanh² z and -2 tanh z (1 - tanh² z)."""
    s = tanh(z)
    slope = 1.0 - s * s
    return s, slope, -2.0 * s * slope


tanh_network = Landscape(
    *mean_squared_error(tanh, derivatives, INPUTS, TARGETS),
    key="tanh-network",
    name="Tanh network",
    formula=r"\tfrac13 \sum_{u=1}^{3} (\theta_2 \tanh(\theta_1 u) - \tanh u)^2",
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-2.0, 0.5),
    learning_rate=0.05,
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(isolated("minimum", (1.0, 1.0), (-1.0, -1.0)), isolated("saddle", (0.0, 0.0))),
    about="A network of two weights that learns tanh from three points: minima at ±(1, 1), and a saddle at the "
    "origin, where its output is 0.",
    lesson="SAM ends at the saddle from about a quarter of the starts, Monge SAM from less than half as many, GD from "
    "hardly any.",
    reference="After Baldi and Hornik (1989), Neural Networks 2 (1): the saddle of linear networks, here with a tanh",
)
