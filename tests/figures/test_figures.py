"""The paper's Figures 1 to 5: what their captions claim, and what is drawn."""

import numpy as np
import pytest
from matplotlib.colors import same_color, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrow

from figures import FIGURES, figure1, figure2, figure3, figure4, figure5, style
from figures.background import background
from figures.record import Claim, Parameter, complete
from landscapes import LANDSCAPES
from optimizers import SAM, MongeSAM

SMALL = {2: {"resolution": 60}, 4: {"resolution": 100}}


@pytest.fixture(scope="module")
def numbers() -> dict[int, object]:
    return {number: module.compute(SMALL.get(number, {})) for number, module in FIGURES.items()}


@pytest.fixture(scope="module")
def drawings(numbers) -> dict[int, Figure]:
    return {number: FIGURES[number].draw(numbers[number]) for number in FIGURES}


def verdicts(claims: tuple[Claim, ...]) -> list[bool]:
    return [claim.holds for claim in claims]


# Every figure


@pytest.mark.parametrize("number", FIGURES)
def test_a_measurement_is_near_what_is_known_at_the_papers_parameters(number, numbers) -> None:
    shown = figure4.compute({"rho": (0.0, 0.1, 0.3, 0.5, 1.0), "resolution": 100}) if number == 4 else numbers[number]
    measurements = [one for claim in FIGURES[number].claims(shown) for one in claim.measurements]
    compared = [one for one in measurements if one.expected is not None]
    assert compared
    for one in compared:
        if one.interval:
            assert one.interval[0] <= one.expected <= one.interval[1], one
        else:
            assert one.value == pytest.approx(one.expected, rel=0.02), one


@pytest.mark.parametrize("number", FIGURES)
def test_other_parameters_have_nothing_to_be_compared_with(number) -> None:
    module = FIGURES[number]
    moved = {
        parameter.name: tuple(0.9 * value for value in parameter.default)
        if isinstance(parameter.default, tuple)
        else 0.9 * parameter.default
        for parameter in module.PARAMETERS
        if parameter.name == "rho"
    }
    claims = module.claims(module.compute(moved | SMALL.get(number, {})))
    assert [one for claim in claims for one in claim.measurements if one.expected is not None] == []


@pytest.mark.parametrize("number", FIGURES)
def test_the_numbers_depend_on_the_parameters_alone(number, numbers) -> None:
    again = FIGURES[number].compute(SMALL.get(number, {}))
    first, second = FIGURES[number].table(numbers[number]), FIGURES[number].table(again)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


@pytest.mark.parametrize("number", FIGURES)
def test_a_table_has_columns_of_one_length(number, numbers) -> None:
    columns = FIGURES[number].table(numbers[number])
    assert columns["rule"].size > 0
    assert {column.shape for column in columns.values()} == {columns["rule"].shape}


@pytest.mark.parametrize("number", FIGURES)
def test_every_default_is_allowed_by_its_own_bounds(number) -> None:
    parameters = FIGURES[number].PARAMETERS
    assert complete(parameters, {}) == {parameter.name: parameter.default for parameter in parameters}


