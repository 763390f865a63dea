"""What the explorer draws, as data: paths, counts at the edges, the table and its sentence."""

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from bokeh.events import Tap
from bokeh.models import GridBox
from hypothesis import given
from hypothesis import strategies as st
from panel.io.state import set_curdoc

from app.browser.source_updates import SourceUpdates
from app.browser.viewport import rounded
from app.compute.loss_raster import heat
from app.compute.motion import with_motions
from app.compute.outcome_summary import sentence, table
from app.compute.path_thinning import thinned
from app.compute.runs import Runner, runs_of
from app.compute.scene import Scene
from app.export.explore_picture import picture
from app.export.handout import handout
from app.layers.loss_surface import LossSurface
from app.layers.off_view_counts import count
from app.layers.rule_groups import CODES
from app.layers.trajectories import density_image, drawn_every
from app.model.link import read
from app.model.own_loss import OWN
from app.model.state import State
from app.theme import LIGHT, SHADES
from app.views.explore import Explore
from app.widgets.background_choice import BackgroundChoice, legend, round_values
from figures.loss_colours import UNDEFINED, Scale, coded, has_gaps, scale
from landscapes import LANDSCAPES
from optimizers import SAM

VIEW = (-3.0, 3.0, -2.0, 2.0)


def test_thinned_paths_keep_both_ends_and_pass_within_a_cell_of_every_position() -> None:
    cell = 0.004
    (sam,) = Runner()(State(optimizers=["sam"], mode="grid", size=5))
    paths = [np.stack(path) for path in zip(*thinned(sam.paths.positions, cell), strict=True)]
    assert len(paths) == 25
    assert sum(path.shape[1] for path in paths) < 0.9 * sam.paths.positions[:, 0].size
    for path, positions in zip(paths, sam.paths.positions.transpose(2, 1, 0), strict=True):
        np.testing.assert_allclose(path[:, 0], positions[:, 0], rtol=1e-6)
        np.testing.assert_allclose(path[:, -1], positions[:, -1], rtol=1e-5, atol=1e-7)
        gaps = np.hypot(*(path[:, :, None] - positions[:, None, :])).min(axis=0)
        assert gaps.max() < 1.5 * cell


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(1e-6, 1e6), st.floats(0.1, 10))
def test_a_zoom_is_rounded_to_what_is_seen(left, bottom, width, ratio) -> None:
    box = (left, left + width, bottom, bottom + width * ratio)
    zoom = rounded(box)
    np.testing.assert_allclose(zoom, box, rtol=0, atol=1e-3 * min(width, width * ratio))
    State.param.zoom._validate(zoom)


def test_a_path_that_diverges_is_drawn_as_far_as_it_can_be() -> None:
    positions = np.array([[[0.0], [0.0]], [[1.0], [1.0]], [[1e300], [1.0]], [[np.nan], [np.nan]]])
    (x,), (y,) = thinned(positions, 0.01)
    np.testing.assert_array_equal(x[:2], [0.0, 1.0])
    assert np.isnan(x[2:]).all()
    assert np.isnan(y[2:]).all()


def test_a_slider_that_leaves_a_rule_alone_does_not_run_it_again() -> None:
    runner, state = Runner(), State()
    gd, sam, _ = runner(state)
    state.rho = 0.5
    assert runner(state)[0] is gd
    assert runner(state)[1] is not sam


@pytest.mark.parametrize("formula", ["0", "pi", "1e17 + x", "1e307 x", "1e-320"])
@pytest.mark.parametrize("background", ["loss", "sharpness", "rise-sam"])
def test_a_plain_and_what_is_hardly_one_have_colours(formula: str, background: str) -> None:
    state, updates = State(landscape=OWN, formula=formula, background=background), SourceUpdates()
    plane = LossSurface(updates, state)
    plane.draw(Scene(state, plane.view), updates)
    assert updates.take()["heat"]["image"][0].dtype == np.uint8
    assert 0.1 <= plane.scale.gamma <= 1.0
    assert plane.scale.low < plane.scale.high
    said = legend(plane.scale, ["#000000", "#ffffff"], share=False, clipped=False)
    assert "nan" not in said
    assert "inf" not in said


