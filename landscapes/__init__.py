"""Losses on the plane: what is minimised."""

from landscapes.banana import banana
from landscapes.himmelblau import himmelblau
from landscapes.landscape import Landscape
from landscapes.paraboloid import paraboloid
from landscapes.rastrigin import rastrigin
from landscapes.rosenbrock import rosenbrock
from landscapes.saddle import saddle
from landscapes.sharp_flat import sharp_flat
from landscapes.sinc import sinc
from landscapes.sinc_squared import sinc_squared
from landscapes.softplus_network import softplus_network
from landscapes.stationary import StationarySet
from landscapes.tanh_network import tanh_network

LANDSCAPES: dict[str, Landscape] = {
    landscape.key: landscape
    for landscape in (
        banana,
        sinc,
        sinc_squared,
        paraboloid,
        sharp_flat,
        saddle,
        rosenbrock,
        himmelblau,
        rastrigin,
        tanh_network,
        softplus_network,
    )
}

__all__ = ["LANDSCAPES", "Landscape", "StationarySet"]
