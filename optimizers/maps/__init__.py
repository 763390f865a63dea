"""Maps: where the runs of one rule end, for every start in a window, and their outcomes for every ρ and α.

A pixel stands for its centre. Maps are computed in tiles by any executor; see `optimizers.maps.tiles`.
"""

from optimizers.maps.destination_maps import DestinationMap, Difference, destination_map, difference
from optimizers.maps.phase_diagrams import PhaseDiagram, phase_diagram
from optimizers.maps.pixels import cell_centres, pixel_centres
from optimizers.maps.tiled_runs import Course, Destinations, destinations

__all__ = [
    "Course",
    "DestinationMap",
    "Destinations",
    "Difference",
    "PhaseDiagram",
    "cell_centres",
    "destination_map",
    "destinations",
    "difference",
    "phase_diagram",
    "pixel_centres",
]
