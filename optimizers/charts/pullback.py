"""The loss in φ: ℓ(ψ(φ)), a landscape like any other."""

from collections.abc import Callable

from landscapes import Landscape
from landscapes.charts import Chart
from landscapes.landscape import Domain
from optimizers.compiled.source import part_of


def pulled_back(landscape: Landscape, chart: Chart, domain: Domain) -> Landscape:
    """ℓ(ψ(φ)) with its derivatives by the chain rule, ∇_φ = Jᵀg and H_φ = JᵀHJ + Σ gₖ ∇²ψₖ.

    It is compiled where the loss is. Its stationary points are searched for.

    Args:
        landscape: the loss of θ.
        chart: the coordinates.
        domain: ((left, right), (bottom, top)) of φ.
    """
    value, gradient, hessian = (_part(landscape, name) for name in ("value", "gradient", "hessian"))
    point, jacobian, curvature, amount = chart.form.point, chart.form.jacobian, chart.form.curvature, chart.amount

    def value_of_phi(u, v):
        x, y = point(u, v, amount)
        return value(x, y)

    def gradient_of_phi(u, v):
        x, y = point(u, v, amount)
        xu, xv, yu, yv = jacobian(u, v, amount)
        gx, gy = gradient(x, y)
        return xu * gx + yu * gy, xv * gx + yv * gy

    def hessian_of_phi(u, v):
        x, y = point(u, v, amount)
        xu, xv, yu, yv = jacobian(u, v, amount)
        xuu, xuv, xvv, yuu, yuv, yvv = curvature(u, v, amount)
        gx, gy = gradient(x, y)
        hxx, hxy, hyy = hessian(x, y)
        uu = xu * (hxx * xu + hxy * yu) + yu * (hxy * xu + hyy * yu)
        uv = xu * (hxx * xv + hxy * yv) + yu * (hxy * xv + hyy * yv)
        vv = xv * (hxx * xv + hxy * yv) + yv * (hxy * xv + hyy * yv)
        return uu + gx * xuu + gy * yuu, uv + gx * xuv + gy * yuv, vv + gx * xvv + gy * yvv

    return Landscape(
        value_of_phi,
        gradient_of_phi,
        hessian_of_phi,
        key=landscape.key,
        name=landscape.name,
        formula=rf"{landscape.formula},\quad {chart.form.equation}",
        domain=domain,
        minimum=landscape.minimum,
    )


def _part(landscape: Landscape, name: str) -> Callable:
    """What can be written down where there is such, so that the engine can compile it."""
    return part_of(landscape, name) or getattr(landscape, name)
