"""Where runs end, start by start, and for every ρ and α."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES, Landscape
from optimizers import ASAM, GD, SAM, FisherSAM, MongeSAM, run
from optimizers.maps import cell_centres, destination_map, destinations, difference, phase_diagram, pixel_centres
from optimizers.outcomes import OUTCOMES, motion, outcome
from tests.catalogue import every_landscape, every_rule, rule

banana = LANDSCAPES["banana"]
PAPER = {"learning_rate": 0.01, "steps": 200}
FIGURE_5 = np.array(np.meshgrid(np.linspace(-3, 3, 10), np.linspace(-3, 3, 10)))
RULES = (GD(), SAM(1.0), MongeSAM(1.0), FisherSAM(1.0), ASAM(1.0))


@every_landscape
@every_rule
def test_a_map_is_run_and_outcome_pixel_by_pixel(key, landscape, sweep):
    columns, rows = sweep.count(4, 9), sweep.count(3, 7)
    here = destination_map(rule(key), landscape, learning_rate=0.01, steps=20, resolution=(columns, rows))
    assert here.outcome.shape == (rows, columns)
    for row, y in enumerate(here.y):
        for column, x in enumerate(here.x):
            ends = run(rule(key), landscape, [x, y], learning_rate=0.01, steps=20)
            assert here.outcome[row, column] == outcome(landscape, ends.final)
            assert here.motion[row, column] == motion(ends)
            assert_allclose(here.final[:, row, column], ends.final, rtol=1e-12)


def test_a_pixel_stands_for_its_centre_and_rows_begin_at_the_bottom():
    assert_allclose(cell_centres(-1.0, 1.0, 4), [-0.75, -0.25, 0.25, 0.75])
    x, y = pixel_centres(((0.0, 3.0), (10.0, 12.0)), columns=3, rows=2)
    assert_allclose(x, [[0.5, 1.5, 2.5], [0.5, 1.5, 2.5]])
    assert_allclose(y, [[10.5, 10.5, 10.5], [11.5, 11.5, 11.5]])


def test_the_window_is_the_domain_unless_one_is_given():
    assert destination_map(GD(), banana, **PAPER, resolution=3).window == banana.domain
    corner = destination_map(GD(), banana, **PAPER, resolution=3, window=((0.9, 1.1), (0.9, 1.1)))
    assert corner.shares == dict.fromkeys(OUTCOMES, 0.0) | {"flat minimum": 1.0}


@every_rule
def test_shares_add_up_to_one(key):
    here = destination_map(rule(key), banana, learning_rate=0.3, steps=50, resolution=40)
    assert here.shares["diverged"] > 0
    assert_allclose(sum(here.shares.values()), 1.0, rtol=1e-12)


def test_the_difference_of_two_rules():
    sam, m_sam = (destination_map(rule, banana, **PAPER, resolution=40) for rule in (SAM(1.0), MongeSAM(1.0)))
    result = difference(sam, m_sam)
    assert_array_equal(result.differs, sam.outcome != m_sam.outcome)
    assert result.share == result.differs.mean()
    assert result.table.sum() == 1600
    assert_array_equal(result.table.sum(axis=1), np.bincount(sam.outcome.ravel(), minlength=len(OUTCOMES)))
    assert_array_equal(result.table.sum(axis=0), np.bincount(m_sam.outcome.ravel(), minlength=len(OUTCOMES)))
    assert np.trace(result.table) == (~result.differs).sum()
    # the paper's contrast: what SAM leaves at the saddle, Monge SAM brings to the flat minimum
    saddle, flat = OUTCOMES.index("saddle"), OUTCOMES.index("flat minimum")
    assert result.table[saddle, flat] > 10 * result.table[flat, saddle]
    assert difference(sam, sam).share == 0


def test_maps_of_different_windows_are_not_compared():
    first = destination_map(GD(), banana, **PAPER, resolution=4)
    with pytest.raises(ValueError, match="window and resolution"):
        difference(first, destination_map(GD(), banana, **PAPER, resolution=5))
    with pytest.raises(ValueError, match="window and resolution"):
        difference(first, destination_map(GD(), banana, **PAPER, resolution=4, window=((0.0, 1.0), (0.0, 1.0))))


def test_the_phase_diagram_at_the_papers_setting_is_figure_5():
    diagram = phase_diagram(RULES, banana, FIGURE_5, rho=[0.5, 1.0], learning_rate=[0.005, 0.01, 0.02], steps=200)
    assert diagram.runs == 100
    # GD, SAM, M-SAM, Fisher SAM, ASAM: ends within 0.1 of the saddle and of ±(1, 1)
    assert_array_equal(diagram.share("saddle")[:, 1, 1], [0.10, 0.32, 0.16, 0.16, 0.10])
    assert_array_equal(diagram.share("flat minimum")[:, 1, 1], [0.10, 0.68, 0.84, 0.84, 0.10])


def test_a_cell_of_the_phase_diagram_is_a_run_of_its_own():
    rho, learning_rate = np.array([0.0, 0.4, 1.2]), np.array([0.003, 0.05, 0.4])
    diagram = phase_diagram(RULES, banana, FIGURE_5, rho=rho, learning_rate=learning_rate, steps=30)
    assert diagram.counts.shape == (5, 3, 3, len(OUTCOMES))
    assert (diagram.counts.sum(axis=-1) == 100).all()
    for index, form in enumerate((lambda rho: GD(), SAM, MongeSAM, FisherSAM, ASAM)):
        for row, column in np.ndindex(3, 3):
            final = run(form(rho[row]), banana, FIGURE_5, learning_rate=learning_rate[column], steps=30).final
            codes = outcome(banana, final)
            assert_array_equal(diagram.counts[index, row, column], np.bincount(codes.ravel(), minlength=len(OUTCOMES)))
            with np.errstate(all="ignore"):
                loss = banana.value(*final)
            if np.isfinite(loss).any():
                assert_allclose(diagram.loss[index, row, column], loss[np.isfinite(loss)].mean(), rtol=1e-9)
            else:
                assert np.isnan(diagram.loss[index, row, column])
    assert_array_equal(diagram.share(*OUTCOMES), np.ones((5, 3, 3)))
    assert (diagram.share("minimum", "flat minimum") >= diagram.share("flat minimum")).all()


def test_the_mean_loss_leaves_out_what_diverged_and_is_nan_where_all_did():
    bowl = Landscape(value=lambda x, y: x * x + y * y)
    starts = np.array([[1.0, np.nan], [0.0, 0.0]])
    diagram = phase_diagram([GD()], bowl, starts, rho=[0.0], learning_rate=[0.25], steps=1)
    assert diagram.loss[0, 0, 0] == 0.25
    assert_array_equal(diagram.share("diverged"), [[[0.5]]])
    assert np.isnan(phase_diagram([GD()], bowl, starts[:, 1:], rho=[0.0], learning_rate=[0.25], steps=1).loss[0, 0, 0])


def test_no_step_leaves_the_starts_where_they_are():
    ends = destinations(SAM(1.0), banana, FIGURE_5, learning_rate=0.01, steps=0)
    assert_array_equal(ends.final, FIGURE_5)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"window": ((1.0, 0.0), (0.0, 1.0))}, "left < right"),
        ({"window": ((0.0, np.inf), (0.0, 1.0))}, "left < right"),
        ({"resolution": 0}, "resolution must be a positive whole number"),
        ({"resolution": (3, 4, 5)}, "resolution must be a positive whole number"),
        ({"resolution": 2.5}, "resolution must be a positive whole number"),
        ({"learning_rate": np.array([0.1, 0.2])}, "learning_rate must be one number here"),
    ],
)
def test_what_is_no_map_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        destination_map(GD(), banana, **({"learning_rate": 0.1, "steps": 1, "resolution": 4} | wrong))
