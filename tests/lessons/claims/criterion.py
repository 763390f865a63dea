"""What the stability criterion claims and what it does not: SAM and Monge SAM on the banana, 200 steps."""

from functools import lru_cache

import numpy as np

from optimizers import MongeSAM, Rule, run
from optimizers.bases import Plain
from optimizers.outcomes import MOTIONS, OUTCOMES, follow, outcome, shares
from optimizers.stability import CRITERIA
from tests.lessons.setting import Setting, length

SIDE = 200  # cells of the square
CENTRES = (np.arange(SIDE) + 0.5) / SIDE * 6 - 3
SQUARE = np.array(np.meshgrid(CENTRES, CENTRES)).reshape(2, -1)
OFFSET = 1e-6
FLATTEST = (1.0, 1.0), (-1.0, -1.0)
SADDLE = OUTCOMES.index("saddle")


def smaller(at: Setting, criterion: str, points, rule: Rule | None = None) -> np.ndarray:
    """λ₂ by a criterion."""
    found = CRITERIA[criterion].eigenvalues(
        rule or at.rule("sam"), at.loss, *np.asarray(points, float), at.rate, Plain()
    )
    return CRITERIA[criterion].value(found, at.rate)


def red(at: Setting, rule: Rule | None = None) -> np.ndarray:
    return smaller(at, "paper", SQUARE, rule) > 0


@lru_cache(maxsize=8)
def _ends(rule: Rule, loss, rate: float, steps: int) -> np.ndarray:
    return run(rule, loss, SQUARE, learning_rate=rate, steps=steps, keep="final").final


def ends(at: Setting, rule: Rule | None = None) -> np.ndarray:
    """Of the whole square."""
    return _ends(rule or at.rule("sam"), at.loss, at.rate, at.steps)


def at_saddle(at: Setting, rule: Rule | None = None) -> np.ndarray:
    return outcome(at.loss, ends(at, rule)) == SADDLE


def hessian(at: Setting, point) -> np.ndarray:
    hxx, hxy, hyy = at.loss.hessian(*point)
    return np.array([[hxx, hxy], [hxy, hyy]])


def matrix(at: Setting, point) -> np.ndarray:
    step = at.step("sam", point)
    return hessian(at, step.perturbed) @ (np.eye(2) + at.rho / length(step.gradient) * hessian(at, point))


def definition(at: Setting):
    points = np.random.default_rng(0).uniform(-3, 3, (2, 50))
    expected = [np.linalg.eigvals(matrix(at, point)).real.min() for point in points.T]
    assert np.allclose(smaller(at, "paper", points), expected)
    return ()


def decays(at: Setting):
    """Under dε/dt = −A_ρ ε with the matrix of a red point."""
    for point in SQUARE[:, red(at)].T[::80]:
        values, vectors = np.linalg.eig(matrix(at, point))
        after = vectors @ np.diag(np.exp(-values * 30 / values.real.min())) @ np.linalg.inv(vectors)
        assert np.abs(after).max() < 1e-6
    return ()


def what_red_claims(at: Setting) -> int:
    """Whether red starts all end at the saddle is asked at ρ = 0.3, too."""
    small = type(at.rule("sam"))(0.3)
    ends_there = at_saddle(at)[red(at)].all() and at_saddle(at, small)[red(at, small)].all()
    minima = np.hypot(*at.loss.gradient(*SQUARE[:, red(at)])).max() < 1e-6
    decays(at)
    return at.only(ends_there, minima, True)


def leaves(at: Setting):
    points = SQUARE[:, red(at)]
    step = at.step("sam", points)
    assert (np.hypot(*(step.next - points)) > 0).all()
    return ()


def need_not_be_stationary(at: Setting):
    assert (np.hypot(*at.loss.gradient(*SQUARE[:, red(at)])) > 1e-3).all()
    return ()


def red_share(at: Setting, rule: Rule | None = None) -> float:
    return 100 * float(red(at, rule).mean())


def saddle_share(at: Setting, rule: Rule | None = None) -> float:
    return 100 * float(at_saddle(at, rule).mean())


def one_patch(at: Setting):
    from scipy.ndimage import label

    _, patches = label(red(at).reshape(SIDE, SIDE))
    assert patches == 1
    assert np.abs(SQUARE[:, red(at)].mean(axis=1)).max() < 0.01
    return at.rho, red_share(at), -3, 3


def basin(at: Setting) -> int:
    return at.closest(saddle_share(at))


def basin_share(at: Setting):
    return (saddle_share(at),)


def red_among_them(at: Setting):
    assert at_saddle(at)[red(at)].all()
    return (100 * red(at)[at_saddle(at)].mean(),)


