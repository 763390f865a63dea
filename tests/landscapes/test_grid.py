"""Landscapes of losses on a grid: SciPy's spline, the same bits in all engines, and each bad grid in one sentence."""

from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import RectBivariateSpline

from landscapes import Landscape
from landscapes.grid import GridError, read
from optimizers import SAM, run
from tests.bits import same_bits
from tests.javascript import QuickJS, agrees
from tests.optimizers.test_same_bits import alone, engines_agree

X, Y = np.linspace(-2.0, 3.0, 12), np.linspace(-1.0, 1.0, 9)


def losses(x=X, y=Y, seed: int = 0) -> np.ndarray:
    """A bowl with noise."""
    px, py = np.meshgrid(x, y)
    return px**2 + 3 * py**2 + 0.3 * np.random.default_rng(seed).normal(size=px.shape)


def inside(count: int, x=X, y=Y) -> np.ndarray:
    return np.random.default_rng(1).uniform((x[0], y[0]), (x[-1], y[-1]), (count, 2)).T


@pytest.fixture(scope="module")
def rough() -> Landscape:
    return Landscape.from_grid(X, Y, losses())


@pytest.mark.parametrize(("columns", "rows"), [(4, 4), (4, 7), (12, 9), (60, 50), (316, 316)])
def test_value_gradient_and_hessian_are_those_of_scipys_spline(columns: int, rows: int) -> None:
    x, y = np.linspace(-2.0, 3.0, columns), np.linspace(10.0, 11.0, rows)
    values = np.random.default_rng(2).normal(size=(rows, columns))
    ours, theirs = Landscape.from_grid(x, y, values), RectBivariateSpline(x, y, values.T, s=0)
    points = np.hstack([inside(500, x, y), [[-2.0, 3.0, -2.0, 3.0], [10.0, 10.0, 11.0, 11.0]]])
    found = [ours.value(*points), *ours.gradient(*points), *ours.hessian(*points)]
    for here, orders in zip(found, ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)), strict=True):
        there = theirs.ev(*points, *orders)
        np.testing.assert_allclose(here, there, rtol=0, atol=1e-12 * np.abs(there).max())


def test_it_passes_through_the_losses(rough: Landscape) -> None:
    np.testing.assert_allclose(rough.value(*np.meshgrid(X, Y)), losses(), rtol=1e-13, atol=1e-13)


def test_cubic_polynomials_are_exact() -> None:
    def cubic(x, y):
        return x**3 - 2 * x * y**2 + y**3 * x**2 - 4

    ours = Landscape.from_grid(X, Y, cubic(*np.meshgrid(X, Y)))
    np.testing.assert_allclose(ours.value(*inside(300)), cubic(*inside(300)), rtol=0, atol=1e-12)


def test_value_slope_and_curvature_are_continuous_across_cells(rough: Landscape) -> None:
    """C²: the third derivative jumps, so that the curvature changes by no more than the step times it."""
    x = X[4] + np.array([-1e-9, 0.0, 1e-9])
    for part in (rough.value(x, 0.3), *rough.gradient(x, 0.3), *rough.hessian(x, 0.3)):
        assert np.ptp(part) < 1e-6


def test_outside_of_the_grid_it_is_undefined_and_a_run_that_leaves_it_diverges(rough: Landscape) -> None:
    x, y = np.array([-2.0001, 3.0001, 0.0, 0.0, np.nan, -np.inf]), np.array([0.0, 0.0, -1.0001, 1.0001, 0.0, 0.0])
    for part in (rough.value(x, y), *rough.gradient(x, y), *rough.hessian(x, y)):
        assert np.isnan(part).all()
    assert np.isnan(run(SAM(2.0), rough, [2.9, 0.9], learning_rate=0.01, steps=2).final).all()


def test_numpy_kernels_and_javascript_give_the_same_bits(rough: Landscape) -> None:
    points = np.hstack([inside(60), [[-2.0, 3.0, 3.1, np.nan], [-1.0, 1.0, 0.0, 0.0]], [X[3:7], Y[3:7]]])
    for part in (rough.value, rough.gradient, rough.hessian):
        alone(part, points)
    engines_agree([rough], [SAM(0.1)], points, 10)
    agrees(QuickJS(), rough, points, 10, keys=["sam"])


