"""What costs most: links to formulas, starts and steps at the limits of what a page takes."""

from app.model.lineup import PAPER_KEYS
from app.model.link import write
from app.model.own_loss import OWN
from app.model.state import BACKGROUNDS, MAX_CLOUD_COUNT, MAX_STEPS, State

FORMULAS = {
    "a long product": "xy" * 150,
    "its root": "sqrt(" + "xy" * 146 + ")",
    "nested waves": "sin(cos(" * 14 + "x*y" + "))" * 14,
    "Rastrigin, typed": "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)",
}


def most_expensive(formula: str, **more) -> State:
    """Everything at its limit."""
    limits = {"optimizers": list(PAPER_KEYS), "mode": "cloud", "count": MAX_CLOUD_COUNT, "steps": MAX_STEPS}
    return State(landscape=OWN, formula=formula, **limits | more)


def links() -> list[str]:
    """Queries, each with another background, every other one with a pinned run that is as expensive."""
    made = []
    for number, background in enumerate(BACKGROUNDS):
        state = most_expensive(list(FORMULAS.values())[number % len(FORMULAS)], background=background)
        if number % 2:
            state.pinned = state.setting() | {"rho": 0.5}
        made.append(write(state))
    return made