def test_the_numbers_of_a_legend_are_round_and_stand_at_their_colours() -> None:
    for shown, numbers in (
        (Scale(0.0, 99.4, 0.2), [0, 3, 90]),
        (Scale(-2.0, 6.0, 1.0), [-2, 2, 6]),
        (Scale(-0.4, 1e6, 1 / 6), [-0.4, 2e4, 1e6]),
    ):
        found = round_values(shown)
        assert [*found] == pytest.approx(numbers)
        for number, place in found.items():
            assert shown.low + (shown.high - shown.low) * place ** (1 / shown.gamma) == pytest.approx(number)
    assert round_values(Scale(4.1, 4.9, 1.0)) == {}


def test_ends_out_of_view_are_counted_at_their_edge() -> None:
    runs = Runner()(State(landscape="rosenbrock", optimizers=["gd"], mode="grid", size=8))
    ends = runs[0].final
    finite = np.isfinite(ends).all(axis=0)
    counts = count(runs, (-0.5, 0.5, -0.5, 0.5))
    inside = (np.abs(ends[:, finite]) <= 0.5).all(axis=0).sum()
    assert counts["diverged"] == (~finite).sum() > 0
    assert sum(counts.values()) + inside == 64
    assert counts["right"] == (ends[0, finite] > 0.5).sum()


def test_at_first_sight_the_sentence_does_not_say_converged() -> None:
    state = State()
    said = sentence(state, with_motions(Runner()(state)))
    assert "GD is at a minimum, settled" in said
    assert "SAM is at a saddle, on a 2-cycle" in said
    assert "Monge SAM is at a flat minimum, on a 14-cycle" in said


def test_the_sentence_on_many_runs_names_the_saddle_first() -> None:
    state = State(optimizers=["sam", "m-sam"], mode="grid")
    said = sentence(state, Runner()(state))
    assert said.startswith(
        "After 200 steps from 100 starts, at a saddle: SAM 32%, Monge SAM 16%. Of the others most: SAM 68%"
    )


def test_the_table_shows_the_shares_of_figure_5() -> None:
    state = State(optimizers=["sam", "m-sam"], mode="grid")
    html = table(Runner()(state), LIGHT)
    for share in (32, 68, 16, 84):
        assert f">{share}<" in html


def test_no_optimizer_is_said_in_words() -> None:
    state = State(optimizers=[])
    assert sentence(state, Runner()(state)) == "No optimizer is chosen."


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_heat_map_orders_colours_by_loss(key: str) -> None:
    landscape = LANDSCAPES[key]
    (left, right), (bottom, top) = landscape.domain
    drawn = heat(landscape, (left, right, bottom, top), scale(landscape))
    rows, columns = drawn.shades.shape
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    loss = landscape.value(*np.meshgrid(x, y))
    order = np.argsort(loss, axis=None)
    assert (np.diff(drawn.shades.ravel()[order].astype(int)) >= -1).all()
    assert drawn.shades.min() <= 1
    assert drawn.shades.max() == SHADES - 1


def test_of_very_many_runs_it_is_known_how_many_are_drawn() -> None:
    few, many = (Runner()(State(optimizers=["sam"], mode="cloud", count=count)) for count in (2000, 10_000))
    assert drawn_every(few) == 1
    assert drawn_every(many) == 8  # one in four is kept, and of these one in two drawn


