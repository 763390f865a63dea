"""The losses of a static site, each with the rules that can be run on it in a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

from app.export.live.offer import Offer
from app.model.lineup import PAPER_KEYS, PLACES, Entry
from app.model.own_loss import OWN
from app.model.state import State
from figures.style import MORE, in_sentence, short
from landscapes import LANDSCAPES, Landscape
from landscapes.code.read import Unsupported
from optimizers import OPTIMIZERS, Rule
from optimizers.compiled.dissection import dissection
from optimizers.compiled.javascript import program


@dataclass(frozen=True)
class Loss:
    """A loss of the site.

    Attributes:
        slug: in the names of its files.
        state: that its pages begin with.
        offer: the rules that have a form in JavaScript on it.
        left_out: a sentence on those that have none; empty where all have.
        command: of the command line, to map it.
    """

    slug: str
    state: State
    offer: Offer
    left_out: str
    command: str

    @property
    def name(self) -> str:
        """To show."""
        return self.state.landscape_object.name if self.state.landscape != OWN else self.state.formula


def losses(formulas: Sequence[str], keys: Sequence[str] | None = None) -> list[Loss]:
    """The landscapes of these keys, the whole catalogue where None, and the losses of formulas.

    Raises:
        ValueError: with one sentence, for what is no formula.
    """
    states = []
    keys = [*LANDSCAPES] if keys is None else keys
    for key in keys:
        states.append(State())
        states[-1].choose_landscape(key)
    for formula in formulas:
        states.append(State())
        refused = states[-1].try_update(formula=formula) or states[-1].choose_landscape(OWN)
        if refused:
            raise ValueError(refused)
    return [_loss(state, number) for number, state in enumerate(states, 1 - len(keys))]


def _loss(state: State, number: int) -> Loss:
    landscape = state.landscape_object
    reasons: dict[str, list[str]] = {}
    entries = []
    refused = (
        {}
        if not refusal(OPTIMIZERS.values(), landscape)
        else {key: refusal([rule], landscape) for key, rule in OPTIMIZERS.items()}
    )
    for key, place in places().items():
        rule = OPTIMIZERS[key]
        if reason := refused.get(key):
            reasons.setdefault(reason, []).append(in_sentence(key))
        else:
            entries.append(Entry(place, _made(rule, state.rho), in_sentence(key), short(key)))
    left_out = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())
    own = state.landscape == OWN
    slug = f"formula-{number}" if own else state.landscape
    chosen = f'--formula "{state.formula}"' if own else f"--landscape {state.landscape}"
    return Loss(
        slug,
        state,
        Offer(tuple(entries), PLACES, modes=True),
        f"Left out of this page. {left_out}." if left_out else "",
        f"python -m optimizers map {chosen}",
    )


def places() -> dict[str, str]:
    """Every rule's place: the paper's have their own, the others share those of added rules."""
    others = [key for key in OPTIMIZERS if key not in PAPER_KEYS]
    return {key: key for key in PAPER_KEYS} | {key: MORE[n % len(MORE)] for n, key in enumerate(others)}


def refusal(rules: Collection[type[Rule]], landscape: Landscape) -> str:
    """Why one of these rules has no form in JavaScript on a landscape; empty where all have one."""
    try:
        program(rules, landscape)
        dissection(rules, landscape)
    except Unsupported as reason:
        return str(reason)
    return ""


def _made(rule: type[Rule], rho: float) -> Rule:
    return rule(**({"rho": rho} if any(item.name == "rho" for item in fields(rule)) else {}))
