"""A gradient that is not the derivative of its loss is refused in one sentence, and no other gradient is."""

import re

import numpy as np
import pytest

from landscapes import Landscape
from optimizers import SAM, run

EVERYWHERE = ((-3.0, 3.0), (-3.0, 3.0))


def squares(x, y):
    return x**2 + y**2


def stretched(x, y):
    return x**2 + 3 * y**2


def tried(value, gradient, hessian=None, domain=EVERYWHERE) -> None:
    run(
        SAM(1.0),
        Landscape(value, gradient, hessian, name="Mine", domain=domain),
        [1.0, 2.0],
        learning_rate=0.01,
        steps=1,
    )


@pytest.mark.parametrize(
    ("value", "gradient"),
    [
        (squares, lambda x, y: (4 * x, 4 * y)),
        (squares, lambda x, y: (2 * x, -2 * y)),
        (squares, lambda x, y: (2.002 * x, 2 * y)),
        (squares, lambda x, y: (0 * x, 0 * y)),
        (stretched, lambda x, y: (6 * y, 2 * x)),
        (lambda x, y: 5.0, lambda x, y: (1.0, 0.0)),
        (lambda x, y: np.log(x - 2.8) + y, lambda x, y: (2 / (x - 2.8), 1.0)),
        (lambda x, y: 1e-200 * squares(x, y), lambda x, y: (2e-200 * x, 2e-200)),
        (lambda x, y: 1e200 * squares(x, y), lambda x, y: (2e200 * x, 2e200)),
        (lambda x, y: squares(np.float32(x), np.float32(y)).astype(float), lambda x, y: (2 * x, 2 * x)),
    ],
    ids=["twice", "a sign", "a thousandth", "zero", "swapped", "constant", "a strip", "tiny", "huge", "float32"],
)
def test_a_gradient_of_another_loss_is_refused(value, gradient):
    for _ in range(2):  # a refusal is not remembered as a pass
        with pytest.raises(ValueError, match="the gradient of the landscape 'Mine' is not the derivative of") as caught:
            tried(value, gradient)
        assert "\n" not in str(caught.value)


def test_the_sentence_tells_where_and_both_numbers():
    with pytest.raises(ValueError, match="derivative") as caught:
        tried(squares, lambda x, y: (2 * x, 5 * y))
    *_, x, y, given_x, given_y, found_x, found_y = map(float, re.findall(r"-?\d+\.?\d*", str(caught.value)))
    assert (given_x, given_y) == pytest.approx((2 * x, 5 * y), rel=1e-3)
    assert (found_x, found_y) == pytest.approx((2 * x, 2 * y), rel=1e-3)


def test_a_hessian_of_another_loss_is_refused():
    right = np.full_like
    with pytest.raises(ValueError, match="the hessian of the landscape 'Mine' is not the derivative of its gradient"):
        tried(stretched, lambda x, y: (2 * x, 6 * y), lambda x, y: (right(x, 2.0), 0 * x, right(x, 3.0)))
    tried(stretched, lambda x, y: (2 * x, 6 * y), lambda x, y: (right(x, 2.0), 0 * x, right(x, 6.0)))


@pytest.mark.parametrize(
    ("value", "gradient"),
    [
        (lambda x, y: abs(x) + abs(y), lambda x, y: (np.sign(x), np.sign(y))),
        (lambda x, y: np.maximum(x * y, 0.0), lambda x, y: (np.where(x * y > 0, y, 0.0), np.where(x * y > 0, x, 0.0))),
        (lambda x, y: np.floor(50 * x) + y, lambda x, y: (0.0, 1.0)),
        (lambda x, y: np.round(squares(x, y), 3), lambda x, y: (2 * x, 2 * y)),
        (lambda x, y: 1e12 + squares(x, y), lambda x, y: (2 * x, 2 * y)),
        (lambda x, y: np.cos(1e3 * x) + y, lambda x, y: (-1e3 * np.sin(1e3 * x), 1.0)),
        (lambda x, y: x + y + 1e-7 * np.cos(1e6 * x), lambda x, y: (1 - 0.1 * np.sin(1e6 * x), 1.0)),
        (lambda x, y: np.sqrt(abs(x)) + y, lambda x, y: (np.sign(x) / 2 / np.sqrt(abs(x)), 1.0)),
        (lambda x, y: np.tan(20 * x) + y, lambda x, y: (20 / np.cos(20 * x) ** 2, 1.0)),
        (lambda x, y: np.log(x) + y, lambda x, y: (1 / abs(x), 1.0)),
        (lambda x, y: np.log(-1 - x * x), lambda x, y: (1.0, 2.0)),
        (lambda x, y: -np.exp(-1e6 * squares(x, y)), lambda x, y: (2e6 * x * np.exp(-1e6 * squares(x, y)), 0.0)),
    ],
    ids=["kinks", "a fold", "stairs", "rounded", "offset", "fast", "finer", "root", "poles", "half", "never", "needle"],
)
@pytest.mark.filterwarnings("ignore")  # NumPy's own functions, where they are undefined
def test_kinks_rounding_and_what_is_undefined_are_no_mistakes(value, gradient):
    tried(value, gradient)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e6, 1e100])
def test_the_units_of_the_plane_do_not_matter(scale):
    domain = ((-scale, 3 * scale), (-scale, 2 * scale))

    def value(x, y):
        return (x / scale) ** 3 - (x / scale) * (y / scale)

    def gradient(x, y):
        return (3 * (x / scale) ** 2 - y / scale) / scale, -x / scale / scale

    tried(value, gradient, domain=domain)
    with pytest.raises(ValueError, match="derivative"):
        tried(value, lambda x, y: gradient(x, y)[::-1], domain=domain)
