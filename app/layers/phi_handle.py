"""The handle of the start on the plane of φ: dragged there, it moves the start of θ."""

import numpy as np

from app.compute.charts import chart_of
from app.compute.coordinates import PhiScene
from app.compute.scene import Scene
from app.layers.start_handle import StartHandle
from landscapes.charts import ChartError


class PhiHandle(StartHandle):
    """Moves the state's start by drag and by click in φ."""

    def _place(self, scene: Scene) -> tuple[float, float, float, bool] | None:
        assert isinstance(scene, PhiScene)
        return (*scene.start, 0.0, False) if np.isfinite(scene.start).all() else None

    def _move(self, x: float, y: float, half_width: float) -> None:
        try:
            theta = chart_of(self._state).point([x, y])
        except ChartError:  # then there is no plane of φ
            return
        super()._move(float(theta[0]), float(theta[1]), self._state.half_width)