@pytest.mark.parametrize(
    ("number", "values", "sentence"),
    [
        (1, {"rho": float("nan")}, "rho must be a number from 0 to 2, not nan"),
        (1, {"rho": 3.0}, "rho must be a number from 0 to 2, not 3.0"),
        (1, {"rho": "1"}, "rho must be a number from 0 to 2, not '1'"),
        (1, {"rho": True}, "rho must be a number from 0 to 2, not True"),
        (1, {"steps": 1.5}, "steps must be a whole number from 1 to 2000, not 1.5"),
        (1, {"seed": 1}, "there is no parameter 'seed'; there are rho, learning_rate, steps"),
        (2, {"rho": 1.0}, "rho takes 2 values, such as the paper's 0.2 1"),
        (2, {"landscape": "banana"}, "landscape must be one of sinc, sinc-squared, not 'banana'"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_one_sentence(number, values, sentence) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        FIGURES[number].compute(values)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("number", FIGURES)
@pytest.mark.parametrize("bound", ["low", "high"])
def test_every_figure_can_be_drawn_at_its_bounds(number, bound) -> None:
    # a visitor's sliders reach them, divergence included
    def extreme(parameter: Parameter) -> object:
        value = getattr(parameter, bound)
        return (value,) * len(parameter.default) if isinstance(parameter.default, tuple) else value

    module = FIGURES[number]
    values = {parameter.name: extreme(parameter) for parameter in module.PARAMETERS if parameter.name in MOVED}
    shown = module.compute(values | SMALL.get(number, {}))
    assert all(np.isfinite(one.value) or one.value is not None for one in module.claims(shown)[0].measurements)
    module.draw(shown).canvas.draw()


MOVED = {"rho", "learning_rate"}


# Figure 1


def test_figure_1_ends_where_the_paper_ends(numbers) -> None:
    # facts: GD (-1.5458682, -0.6468637), SAM (-0.0037459, -0.0027761), M-SAM (-0.9454185, -0.9413082)
    ends = {key: path.positions[:, -1] for key, path in numbers[1].paths.items()}
    np.testing.assert_allclose(ends["gd"], (-1.5458682, -0.6468637), atol=1e-6)
    np.testing.assert_allclose(ends["sam"], (-0.0037459, -0.0027761), atol=1e-6)
    np.testing.assert_allclose(ends["m-sam"], (-0.9454185, -0.9413082), atol=1e-6)


def test_figure_1s_claims_hold(numbers) -> None:
    assert verdicts(figure1.claims(numbers[1])) == [True] * 4


@pytest.mark.parametrize(("rho", "contrast"), [(0.86, False), (0.88, True), (1.45, True), (1.47, False)])
def test_figure_1s_contrast_needs_a_rho_of_about_1(rho, contrast) -> None:
    # the paper shows ρ = 1; measured: 0.86 < ρ < 1.46
    claims = figure1.claims(figure1.compute({"rho": rho}))
    assert all(verdicts(claims)) == contrast


def test_figure_1_does_not_say_that_sam_and_monge_sam_rest(numbers) -> None:
    assert numbers[1].paths["sam"].motion == "2-cycle"
    assert numbers[1].paths["m-sam"].motion != "settled"
    assert numbers[1].paths["gd"].motion == "settled"


@pytest.mark.parametrize("rho", [0.3, 1.0, 2.0])
def test_perturbed_points_lie_on_the_sets_that_are_drawn(rho) -> None:
    shown = figure1.compute({"rho": rho})
    g = np.array(LANDSCAPES["banana"].gradient(*shown.start))
    metrics = {"sam": np.eye(2), "m-sam": np.eye(2) + np.outer(g, g)}
    for key, metric in metrics.items():
        delta = shown.sets[key] - shown.start[:, None]
        np.testing.assert_allclose(np.einsum("in,ij,jn->n", delta, metric, delta), rho**2, rtol=1e-12)
        found = shown.perturbed[key] - shown.start
        assert found @ metric @ found == pytest.approx(rho**2, rel=1e-12)
        np.testing.assert_allclose(
            shown.arrows[key], -0.1 * np.array(LANDSCAPES["banana"].gradient(*shown.perturbed[key]))
        )


def test_figure_1_is_drawn_as_published(drawings, numbers) -> None:
    (axes,) = drawings[1].axes
    assert axes.get_xlim() == (-3, 3)
    assert axes.get_ylim() == (-2, 2)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Gradient descent", "SAM", "Monge SAM"]
    paths = {line.get_label(): line for line in axes.lines}
    for key in ("gd", "sam", "m-sam"):
        line = paths[style.NAMES[key]]
        assert same_color(line.get_color(), style.COLOURS[key])
        np.testing.assert_array_equal(line.get_xydata().T, numbers[1].paths[key].positions)
    stars = [line for line in axes.lines if line.get_marker() == "*"]
    assert [to_hex(star.get_color()) for star in stars] == ["#000000"] * 3
    dashed = [line for line in axes.lines if line.is_dashed()]
    assert [to_hex(line.get_color()).upper() for line in dashed] == [style.COLOURS["sam"], style.COLOURS["m-sam"]]
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrow)]
    assert [to_hex(arrow.get_facecolor()).upper() for arrow in arrows] == [
        style.COLOURS["sam"],
        style.COLOURS["m-sam"],
    ]


def test_the_background_has_many_bands_from_blue_to_red(numbers) -> None:
    shown = numbers[1].background
    assert shown.loss.shape == (shown.y.size, shown.x.size)
    assert len(shown.colours) == shown.levels.size - 1 > 90
    assert shown.levels[0] == 0
    assert shown.levels[-1] >= shown.loss.max()
    # read off the published picture: the valley's floor, and the corner (-3, 2)
    assert rgb_distance(shown.colours[0], "#9dcbe1") < 0.03
    assert rgb_distance(shown.colours[-1], "#b61f2e") < 0.06


def rgb_distance(one: str, other: str) -> float:
    parts = [np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255 for colour in (one, other)]
    return float(np.abs(parts[0] - parts[1]).max())


def test_the_background_holds_the_loss() -> None:
    shown = background(LANDSCAPES["banana"], (-3, 3), (-2, 2), width=0.2, gamma=0.2, top=100.0, points=7)
    assert shown.x.tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert shown.y.tolist() == [-2, -1, 0, 1, 2]
    assert shown.loss[0, 6] == 49  # (1 + 6)² at (3, -2)


# Figure 2


@pytest.mark.parametrize(
    ("landscape", "expected"),
    [
        # share at the maximum: SAM, M-SAM at ρ = 0.2; SAM, M-SAM at ρ = 1
        ("sinc", (0.032, 0.029, 0.785, 0.362)),
        ("sinc-squared", (0.060, 0.060, 0.61, 0.34)),
    ],
)
def test_figure_2s_shares(landscape, expected) -> None:
    total = 10000
    shown = figure2.compute({"landscape": landscape, "samples": total, "resolution": 20})
    found = [figure2.captured(end) / total for end in shown.ends.values()]
    assert list(shown.ends) == [("sam", 0), ("m-sam", 0), ("sam", 1), ("m-sam", 1)]
    # four standard errors of the sample, and half a unit of the last digit that is known
    margins = [4 * np.sqrt(share * (1 - share) / total) + 0.0051 for share in expected]
    assert all(abs(one - other) < margin for one, other, margin in zip(found, expected, margins, strict=True))


@pytest.mark.parametrize("landscape", ["sinc", "sinc-squared"])
def test_figure_2s_claims_hold(landscape) -> None:
    claims = figure2.claims(figure2.compute({"landscape": landscape, "resolution": 20}))
    assert verdicts(claims) == [True] * 4
    assert all(one.interval[0] <= one.value <= one.interval[1] for claim in claims for one in claim.measurements)


def test_the_sample_is_the_seeds() -> None:
    first, same, other = (figure2.compute({"seed": seed, "resolution": 20}).starts for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, same)
    assert not np.allclose(first, other)
    assert first.shape == (2, 200)
    assert 0.9 < np.abs(first).max() <= 1  # the “unit square” is [-1, 1]²


def test_the_ring_of_minima_is_the_pictures_or_the_captions() -> None:
    # the published ring has r = 4.4934; the caption's formula would put it at √4.4934
    assert figure2.ring_radius(LANDSCAPES["sinc"]) == pytest.approx(4.4934, abs=1e-4)
    assert figure2.ring_radius(LANDSCAPES["sinc-squared"]) == pytest.approx(4.4934**0.5, abs=1e-4)


def test_a_plane_density_is_a_density(numbers) -> None:
    shown = numbers[2]
    cell = (shown.x[1] - shown.x[0]) ** 2
    for heights in shown.densities.values():
        assert heights.sum() * cell == pytest.approx(1, abs=0.02)


def test_the_bandwidth_is_half_of_scotts() -> None:
    # the variance of a kernel density is that of the sample and of the kernel: s² (1 + (n^(-1/6) / 2)²)
    points = np.random.default_rng(0).normal(size=(2, 400))
    axis = np.linspace(-8, 8, 161)
    heights = figure2.plane_density(points, axis)
    variance = (heights.sum(axis=0) @ axis**2) / heights.sum() - (heights.sum(axis=0) @ axis / heights.sum()) ** 2
    assert variance == pytest.approx(points[0].var() + points[0].var(ddof=1) * (400 ** (-1 / 6) / 2) ** 2, rel=1e-3)


def test_contours_enclose_their_share_of_the_mass(numbers) -> None:
    heights = numbers[2].densities["sam", 0]
    levels = figure2.mass_levels(heights)
    outside = [heights[heights < level].sum() / heights.sum() for level in levels]
    np.testing.assert_allclose(outside[:-1], np.linspace(0.05, 1, 10)[:-1], atol=0.02)
    assert levels[-1] == heights.max()


def test_a_plane_density_adds_up_a_gaussian_for_each_point() -> None:
    points = np.array([[0.0, 1.0, 1.5], [0.5, -0.5, 1.0]])
    axis = np.array([-0.5, 0.0, 1.0])
    sx, sy = 0.5 * 3 ** (-1 / 6) * points.std(axis=1, ddof=1)
    heights = figure2.plane_density(points, axis)
    for row, column in np.ndindex(3, 3):
        at = (axis[column] - points[0]) ** 2 / sx**2 + (axis[row] - points[1]) ** 2 / sy**2
        assert heights[row, column] == pytest.approx(np.exp(-at / 2).mean() / (2 * np.pi * sx * sy))


@pytest.mark.parametrize(
    "points", [np.zeros((2, 50)), np.full((2, 50), np.nan), np.stack([np.arange(50.0), np.ones(50)])]
)
def test_points_without_extent_have_no_density(points) -> None:
    heights = figure2.plane_density(points, np.linspace(-1, 1, 20))
    assert not heights.any()
    assert figure2.mass_levels(heights).size == 0


def test_figure_2_is_drawn_as_published(drawings) -> None:
    axes = drawings[2].axes
    assert [one.get_title() for one in axes] == ["SAM", "M-SAM", "SAM", "M-SAM", "SAM", "M-SAM"]
    legends = [one.get_legend() for one in axes[:4]]
    assert [legend.get_texts()[0].get_text() for legend in legends] == [
        r"$\rho = 0.2$",
        r"$\rho = 0.2$",
        r"$\rho = 1$",
        r"$\rho = 1$",
    ]
    assert [to_hex(legend.get_patches()[0].get_facecolor()) for legend in legends] == ["#008000"] * 2 + ["#800080"] * 2
    for panel in axes[:4]:
        ring, maximum = panel.lines
        assert ring.is_dashed()
        np.testing.assert_allclose(np.hypot(*ring.get_xydata().T), 4.4934, atol=1e-4)
        assert maximum.get_marker() == "s"
        assert same_color(maximum.get_color(), "red")
        assert panel.get_xlim() == pytest.approx((-5.8, 5.8), abs=0.01)
        assert len(panel.collections) == 1
    for panel in axes[4:]:
        assert [to_hex(line.get_color()) for line in panel.lines] == ["#008000", "#800080"]


# Figure 3


def test_figure_3_ends_where_the_paper_ends(numbers) -> None:
    # facts: SAM -0.58235, -0.85374; M-SAM -0.43803, -0.56555
    found = {key: path[0, -1] for key, path in numbers[3].paths.items()}
    expected = {("sam", 0): -0.58235, ("sam", 1): -0.85374, ("m-sam", 0): -0.43803, ("m-sam", 1): -0.56555}
    assert found == pytest.approx(expected, abs=1e-5)


def test_figure_3s_sam_is_on_its_2_cycle() -> None:
    shown = figure3.compute({"steps": 200})
    for index, rate in enumerate(shown.values["learning_rate"]):
        cycle = rate * 0.3 / (1 - rate)
        np.testing.assert_allclose(np.abs(shown.paths["sam", index][0, -2:]), cycle, rtol=1e-9)


@pytest.mark.parametrize(
    ("start", "holds"), [(0.437, False), (0.439, True), (0.5, True), (-0.5, True), (0.565, True), (0.5656, False)]
)
def test_figure_3s_claims_hold_for_starts_between_0_438_and_0_5655(start, holds) -> None:
    assert all(verdicts(figure3.claims(figure3.compute({"start": start})))) == holds


def test_figure_3_is_drawn_as_published(drawings, numbers) -> None:
    panels = drawings[3].axes
    assert len(panels) == 2
    for index, axes in enumerate(panels):
        parabola = axes.lines[0]
        np.testing.assert_allclose(parabola.get_ydata(), np.asarray(parabola.get_xdata()) ** 2)
        drawn = [line for line in axes.lines if len(line.get_xdata()) == 12]
        assert [to_hex(line.get_color()).upper() for line in drawn] == [style.COLOURS["sam"], style.COLOURS["m-sam"]]
        stars = [line for line in axes.lines if line.get_marker() == "*" and len(line.get_xdata())]
        assert [star.get_xdata()[0] for star in stars] == [
            numbers[3].paths[key, index][0, -1] for key in ("sam", "m-sam")
        ]
        (start,) = [line for line in axes.lines if line.get_marker() == "o"]
        assert same_color(start.get_color(), "#808080")
        assert start.get_xydata().tolist() == [[0.5, 0.25]]
    assert [text.get_text() for text in panels[0].get_legend().get_texts()] == ["SAM", "M-SAM"]


# Figure 4


@pytest.mark.parametrize(
    ("rho", "sam", "monge"), [(0.1, 0.0312, 0.0300), (0.3, 0.2607, 0.2089), (0.5, 0.648, 0.437), (1.0, 1.941, 0.972)]
)
def test_figure_4s_areas(rho, sam, monge) -> None:
    assert figure4.patch_area(SAM(rho)) == pytest.approx(sam, rel=0.02)
    assert figure4.patch_area(MongeSAM(rho)) == pytest.approx(monge, rel=0.02)


def test_a_patch_that_outgrows_the_view_is_still_measured() -> None:
    # at ρ = 2 SAM's patch reaches far beyond the first box
    assert figure4.patch_area(SAM(2.0)) == pytest.approx(figure4.patch_area(SAM(2.0), cells=320), rel=0.02)


def test_figure_4s_claims(numbers) -> None:
    *others, near_flat_minima = verdicts(figure4.claims(numbers[4]))
    assert others == [True] * 3
    # the caption says so for all ρ; at ρ = 0.6 and 0.8 there is no λ₂ > 0 near the flat minima for either
    assert not near_flat_minima
    small = figure4.compute({"rho": (0.0, 0.2, 0.3, 0.4, 0.5), "resolution": 100})
    assert verdicts(figure4.claims(small)) == [True] * 4


def test_figure_4s_first_column_is_the_hessian(numbers) -> None:
    shown = numbers[4]
    np.testing.assert_array_equal(shown.smaller["sam", 0], shown.smaller["m-sam", 0])
    hxx, hxy, hyy = LANDSCAPES["banana"].hessian(*np.meshgrid(shown.x, shown.y))
    least = np.linalg.eigvalsh(np.moveaxis(np.array([[hxx, hxy], [hxy, hyy]]), (0, 1), (-2, -1)))[..., 0]
    np.testing.assert_allclose(shown.smaller["sam", 0], least, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("count", [20, 200])
def test_cells_divide_the_view_evenly_and_none_is_centred_on_the_saddle(count) -> None:
    centres = figure4.centres(2.0, count)
    np.testing.assert_allclose(np.diff(centres), 4.0 / count)
    assert centres[0] == pytest.approx(-2.0 + 2.0 / count)
    assert 0.0 not in centres


def test_figure_4_is_drawn_as_published(drawings, numbers) -> None:
    panels = drawings[4].axes[:10]
    assert [axes.get_title() for axes in panels[:5]] == [
        rf"$\rho = {rho}$" for rho in ("0", "0.2", "0.4", "0.6", "0.8")
    ]
    for position, axes in enumerate(panels):
        (image,) = axes.images
        key = ("sam", "m-sam")[position // 5], position % 5
        np.testing.assert_array_equal(image.get_array(), numbers[4].smaller[key])
        assert image.get_cmap().name == "RdBu_r"
        assert image.norm(0.0) == pytest.approx(0.5)  # white at zero, red where λ₂ > 0
        assert axes.get_xlim() == axes.get_ylim() == (-2, 2)
        (square,) = axes.lines
        assert np.abs(square.get_xydata()).tolist() == [[0.5, 0.5]] * 5


@pytest.mark.parametrize(("eigenvalue", "shade"), [(-8.48, 0.223), (-4.0, 0.25), (-0.76, 0.3165), (0.134, 0.602)])
def test_figure_4s_colours_are_the_pictures(eigenvalue, shade) -> None:
    # read off the published first panel, where λ₂ is the Hessian's
    assert style.stability_norm()(eigenvalue) == pytest.approx(shade, abs=0.015)


# Figure 5


def test_figure_5s_counts(numbers) -> None:
    # ends of the 100 runs at the saddle / at (±1, ±1)
    found = {key: (where["saddle"], where["flat minimum"]) for key, where in numbers[5].counts.items()}
    assert found == {"sam": (32, 68), "m-sam": (16, 84), "fisher-sam": (16, 84), "asam": (10, 10)}
    assert {sum(where.values()) for where in numbers[5].counts.values()} == {100}


def test_figure_5s_claims_hold_but_that_the_runs_converged(numbers) -> None:
    assert verdicts(figure5.claims(numbers[5])) == [True] * 4 + [False]
    assert min(numbers[5].restless.values()) > 80


def test_figure_5s_marginals_are_densities_over_the_starts(numbers) -> None:
    shown = numbers[5]
    spacing = shown.theta[1] - shown.theta[0]
    for key in ("sam", "m-sam", "fisher-sam"):
        assert shown.marginals[key].sum() * spacing == pytest.approx(1, abs=1e-3)
    # read off the published panels: heights of the peaks at the saddle
    assert shown.marginals["sam"][100] == pytest.approx(0.80, abs=0.02)
    assert shown.marginals["m-sam"][100] == pytest.approx(0.36, abs=0.02)
    assert shown.start_marginal[100] == pytest.approx(0.15, abs=0.01)


def test_figure_5_is_drawn_as_published(drawings, numbers) -> None:
    axes = drawings[5].axes
    assert [panel.get_title() for panel in axes[:4]] == ["SAM", "Monge SAM", "Fisher SAM", "ASAM"]
    for key, upper, lower in zip(numbers[5].positions, axes[:4], axes[4:], strict=True):
        colour = style.COLOURS[key]
        *paths, starts, stars = upper.lines
        assert len(paths) == 100
        assert all(same_color(path.get_color(), colour) for path in paths)
        assert same_color(starts.get_color(), "#808080")
        assert same_color(stars.get_color(), colour)
        assert stars.get_marker() == "*"
        np.testing.assert_array_equal(stars.get_xydata().T, numbers[5].positions[key][-1])
        assert upper.get_xlim() == upper.get_ylim() == (-3.2, 3.2)
        before, after = lower.lines
        assert same_color(before.get_color(), "#808080")
        assert same_color(after.get_color(), colour)
        assert lower.get_xlim() == upper.get_xlim()


def test_drawing_leaves_matplotlibs_settings_alone() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    figure3.draw(figure3.compute())
    assert dict(matplotlib.rcParams) == before