def test_density_is_opaque_where_paths_go_and_clear_elsewhere() -> None:
    runs = Runner()(State(optimizers=["gd"], mode="cloud", count=50, half_width=0.5, centre_x=1.0, centre_y=1.0))
    columns = density_image(runs, VIEW)
    image = columns["image"][0].view(np.uint8).reshape(*columns["image"][0].shape, 4)
    left_half = image[:, : image.shape[1] // 2]
    assert left_half[..., 3].max() == 0
    assert image[..., 3].max() > 200


@pytest.mark.parametrize("background", ["loss", "sharpness"])
def test_where_the_loss_is_undefined_the_plane_is_striped_and_the_legend_says_so(background: str) -> None:
    state, updates = State(**read(f"?v=1&formula=log(x)&background={background}").values), SourceUpdates()
    plane, choice = LossSurface(updates, state), BackgroundChoice(state)
    plane.draw(Scene(state, plane.view), updates)
    heat = updates.take()["heat"]
    (image,), (left,), (width,) = heat["image"], heat["x"], heat["dw"]
    x = left + (np.arange(image.shape[1]) + 0.5) * width / image.shape[1]
    np.testing.assert_array_equal(image >= SHADES, np.broadcast_to(x < 0, image.shape))
    assert set(np.unique(image[:, x < 0])) == {SHADES, SHADES + 1}
    assert plane.gaps
    choice.show(plane.scale, plane.gaps, plane.coarse)
    assert "undefined" in choice.legend.object
    choice.show(plane.scale, False, False)
    assert "undefined" not in choice.legend.object


def test_an_infinite_loss_is_the_highest_and_no_gap() -> None:
    assert coded(Scale(0.0, 1.0, 1.0).fraction(np.array([[0.0, np.inf, -np.inf, np.nan]]))).tolist()[0][:3] == [
        0,
        SHADES - 1,
        0,
    ]


def test_pictures_and_handouts_stripe_what_is_undefined() -> None:
    state = State(**read("?v=1&formula=log(x)&opt=gd").values)
    (axes,) = picture(state, Runner()(state)).axes
    assert has_gaps(np.asarray(axes.images[0].get_array()))
    assert UNDEFINED in axes.get_title()
    assert UNDEFINED in handout(state)
    assert UNDEFINED not in picture(State(), Runner()(State())).axes[0].get_title()


def test_one_panel_per_rule_shows_of_every_source_what_is_of_its_rule() -> None:
    state = State(optimizers=["gd", "sam"], added=(SAM(0.3),), zoom=(-1.0, 1.0, -1.0, 1.0))
    with set_curdoc(document := Document()):
        view = Explore(state)
        document.add_root(view.content.get_root(document))
        assert state.try_update(panels=True) is None
        view.sync()
    panels = [panel for panel in view.content.select(pn.pane.Bokeh) if isinstance(panel.object, GridBox)][-1]
    shown = [figure for figure, *_ in panels.object.children if figure.visible]
    view._rule_panels.draw(view.scene(), view._updates)
    assert [figure.title.text for figure in shown] == ["GD", "SAM ρ=1", "SAM ρ=0.3"]
    assert len({figure.x_range.id for figure in shown} | {figure.y_range.id for figure in shown}) == 2
    for figure, place in zip(shown, ("gd", "sam", "more-1"), strict=True):
        groups = {one.data_source.name: getattr(one.view.filter, "group", None) for one in figure.renderers}
        shared = {name for name, group in groups.items() if group is None}
        assert shared == {"heat", "contours", "starts"}
        assert {group for name, group in groups.items() if name not in shared} == {CODES[place]}
        assert all("rule" in one.data_source.data for one in figure.renderers if one.data_source.name not in shared)
    assert view.scene().box == state.zoom
    document.callbacks.trigger_event(Tap(shown[1], x=0.25, y=0.5))
    assert (state.x, state.y) == (0.25, 0.5)


def test_the_picture_has_a_panel_per_rule_where_the_screen_has() -> None:
    state = State(panels=True, optimizers=["gd", "sam", "m-sam", "asam"])
    axes = picture(state, runs_of(state)).axes
    assert [one.get_title() for one in axes] == ["GD", "SAM", "M-SAM", "ASAM", "", ""]
    assert [len(one.collections) for one in axes[:4]] == [2, 2, 2, 2]  # contours and the paths of one rule
    assert {one.get_xlim() for one in axes[:4]} == {(-3.0, 3.0)}
