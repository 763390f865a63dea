"""The rules that take part: the paper's under their own keys, and added ones in five places beside them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.model.parameters import DescribedParameter
from figures.style import MORE, in_sentence, short
from optimizers import OPTIMIZERS, Rule
from optimizers.hyperparameters import hyperparameters_in_words, within_limits
from optimizers.refusal import quoted
from optimizers.rules import PAPER
from optimizers.spelling import SpellingError, made, spelled
from optimizers.spelling import read as read_rule

PAPER_KEYS = tuple(form.key for form in PAPER)
PLACES = (*PAPER_KEYS, *MORE)
Added = tuple[Rule | None, ...]  # by the places in MORE; empty ones at the end are left out


@dataclass(frozen=True)
class Entry:
    """A rule that takes part.

    Attributes:
        place: the key of one of the paper's rules, or one of MORE; it decides colour and dashes.
        rule: with its hyperparameters.
        name, short: in sentences and in tight places; with hyperparameters where others of its class take part.
    """

    place: str
    rule: Rule
    name: str
    short: str


class AddedRules(DescribedParameter):
    """The added rules by place, each with hyperparameters of its own within their limits."""

    EXPECTED = f"at most {len(MORE)} rules with hyperparameters within their limits"

    def _validate(self, val: Any) -> None:
        if not isinstance(val, tuple) or len(val) > len(MORE) or (val and val[-1] is None):
            raise ValueError(f"{self.name} must be at most {len(MORE)} rules, not {val!r}")
        for rule in val:
            if rule is not None:
                check(rule)


def check(rule: Rule) -> None:
    """Makes sure that a rule can be added.

    Raises:
        ValueError: for what is no rule of the catalogue, or has a hyperparameter that is no number within its limits.
    """
    if type(rule) not in OPTIMIZERS.values():
        raise ValueError(f"{rule!r} is no rule of the catalogue")
    if rule.key in PAPER_KEYS and not rule.hyperparameters:
        raise ValueError(f"{rule.name} has no hyperparameters in which another could differ")
    within_limits(rule)


def by_place(added: Added) -> dict[str, Rule]:
    """The added rules by their places."""
    return {place: rule for place, rule in zip(MORE, added, strict=False) if rule is not None}


def replaced(added: Added, place: str, rule: Rule | None) -> Added:
    """The added rules with another one, or none, at a place; the others stay where they are."""
    rules = by_place(added) | {place: rule}
    return packed(rules.get(one) for one in MORE)


def packed(rules: Iterable[Rule | None]) -> Added:
    """Rules in the order of their places, without the empty ones at the end."""
    listed = list(rules)
    while listed and listed[-1] is None:
        listed.pop()
    return tuple(listed)


def write(optimizers: Iterable[str], added: Added) -> str:
    """The rules that take part in one text: the paper's by their keys, then each place with its hyperparameters.

    Example:
        >>> from optimizers import GSAM, SAM
        >>> write(["gd", "sam"], (SAM(0.3), None, GSAM()))
        'gd,sam,sam:rho=0.3,,gsam:rho=1:beta=0.4'
    """
    return ",".join([*optimizers, *("" if rule is None else spelled(rule) for rule in added)])


def read(text: str) -> tuple[list[str], Added]:
    """What `write` wrote, or a person typed: a key alone is one of the paper's rules, or a rule with its defaults.

    Raises:
        ValueError: with one sentence, for anything else.
    """
    chosen: dict[str, None] = {}
    places: list[Rule | None] = []
    for part in text.split(",") if text else ():
        if part in PAPER_KEYS:
            chosen[part] = None
        elif part:
            key = part.partition(":")[0]
            if key not in OPTIMIZERS:
                raise SpellingError(f"there is no optimizer {quoted(key)}")
            places.append(made(*read_rule(part, OPTIMIZERS)))
        else:
            places.append(None)
    if len(added := packed(places)) > len(MORE):
        raise SpellingError(f"expected at most {len(MORE)} rules beside the paper’s, not {len(added)}")
    return list(chosen), added


def entries(rules: Mapping[str, Rule]) -> dict[str, Entry]:
    """The rules by place, each with a name that no other has.

    Those of one class are distinguished by the hyperparameters in which they differ, or by numbers where they do not.

    Example:
        >>> from optimizers import GD, SAM
        >>> [entry.name for entry in entries({"gd": GD(), "sam": SAM(1.0), "more-1": SAM(0.3)}).values()]
        ['GD', 'SAM (ρ = 1)', 'SAM (ρ = 0.3)']
    """
    found = {}
    for _, group in groupby(sorted(rules.items(), key=lambda item: item[1].key), lambda item: item[1].key):
        places, same = zip(*group, strict=True)
        words = [hyperparameters_in_words(rule, _differing(same)) for rule in same] if len(same) > 1 else [""]
        seen: Counter[str] = Counter()
        for place, rule, word in zip(places, same, words, strict=True):
            seen[word] += 1
            number = f" ({seen[word]})" if seen[word] > 1 else ""
            full = f" ({word})" if word else ""
            tight = f" {word.replace(' = ', '=')}" if word else ""
            names = in_sentence(rule.key), short(rule.key)
            found[place] = Entry(place, rule, f"{names[0]}{full}{number}", f"{names[1]}{tight}{number}")
    return {place: found[place] for place in PLACES if place in found}


def _differing(rules: Iterable[Rule]) -> list[str]:
    """The hyperparameters in which rules of one class differ, all of them where they do not."""
    first, *others = rules
    values = first.hyperparameters
    return [name for name in values if any(getattr(one, name) != values[name] for one in others)] or list(values)
