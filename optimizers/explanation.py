"""Which engine runs a rule on a landscape, and why."""

import logging

from landscapes import Landscape
from optimizers import contract
from optimizers.compiled import Pair, pair
from optimizers.refusal import quoted
from optimizers.rules import Rule

log = logging.getLogger("samscape")


def explain(rule: Rule | type[Rule], landscape: Landscape) -> str:
    """One sentence: which engine will run the rule on the landscape now, and why. The results are the same.

    Example:
        >>> from landscapes import LANDSCAPES, Landscape
        >>> from landscapes.elementary import where
        >>> from optimizers import SAM
        >>> explain(SAM, Landscape(lambda x, y: where(x > 0.0, x, 0.0), name="Ramp"))  # doctest: +ELLIPSIS
        'NumPy runs SAM on Ramp, because autograd makes the gradient: ...'

    Raises:
        TypeError: for what is no rule or no landscape.
    """
    form = rule if isinstance(rule, type) else type(rule)
    if not issubclass(form, Rule):
        raise TypeError(f"rule must be a Rule, such as SAM or SAM(rho=1.0), not {quoted(rule)}")
    contract.check_a_landscape(landscape)
    return _sentence(rule, landscape, pair(rule, landscape))


def announce(rule: Rule, landscape: Landscape, chosen: Pair) -> None:
    """Tells the log, at level INFO, which engine runs a pair, whenever that is another than before."""
    if log.isEnabledFor(logging.INFO):
        sentence = _sentence(rule, landscape, chosen)
        if sentence != chosen.said:
            chosen.said = sentence
            log.info(sentence)


def _sentence(rule: Rule | type[Rule], landscape: Landscape, chosen: Pair) -> str:
    subject = f"{rule.name} on {landscape.name}"
    if chosen.kernel is not None:
        return f"The compiled kernel runs {subject}."
    if chosen.reason:
        return f"NumPy runs {subject}, because {chosen.reason}."
    if chosen.compiling:
        return f"NumPy runs {subject} until its kernel, which is compiling in the background, takes over."
    return f"NumPy runs {subject}, because so far that was too little work to compile a kernel for."
