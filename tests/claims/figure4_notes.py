"""What the notes of Figure 4 say of A_ρ, computed anew."""

import numpy as np

from figures import figure4, figure5
from landscapes import LANDSCAPES
from optimizers.stability import exact_stability, stability
from tests.claims.figure_notes import FLATTEST
from tests.claims.row import Found, distance, ends

banana = LANDSCAPES["banana"]


def maps(rho: float, cells: int):
    """λ₂ of A_ρ and of the exact Jacobian over Figure 4's view, of SAM and of Monge SAM."""
    axis = figure4.centres(figure4.VIEW, cells)
    for kind in figure4.RULES:
        frozen, exact = (form(kind(rho), banana, axis, axis[:, None]).smaller for form in (stability, exact_stability))
        yield axis, frozen, exact


def radii(low: float, high: float, sweep) -> np.ndarray:
    return np.linspace(low, high, sweep.count(3, 36))


def frozen(sweep) -> Found:
    """The derivative of δ with ρ̃ and without it differ, and only A_ρ is without."""
    cells, worst = sweep.count(40, 200), 0.0
    for rho in radii(0.1, 2.0, sweep):
        for _, frozen, exact in maps(float(rho), cells):
            worst = max(worst, float(np.mean(np.abs(frozen - exact) > 1e-3 * np.abs(exact))))
            assert np.mean(np.abs(frozen - exact) > 1e-3 * np.abs(exact)) > 0.5
    return cells**2, f"different on up to {worst:.0%} of the view"


def inexact(sweep) -> Found:
    cells, least = sweep.count(60, 200), 1.0
    for rho in radii(0.5, 1.3, sweep):
        for _, frozen, exact in maps(float(rho), cells):
            least = min(least, float((exact[frozen > 0] < 0).mean()))
    assert least > 0.5
    return 2 * cells**2, f"on {least:.0%} at least"


def no_basin(sweep) -> Found:
    """Of the starts at which λ₂ > 0 some end where λ₂ < 0."""
    cells, least = sweep.count(40, 200), 1.0
    for rho in radii(0.1, 2.0, sweep):
        for kind, (axis, frozen, _) in zip(figure4.RULES, maps(float(rho), cells), strict=True):
            starts = np.array(np.meshgrid(axis, axis))[:, frozen > 0]
            end = ends(kind(float(rho)), banana, starts, 0.01, 200)
            share = float(np.mean(np.hypot(*(end - starts)) > 0.1))
            least = min(least, share)
            assert share > 0
    return cells**2, f"at least {least:.0%} of the red starts are left by more than 0.1"


def flat_minima(sweep) -> Found:
    starts, least, cases = np.array(np.meshgrid(figure5.GRID, figure5.GRID)).reshape(2, -1), 1.0, 0
    for rho in radii(0.65, 1.0, sweep):
        for kind in figure4.RULES:
            angle, radius = np.meshgrid(np.linspace(0, 2 * np.pi, 60), np.linspace(0.001, 0.1, sweep.count(10, 100)))
            x, y = 1 + radius * np.cos(angle), 1 + radius * np.sin(angle)
            for sign in (-1, 1):
                assert (stability(kind(float(rho)), banana, sign * x, sign * y).smaller < 0).all()
            at_flat = distance(ends(kind(float(rho)), banana, starts, 0.01, 200), *FLATTEST) <= 0.1
            least, cases = min(least, float(at_flat.mean())), cases + 2 * x.size
    assert least > 0.5
    return cases, f"at least {least:.0%} of the runs end there"


def not_larger(sweep) -> Found:
    cells, worst = sweep.count(100, 400), -np.inf
    for rho in radii(0.6, 2.0, sweep):
        sam, monge = (figure4._near(frozen, axis) for axis, frozen, _ in maps(float(rho), cells))
        worst = max(worst, monge - sam)
        assert monge <= sam
    return cells**2, f"Monge SAM's area less SAM's: {worst:.3g} at most"


def zero_gradient(sweep) -> Found:
    for kind in figure4.RULES:
        for x, y in ((0.0, 0.0), (1.0, 1.0), (2.0, 0.5)):
            found = stability(kind(0.4), banana, x, y)
            xx, xy, yy = banana.hessian(x, y)
            assert found.singular
            assert np.isclose(found.smaller, np.linalg.eigvalsh([[xx, xy], [xy, yy]])[0])
    return 6, ""