def test_domain_and_start_follow_the_grid_and_attributes_can_be_given() -> None:
    made = Landscape.from_grid(X, Y, losses(), name="Slice", learning_rate=0.3)
    assert made.domain == ((-2.0, 3.0), (-1.0, 1.0))
    assert (made.name, made.learning_rate) == ("Slice", 0.3)
    assert np.isfinite(made.value(*made.start))


BAD = {
    "three places": (X[:3], Y, losses(X[:3]), "x must be a list of at least 4 numbers"),
    "a matrix of places": (X, losses(), losses(), "y must be a list of at least 4 numbers"),
    "descending": (X[::-1], Y, losses(), "x must be finite numbers in ascending order"),
    "uneven": (np.geomspace(1, 9, 12), Y, losses(), "x must be evenly spaced, but its steps range from"),
    "turned": (X, Y, losses().T, r"not \(12, 9\); transpose them"),
    "of another shape": (X, Y, losses()[:4], r"here \(9, 12\), as those at np.meshgrid\(x, y\) have, not \(4, 12\)"),
    "undefined": (X, Y, np.where(losses() > 5, np.nan, losses()), "all losses must be finite, but at x = "),
    "words": (X, Y, losses().astype(str), "the losses must be an array of real numbers"),
    "complex": (X, Y, losses() + 1j, "the losses must be an array of real numbers"),
    "ragged": (X, Y, [[1.0], [1.0, 2.0]], "the losses must be an array of real numbers"),
    "too many": (np.arange(400), np.arange(300), np.ones((300, 400)), "at most 100000 losses, not 120000"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_grid_is_one_sentence(what: str) -> None:
    x, y, values, expected = BAD[what]
    with pytest.raises(GridError, match=expected):
        Landscape.from_grid(x, y, values)


def save_csv(path: Path, text: str | None = None) -> Path:
    px, py = np.meshgrid(X, Y)
    rows = zip(px.ravel().tolist(), py.ravel().tolist(), losses().ravel().tolist(), strict=True)
    path.write_text(text or "\n".join(["x,y,loss", *(",".join(map(repr, row)) for row in rows)]), encoding="utf-8")
    return path


def test_files_hold_the_same_grid_bit_for_bit(tmp_path: Path) -> None:
    np.savez(tmp_path / "slice.npz", x=X, y=Y, loss=losses())
    spreadsheet = save_csv(tmp_path / "marked.csv")
    spreadsheet.write_bytes(b"\xef\xbb\xbf" + spreadsheet.read_bytes().replace(b"\n", b"\r\n"))
    for path in (tmp_path / "slice.npz", save_csv(tmp_path / "slice.csv"), spreadsheet):
        for here, there in zip(read(path), (X, Y, losses()), strict=True):
            same_bits(here, there)


BAD_FILES = {
    "none.npz": (None, "cannot be read: No such file"),
    "text.npz": ("x", "is not a file of the kind .npz"),
    "binary.csv": (b"\xff\xfe", "is not a file of the kind .csv"),
    "headless.csv": ("1,2,3\n4,5,6\n", "its first line lacks the column x; it must name x, y, loss"),
    "words.csv": ("x,y,loss\n1,2,three\n", "x, y and loss must be numbers in line 2"),
    "twice.csv": ("x,y,loss\n1,2,3\n1,2,4\n", "x = 1, y = 2 comes twice, in line 3 again"),
    "hole.csv": ("x,y,loss\n1,1,0\n2,1,0\n1,2,0\n", "there is none at x = 2, y = 2"),
    "small.csv": ("x,y,loss\n1,1,0\n", "x must be a list of at least 4 numbers"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, expected = BAD_FILES[name]
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(GridError, match=expected):
        read(tmp_path / name)


def test_an_npz_names_its_three_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "slice.npz", x=X, y=Y, values=losses())
    with pytest.raises(GridError, match="it lacks the array loss; it must hold x, y, loss"):
        read(tmp_path / "slice.npz")
    np.savez(tmp_path / "objects.npz", x=X, y=Y, loss=np.array([print]))
    with pytest.raises(GridError, match="it holds objects"):
        read(tmp_path / "objects.npz")
    with (tmp_path / "array.npz").open("wb") as file:
        np.save(file, losses())
    with pytest.raises(GridError, match="it holds one array, but x, y and loss are wanted"):
        read(tmp_path / "array.npz")