def led_there(at: Setting):
    others = at_saddle(at) & ~red(at)
    assert np.median(np.hypot(*SQUARE[:, others])) > 1
    assert (smaller(at, "paper", SQUARE[:, others]) <= 0).all()
    return ()


def not_the_same(at: Setting):
    assert (red(at) != at_saddle(at)).mean() > 0.2
    return ()


def small_rho(at: Setting):
    """A patch that holds the saddle, and others all of whose points are close to the valley."""
    from scipy.ndimage import label

    patches, number = label(red(at).reshape(SIDE, SIDE))
    assert number > 1
    middle = patches[SIDE // 2, SIDE // 2]
    x, y = SQUARE[:, (red(at)) & (patches.ravel() != middle)]
    assert middle > 0
    assert np.median(np.abs(1 - x * y)) < 0.35
    return at.rho, red_share(at)


def red_at_saddle(at: Setting) -> float:
    return 100 * float(at_saddle(at)[red(at)].mean())


def and_others(at: Setting):
    codes = outcome(at.loss, ends(at))[red(at)]
    names = {OUTCOMES[code] for code in np.unique(codes[codes != SADDLE])}
    assert names == {"flat minimum", "minimum"}
    away = np.hypot(*(ends(at) - SQUARE))[red(at)]
    return 100 * (away > 0.1).mean(), 0.1


def neither(at: Setting):
    """At ρ = 0.3 most red starts, by either criterion, do not end at the saddle; at ρ = 1 most that do are not red."""
    small = type(at.rule("sam"))(0.3)
    for form in ("paper", "exact"):
        positive = smaller(at, form, SQUARE, small) > 0
        assert at_saddle(at, small)[positive].mean() < 0.5
        assert (smaller(at, form, SQUARE) > 0)[at_saddle(at)].mean() < 0.5
    return ()


def no_promise(at: Setting):
    assert and_others(at)[0] > 50
    assert red_at_saddle(at) < 50
    return ()


def next_to_the_saddle(at: Setting):
    g = length(at.gradient(at.start))
    return *at.start, g, at.rho


def condition(at: Setting):
    """For ‖g‖ → 0 with δ = 0 the eigenvalues of A_ρ are λᵢ(1 + ρ̃λᵢ), positive where ρ̃ > −1/λᵢ for λᵢ < 0."""
    for factor in (0.4, 0.6):
        h = hessian(at, (0, 0))
        values = np.linalg.eigvalsh(h @ (np.eye(2) + factor * h))
        low = np.linalg.eigvalsh(h)[0]
        assert (values.min() > 0) == (factor > -1 / low)
    return -1, 0, 0


def delta_length(at: Setting) -> int:
    return at.closest(length(at.step("sam").delta))


def always_rho(at: Setting):
    for tiny in (1e-3, 1e-6, 1e-12):
        assert np.isclose(length(at.step("sam", (tiny, tiny)).delta), at.rho)
    assert length(at.step("sam", (0.0, 0.0)).delta) == 0
    return (0,)


def the_length(at: Setting):
    return (length(at.step("sam").delta),)


def never_there(at: Setting):
    path = at.run("sam").positions
    assert np.hypot(*path.T).min() > 0
    return ()


def deep_blue(at: Setting):
    assert at.outcome("sam") == "saddle"
    return length(at.step("sam").delta), float(smaller(at, "paper", at.start))


def a_constant(at: Setting):
    return *at.start, float(smaller(at, "paper", at.start))


def exact(at: Setting):
    return (float(smaller(at, "exact", at.start)),)


def apart(at: Setting, steps: int = 10) -> np.ndarray:
    """What is left of an offset after some steps, over all directions."""
    angle = np.linspace(0, 2 * np.pi, 73)
    moved = at.start[:, None] + OFFSET * np.array([np.cos(angle), np.sin(angle)])
    after = at.end("sam", moved, steps=steps, keep="final") - at.end("sam", steps=steps)[:, None]
    return np.hypot(*after) / OFFSET


def offset(at: Setting) -> int:
    left = apart(at)
    return at.only((left > 1.01).any(), (left < 0.99).all(), (np.abs(left - 1) < 0.01).all())


def by_how_much(at: Setting):
    assert offset(at) == 1
    return 10, apart(at).min(), apart(at).max()


def right_for_one_step(at: Setting):
    values = np.sort(apart(at, 1))
    found = CRITERIA["exact"].eigenvalues(at.rule("sam"), at.loss, *at.start, at.rate, Plain())
    assert np.isclose(values[-1], 1 - at.rate * float(CRITERIA["exact"].value(found, at.rate)), atol=1e-4)
    return ()


def offered(at: Setting):
    assert list(CRITERIA) == ["paper", "exact", "steps"]
    return ()


def near_the_flat(at: Setting):
    point = (0.98, 0.98)
    return (
        *point,
        *FLATTEST[0],
        float(smaller(at, "paper", point)),
        at.rho,
        float(smaller(at, "exact", point)),
    )


def both_unstable(at: Setting):
    assert max(smaller(at, form, (0.98, 0.98)) for form in CRITERIA) < 0
    return ()


def figure_5(at: Setting):
    x = np.linspace(-3, 3, 10)
    starts = np.array(np.meshgrid(x, x)).reshape(2, -1)
    return run(at.rule("sam"), at.loss, starts, learning_rate=at.rate, steps=at.steps, keep="final")


def at_the_flat(at: Setting) -> float:
    return 100 * shares(outcome(at.loss, figure_5(at).final), OUTCOMES)["flat minimum"]


def separate_at_first(at: Setting):
    points = np.array([[0.98, 0.98], [0.98 + OFFSET, 0.98 + OFFSET]]).T
    moved = at.end("sam", points, steps=3, keep="final")
    assert length(moved[:, 1] - moved[:, 0]) > 1.01 * length(points[:, 1] - points[:, 0])
    return ()


def inside(at: Setting):
    found = figure_5(at)
    chosen = outcome(at.loss, found.final) == OUTCOMES.index("flat minimum")
    later = run(at.rule("sam"), at.loss, found.final[:, chosen], learning_rate=at.rate, steps=1000).positions
    away = np.min([np.hypot(later[:, 0] - x, later[:, 1] - y) for x, y in FLATTEST], axis=0)
    assert away.max() < 0.12
    motions = np.array(MOTIONS)[follow(found).codes][chosen]
    assert (motions == "chaotic").mean() > 0.9
    return ()


def no_contradiction(at: Setting):
    both_unstable(at)
    inside(at)
    return ()


def monge(at: Setting) -> Rule:
    return MongeSAM(at.rho)


def smaller_rho(at: Setting):
    points = np.random.default_rng(0).uniform(-3, 3, (2, 200))
    g = np.hypot(*at.loss.gradient(*points))
    assert (np.hypot(*at.step("m-sam", points).delta) / g < np.hypot(*at.step("sam", points).delta) / g).all()
    assert red(at, monge(at)).mean() < red(at).mean()
    return ()


def sams_patch(at: Setting):
    return at.rho, red_share(at)


def two_basins(at: Setting):
    return saddle_share(at), saddle_share(at, monge(at))


def same_way(at: Setting):
    assert red_share(at, monge(at)) < red_share(at)
    assert saddle_share(at, monge(at)) < saddle_share(at)
    return ()


def offsets_at_one_point(at: Setting):
    """With ρ̃ fixed: the derivative of ∇ℓ(θ + ρ̃∇ℓ(θ)), whose eigenvalues are those of A_ρ."""
    point = np.array([0.4, 0.3])
    fixed = at.rho / length(at.gradient(point))

    def field(where):
        return at.gradient(where + fixed * at.gradient(where))

    h = 1e-6
    along = [(field(point + step) - field(point - step)) / (2 * h) for step in (np.array([h, 0]), np.array([0, h]))]
    assert np.isclose(np.linalg.eigvals(np.array(along).T).real.min(), smaller(at, "paper", point), atol=1e-5)
    return (0,)


def summary(at: Setting):
    offsets_at_one_point(at)
    not_the_same(at)
    return (0,)


def without_fixing(at: Setting):
    point, h = np.array([0.4, 0.3]), 1e-6

    def field(where):
        return at.step("sam", where).gradient_there

    along = [(field(point + step) - field(point - step)) / (2 * h) for step in (np.array([h, 0]), np.array([0, h]))]
    assert np.isclose(np.linalg.eigvals(np.array(along).T).real.min(), smaller(at, "exact", point), atol=1e-5)
    return ()


CLAIMS = {
    "λ₂ > 0 says that offsets shrink at one point with ρ̃ held fixed; it says neither where runs end nor what a "
    "basin is.": summary,
    "The paper takes a point θ and a small offset ε, with dε/dt = −A_ρ ε and A_ρ = ∇²ℓ(θ + δ)(I + ρ̃∇²ℓ(θ)), where "
    "ρ̃ = ρ/‖g‖.": definition,
    "Where both eigenvalues are positive the map is red: ε decays.": decays,
    "λ₂ is the smaller one.": definition,
    "The matrix belongs to one point, and SAM leaves this point with its next step.": leaves,
    "Red points need not be stationary, let alone minima.": need_not_be_stationary,
    "On the banana at ρ = 1, 5.4% of the square [−3, 3]² is red, in one patch around the saddle.": one_patch,
    "Now run SAM from everywhere, for 200 steps.": lambda at: (at.steps,),
    "34%.": basin_share,
    "All red starts end at the saddle, but they are 16% of those that do.": red_among_them,
    "The others start far away, where the map is blue, and are led there.": led_there,
    "The region of attraction is not the region of λ₂ > 0.": lambda at: (not_the_same(at), (0,))[1],
    "Now ρ = 0.3.": lambda at: (at.rho,),
    "Red is 3.0% of the square: a patch at the saddle and thin strips along the valley.": lambda at: small_rho(at)[1:],
    "25%.": lambda at: (red_at_saddle(at),),
    "The others end in the valley, and 91% of all red starts are more than 0.1 away from where they began.": and_others,
    "Red is no promise that a run stays, and no promise of where it goes.": no_promise,
    "To get a condition at equilibria, ρ̃ > −1/λᵢ, the paper lets ‖g‖ → 0 and concludes δ ≈ 0.": condition,
    "Here θ = (0.001, 0.001), next to the saddle, with ‖g‖ = 0.0028 and ρ = 1.": next_to_the_saddle,
    "1.0.": the_length,
    "δ = ρ g/‖g‖ has length ρ wherever g is not exactly 0.": always_rho,
    "So the condition describes the saddle itself, where SAM never is.": never_there,
    "At this point the Hessian in A_ρ is taken 1 away, and λ₂ is −700: deep blue, beside a point that holds "
    "SAM.": deep_blue,
    "A_ρ treats ρ̃ = ρ/‖g‖ as a constant.": lambda at: offsets_at_one_point(at)[:0],
    "At (0.1, 0.1) it gives λ₂ = −1.25: an offset should grow.": a_constant,
    "The exact Jacobian of SAM’s direction, which differentiates ρ̃ as well, gives 0.21: it should decay.": exact,
    "Move the start by 0.000001 and compare two runs.": lambda at: (OFFSET,),
    "It decays in every direction: after 10 steps between 0.19 and 0.95 of it are left.": by_how_much,
    "The exact Jacobian is the derivative of the step, so it must be right for one step.": right_for_one_step,
    "Stability offers both, and a third for steps of size α.": offered,
    "At (0.98, 0.98), close to the flattest minimum (1, 1), λ₂ of A_ρ is −55 at ρ = 1, and −1.55 of the exact "
    "Jacobian.": near_the_flat,
    "Both call the point unstable for SAM.": both_unstable,
    "Figure 5 has 100 starts.": lambda at: (5, figure_5(at).final.shape[1]),
    "68.": lambda at: (at_the_flat(at),),
    "Unstable means that two runs there separate at first.": separate_at_first,
    "It does not mean that they leave the neighbourhood: they keep jumping inside it, in chaos.": inside,
    "An unstable point in a place that holds runs is no contradiction.": no_contradiction,
    "The paper compares two rules: Monge SAM’s ρ̃ is smaller, so its patch at the saddle should be "
    "smaller.": smaller_rho,
    "At ρ = 1 SAM’s is 5.4% of the square.": sams_patch,
    "The comparison that holds": same_way,
    "2.7%.": lambda at: (red_share(at, monge(at)),),
    "And the share of starts that end at the saddle falls from 34% to 16%.": two_basins,
    "Size of patch and size of basin go the same way here.": same_way,
    "λ₂ > 0: offsets decay, at one point, with ρ̃ fixed.": offsets_at_one_point,
    "Exact Jacobian: the same without fixing ρ̃.": without_fixing,
    "Neither: where runs end, that they stay, or how large a basin is.": neither,
}
ANSWERS = {
    "What does red at θ claim?": what_red_claims,
    "From which share of the square does SAM end at the saddle?": basin,
    "Of the starts in red, how many end at the saddle?": lambda at: at.closest(red_at_saddle(at)),
    "How long is SAM’s δ?": delta_length,
    "What does the offset do in the first steps?": offset,
    "From how many of them does SAM end within the tolerance of a flattest minimum?": lambda at: at.closest(
        at_the_flat(at)
    ),
    "How large is Monge SAM’s?": lambda at: at.closest(red_share(at, monge(at))),
}
PLAIN = {
    "What the stability criterion claims, and what it does not",
    "A matrix for every point",
    "Only the last.",
    "What becomes of runs is another computation: run them.",
    "Red and the basin",
    "Red starts that end elsewhere",
    "What is held fixed",
    "The flat minima",
    "That is a measurement on this loss; the criterion does not prove it.",
    "What to claim",
    "For that, map the ends.",
    "Both are local, two-dimensional and without noise here.",
}
