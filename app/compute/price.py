"""Cost estimates of work, in operations of a compiled kernel, and what fits into a frame.

NumPy is slower, and each of its calls has a fixed cost, however few the runs are. Which of several pictures is shown is
decided only here, in operations: no clock is read.
"""

from collections.abc import Callable, Iterable
from math import ceil, inf

from app.model.course import USUAL, Course
from landscapes import Landscape
from landscapes.kinks import may_kink
from landscapes.work import WORK
from optimizers import Rule, compiled
from optimizers.bases import Base
from optimizers.cost import HESSIAN, gradient_operations, operations
from optimizers.cost import NUMPY as COUNTED
from optimizers.motions import followable_runs

PREVIEW = 1e9  # operations; the event loop took 25 ms of the processor's time for them
AFFORDABLE = 2 * PREVIEW  # of what is shown whole at once
POSITION = 2500  # of a position that is kept and drawn, in operations
NUMPY = 48  # of one operation of NumPy at one point
CALL = 16_000  # operations in the time of one call of NumPy
LONGEST_TEXT = 5_000  # characters of a formula's module that is made ready for a rule within a frame
LEAST = 16  # samples along a side of a picture of the plane
FEWEST = 10  # starts, or steps, below which the other is cut first
FUNCTION = 60  # operations of an elementary function, about
STATEMENTS = 4  # in a formula's module, for each of its gradient
VALUE = 0.3  # gradients that a loss takes
OUTCOME = 150  # gradients that Newton's method takes from ends at no listed stationary point
AT_KINKS = 600  # times as many where the loss may have kinks
UNLISTED = 0.2  # of the runs of a map that end there
CRITERION = 30  # gradients that the eigenvalues of a stability criterion take
BACKWARD = 2  # steps that autograd takes for one row of a step's Jacobian
EIGENVALUES = 10_000  # operations of those of a k × k matrix, over k²
SEARCH = 61 * 61 * 20  # steps of Newton's method in a search for stationary points
DRAW = 1600  # operations of the noise of an update
NEWTON = 60  # operations of such a step besides its gradient and its Hessian


def price(
    rules: Iterable[Rule],
    landscape: Landscape,
    runs: int,
    steps: int,
    positions: int = 0,
    course: Course = USUAL,
) -> float:
    """Operations of `runs` runs of `steps` updates with each rule, of which so many positions are drawn."""
    return sum(_run(rule, landscape, runs, steps, course) + POSITION * positions for rule in rules)


def _run(rule: Rule, landscape: Landscape, runs: int, steps: int, course: Course) -> float:
    pair = compiled.pair(rule, landscape, **course.form)
    one: float = operations(rule, landscape, 1, steps, course.base) + DRAW * steps * (course.noise is not None)
    if pair.kernel is not None:
        return one * runs
    if not pair.compilable:  # then NumPy is counted already
        one /= COUNTED
    return one * (NUMPY * runs + CALL)


def evaluation(landscape: Landscape, points: int, gradients: float = 1.0) -> float:
    """Operations of so many gradients, by NumPy, at each of these points."""
    return gradients * _gradient(landscape) * (NUMPY * points + CALL)


def raster_price(landscape: Landscape, samples: int) -> float:
    """Operations of the loss at so many samples along a side, over the domain for its colours and over what is seen."""
    return 2 * evaluation(landscape, samples * samples, VALUE)


def criterion_price(rule: Rule, landscape: Landscape, points: int, base: Base) -> float:
    """Operations of a stability criterion at so many points."""
    size = 2 + sum(name not in {*rule.discrete, *base.discrete} for name in (*rule.state, *base.state))
    if size == 2 and not rule.period:
        return evaluation(landscape, points, CRITERION)
    period = int(getattr(rule, rule.period)) if rule.period else 1
    rows = BACKWARD * NUMPY * size * period * operations(rule, landscape, 1, 1, base)
    return points * (rows + EIGENVALUES * size * size)


def search(landscape: Landscape) -> float:
    """Operations of finding the stationary points of a landscape; 0 where they are known."""
    if landscape.known_stationary is not None or "stationary" in vars(landscape):
        return 0.0
    return NUMPY * min(SEARCH * ((1 + HESSIAN) * _gradient(landscape) + NEWTON), WORK)


def followable(landscape: Landscape) -> int:
    """How many runs of a rule can be followed in the background to see how they move; a few of any landscape."""
    return followable_runs(_gradient(landscape))


def map_price(rules: Iterable[Rule], landscape: Landscape, runs: int, steps: int, course: Course = USUAL) -> float:
    """Operations of so many runs for a map; infinite where what they need is not ready."""
    rules = tuple(rules)
    if not ready(rules, landscape) or search(landscape) > PREVIEW:
        return inf
    return price(rules, landscape, runs, steps, course=course) + len(rules) * outcome_price(
        landscape, ceil(UNLISTED * runs)
    )


def outcome_price(landscape: Landscape, ends: int) -> float:
    """Operations of telling what so many ends are at which are at no stationary point that is listed."""
    each = OUTCOME * (AT_KINKS if may_kink(landscape) else 1)
    return evaluation(landscape, ends, each) if ends else 0.0


def ready(rules: Iterable[Rule], landscape: Landscape) -> bool:
    """Whether what the updates of runs need is ready, or fits into a frame."""
    return not is_long(landscape) or all(compiled.known(rule, landscape) for rule in rules)


def is_long(landscape: Landscape) -> bool:
    """Whether its formula is so long that making it ready for a rule takes longer than a frame."""
    return landscape.source is not None and len(landscape.source) > LONGEST_TEXT


def _gradient(landscape: Landscape) -> int:
    """Operations of a gradient; estimated from a long text's statements and calls, for counting takes long too."""
    if landscape.source is None or not is_long(landscape):
        return gradient_operations(landscape)
    return (landscape.source.count("\n") + FUNCTION * landscape.source.count("(")) // STATEMENTS


def affordable(price: Callable[[int, int], float], runs: int, steps: int, most: float = AFFORDABLE) -> tuple[int, int]:
    """How many runs and steps fit into a frame: all, or fewer runs, or fewer steps if even few runs are too expensive.

    Args:
        price: (runs, steps) → operations, growing with both.
        runs, steps: what is wanted, each at least 1.
        most: operations.

    Returns:
        Runs and steps; one run of a few steps whatever it costs.
    """
    few, short = min(runs, FEWEST), min(steps, FEWEST)
    shown = _most(runs, lambda count: price(count, steps) <= most)
    if shown >= few:
        return shown, steps
    length = _most(steps, lambda count: price(few, count) <= most)
    if length >= short:
        return few, length
    return _most(few, lambda count: price(count, short) <= most) or 1, short


def _most(highest: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to the highest that fits, where each below one that fits does too; 0 where none does."""
    if fits(highest):
        return highest
    low, high = 0, highest  # low fits, high does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def affordable_size(price: Callable[[int], float], most: int, budget: float = PREVIEW) -> int:
    """Samples along a side that a frame affords, at most so many; their price grows with the square."""
    whole = price(most)
    return most if whole <= budget else int(most * (budget / whole) ** 0.5)
